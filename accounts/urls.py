"""Signing in (django-allauth); the list of sign-ins is our own page."""

from django.urls import include, path

from accounts import views

urlpatterns = [
    path("sessions/", views.sign_ins, name="usersessions_list"),
    path("", include("allauth.urls")),
]
