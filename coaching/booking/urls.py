from django.urls import URLPattern, URLResolver, path

from coaching.booking.views import hours, sessions

urlpatterns: list[URLPattern | URLResolver] = [
    path("", sessions.sessions, name="sessions"),
    path("hours/", hours.hours, name="hours"),
    path("hours/dates/", hours.hours_dates, name="hours_dates"),
    path("hours/dates/clear/", hours.hours_clear, name="hours_clear"),
    path("<uuid:pk>/", sessions.session, name="session"),
    path("<uuid:pk>/session.ics", sessions.session_calendar, name="session_calendar"),
    path("<uuid:pk>/move/", sessions.session_move, name="session_move"),
    path("<uuid:pk>/cancel/", sessions.session_cancel, name="session_cancel"),
    path("<uuid:pk>/mark/", sessions.session_mark, name="session_mark"),
]
