from django.urls import path

from coaching.live import views

urlpatterns = [
    path("", views.stream, name="live"),
    path("since/", views.since, name="live_since"),
]
