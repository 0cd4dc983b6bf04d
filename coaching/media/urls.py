from django.urls import path

from coaching.media import views

urlpatterns = [
    path("", views.uploads, name="uploads"),
    path("<uuid:pk>/", views.upload, name="upload"),
    path("<uuid:pk>/outcome/", views.outcome, name="upload_outcome"),
]
