from django.urls import path

from coaching.outbox import views

urlpatterns = [
    path("", views.letters, name="letters"),
    path("<int:pk>/", views.letter, name="letter"),
]
