from django.urls import path

from coaching.progress import views

urlpatterns = [
    path("practice/progress/", views.progress, name="progress"),
    path("practice/progress/rate/", views.rate, name="rate"),
    path("clients/<int:pk>/progress/", views.progress_of, name="progress_of"),
]
