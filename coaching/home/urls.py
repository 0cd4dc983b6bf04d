from django.urls import path

from coaching.home import views

urlpatterns = [
    path("today/", views.today, name="today"),
    path("clients/", views.clients, name="clients"),
    path("clients/<int:pk>/", views.client, name="client"),
]
