from django.urls import URLPattern, URLResolver, path

from coaching.booking.views import hours, sessions, types

urlpatterns: list[URLPattern | URLResolver] = [
    path("", sessions.sessions, name="sessions"),
    path("hours/", hours.hours, name="hours"),
    path("hours/dates/", hours.hours_dates, name="hours_dates"),
    path("hours/dates/clear/", hours.hours_clear, name="hours_clear"),
    path("hours/limits/", hours.hours_limits, name="hours_limits"),
    path("types/", types.types, name="types"),
    path("types/new/", types.type_new, name="type_new"),
    path("types/-/<slug:slug>/", types.type_edit, name="type_edit"),
    path("types/-/<slug:slug>/order/", types.type_order, name="type_order"),
    path("types/-/<slug:slug>/retire/", types.type_retire, name="type_retire"),
    path("types/-/<slug:slug>/offer/", types.type_again, name="type_again"),
    path("<uuid:pk>/", sessions.session, name="session"),
    path("<uuid:pk>/session.ics", sessions.session_calendar, name="session_calendar"),
    path("<uuid:pk>/move/", sessions.session_move, name="session_move"),
    path("<uuid:pk>/cancel/", sessions.session_cancel, name="session_cancel"),
    path("<uuid:pk>/mark/", sessions.session_mark, name="session_mark"),
]
