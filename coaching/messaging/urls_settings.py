from django.urls import path

from coaching.messaging import views_hours

urlpatterns = [path("", views_hours.answers, name="settings_answers")]
