from django.urls import path

from coaching.people import views

urlpatterns = [
    path("", views.settings, name="settings"),
    path("practice/", views.practice, name="settings_practice"),
]
