"""What letters link to. Short, since the addresses stand in letters as plain text."""

from django.urls import path

from coaching.reminders import views_open

urlpatterns = [
    path("stop/<str:token>/", views_open.stop_letters, name="stop_letters"),
    path("why/<str:token>/", views_open.barrier, name="barrier"),
]
