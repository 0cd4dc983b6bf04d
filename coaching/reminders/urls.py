from django.urls import path

from coaching.reminders import views, views_devices

urlpatterns = [
    path("", views.reminders, name="reminders"),
    path("devices/", views_devices.device_add, name="device_add"),
    path("devices/<int:pk>/forget/", views_devices.device_forget, name="device_forget"),
]
