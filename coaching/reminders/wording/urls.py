from django.urls import path

from coaching.reminders.wording import views

urlpatterns = [
    path("", views.wordings, name="wordings"),
    path("<str:kind>/", views.wording, name="wording"),
]
