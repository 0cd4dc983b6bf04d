from django.urls import path

from coaching.outbox import views, views_news

urlpatterns = [
    path("", views.letters, name="letters"),
    path("news/<slug:provider>/", views_news.mail_news, name="mail_news"),
    path("stopped/<int:pk>/lift/", views.lift, name="lift_stop"),
    path("<int:pk>/", views.letter, name="letter"),
]
