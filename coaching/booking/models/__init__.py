"""What can be booked, when, and what was booked."""

from coaching.booking.models.appointments import Appointment as Appointment
from coaching.booking.models.appointments import AppointmentChange as AppointmentChange
from coaching.booking.models.appointments import AppointmentQuerySet as AppointmentQuerySet
from coaching.booking.models.appointments import ChangeRequest as ChangeRequest
from coaching.booking.models.appointments import InstantRange as InstantRange
from coaching.booking.models.appointments import OneNumberRange as OneNumberRange
from coaching.booking.models.appointments import Series as Series
from coaching.booking.models.calendars import BusyCalendar as BusyCalendar
from coaching.booking.models.calendars import BusyCalendarQuerySet as BusyCalendarQuerySet
from coaching.booking.models.calendars import BusyTime as BusyTime
from coaching.booking.models.calendars import CalendarFeed as CalendarFeed
from coaching.booking.models.calendars import CalendarReply as CalendarReply
from coaching.booking.models.calendars import CalendarReplyQuerySet as CalendarReplyQuerySet
from coaching.booking.models.hours import DateOverride as DateOverride
from coaching.booking.models.hours import KeptFree as KeptFree
from coaching.booking.models.hours import OpeningHours as OpeningHours
from coaching.booking.models.types import Question as Question
from coaching.booking.models.types import SessionType as SessionType
from coaching.booking.models.types import Workload as Workload
from coaching.booking.models.waiting import WaitingPlace as WaitingPlace
