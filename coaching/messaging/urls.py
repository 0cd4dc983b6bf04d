from django.urls import path

from coaching.messaging import views, views_by_mail

urlpatterns = [
    path("", views.messages, name="messages"),
    path("news/", views.news, name="message_news"),
    path("seen/", views.seen, name="message_seen"),
    path("by-mail/seen/", views_by_mail.untaken_mail_seen, name="untaken_mail_seen"),
    path("attached/<int:pk>/sound", views.attached_sound, name="attached_sound"),
    path("<int:pk>/", views.conversation, name="conversation"),
    path("<int:pk>/news/", views.news_of, name="message_news_of"),
    path("<int:pk>/seen/", views.seen_of, name="message_seen_of"),
]
