from django.urls import path

from coaching.booking.calendars import views

urlpatterns = [
    path("calendar/<str:token>.ics", views.feed, name="calendar_feed"),
    path("settings/calendar/", views.calendar, name="settings_calendar"),
    path("settings/calendar/end/", views.calendar_end, name="settings_calendar_end"),
    path("settings/busy/", views.busy, name="settings_busy"),
    path("settings/busy/<int:pk>/read/", views.busy_read, name="settings_busy_read"),
    path("settings/busy/<int:pk>/remove/", views.busy_remove, name="settings_busy_remove"),
]
