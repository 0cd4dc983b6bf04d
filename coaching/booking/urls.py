from django.urls import URLPattern, URLResolver, path

from coaching.booking.views import diary, hours, sessions

urlpatterns: list[URLPattern | URLResolver] = [
    path("", sessions.sessions, name="sessions"),
    path("free/", diary.diary_free, name="diary_free"),
    path("kept/<int:pk>/", diary.kept_free, name="kept_free"),
    path("hours/", hours.hours, name="hours"),
    path("hours/dates/", hours.hours_dates, name="hours_dates"),
    path("hours/dates/clear/", hours.hours_clear, name="hours_clear"),
    path("<uuid:pk>/", sessions.session, name="session"),
    path("<uuid:pk>/session.ics", sessions.session_calendar, name="session_calendar"),
    path("<uuid:pk>/move/", sessions.session_move, name="session_move"),
    path("<uuid:pk>/move/to/", diary.session_move_to, name="session_move_to"),
    path("<uuid:pk>/cancel/", sessions.session_cancel, name="session_cancel"),
    path("<uuid:pk>/mark/", sessions.session_mark, name="session_mark"),
]
