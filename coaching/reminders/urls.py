from django.urls import path

from coaching.reminders import views

urlpatterns = [path("", views.reminders, name="reminders")]
