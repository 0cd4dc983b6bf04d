from django.urls import URLPattern, URLResolver, path

from coaching.booking.views import changing, deciding, diary, hours, linked, sessions

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
    path("<uuid:pk>/undo/", changing.session_undo, name="session_undo"),
    path("<uuid:pk>/ask/", changing.session_ask, name="session_ask"),
    path("<uuid:pk>/proposed/", changing.session_take_proposed, name="session_take_proposed"),
    path("asked/", deciding.sessions_asked, name="sessions_asked"),
    path("asked/<int:pk>/grant/", deciding.asked_grant, name="asked_grant"),
    path("asked/<int:pk>/answer/", deciding.asked_answer, name="asked_answer"),
    path("asked/booking/<uuid:pk>/", deciding.asked_booking, name="asked_booking"),
    path("asked/calendar/<int:pk>/", deciding.asked_calendar, name="asked_calendar"),
    path("link/<str:token>/move/", linked.link_move, name="link_move"),
    path("link/<str:token>/cancel/", linked.link_cancel, name="link_cancel"),
    path("link/<str:token>/again/", linked.link_again, name="link_again"),
    path("link/<str:token>/done/", linked.link_done, name="link_done"),
    path("link/<str:token>/proposed/", linked.link_proposed, name="link_proposed"),
]
