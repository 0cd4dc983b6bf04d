from django.urls import path

from coaching.home import views, views_phone

urlpatterns = [
    path("today/", views.today, name="today"),
    path("phone/", views_phone.phone, name="phone"),
    path("offline/", views_phone.offline, name="offline"),
    path("sw.js", views_phone.worker, name="worker"),
    path("manifest.webmanifest", views_phone.manifest, name="manifest"),
    path("clients/", views.clients, name="clients"),
    path("clients/<int:pk>/", views.client, name="client"),
]
