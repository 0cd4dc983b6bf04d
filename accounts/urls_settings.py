"""What people set about themselves, under /settings/."""

from django.urls import path

from accounts import views

urlpatterns = [
    path("name/", views.name, name="settings_name"),
    path("zone/", views.zone, name="settings_zone"),
    path("theme/", views.theme, name="settings_theme"),
]
