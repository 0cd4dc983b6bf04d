"""Where the rooms are."""

from django.urls import include, path

urlpatterns = [
    path("book/", include("coaching.booking.urls_book")),
    path("sessions/", include("coaching.booking.urls")),
    path("mail-in/", include("coaching.mailroom.urls")),
    path("messages/", include("coaching.messaging.urls")),
    path("story/", include("coaching.story.urls")),
    path("letters/wording/", include("coaching.reminders.wording.urls")),
    path("letters/", include("coaching.outbox.urls")),
    path("reminders/", include("coaching.reminders.urls_open")),
    path("settings/reminders/", include("coaching.reminders.urls")),
    path("settings/answers/", include("coaching.messaging.urls_settings")),
    path("settings/", include("accounts.urls_settings")),
    path("settings/", include("coaching.people.urls")),
    path("uploads/", include("coaching.media.urls")),
    path("live/", include("coaching.live.urls")),
    # Those without a beginning of their own come last: each of their pages is tried for whatever gets here.
    path("", include("coaching.home.urls")),
    path("", include("coaching.progress.urls")),
    path("", include("coaching.practice.urls")),
    path("", include("coaching.journal.urls")),
    path("", include("coaching.library.urls")),
    path("", include("coaching.welcome.urls")),
    path("", include("coaching.booking.calendars.urls")),
]
