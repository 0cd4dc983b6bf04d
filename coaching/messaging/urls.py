from django.urls import path

from coaching.messaging import views, views_answers, views_aside, views_inbox, views_search

urlpatterns = [
    path("", views.messages, name="messages"),
    path("news/", views.news, name="message_news"),
    path("seen/", views.seen, name="message_seen"),
    path("unread/", views_inbox.unread, name="message_unread"),
    path("search/", views_search.search, name="message_search"),
    path("attached/<int:pk>/sound", views.attached_sound, name="attached_sound"),
    path("<int:pk>/", views.conversation, name="conversation"),
    path("<int:pk>/news/", views.news_of, name="message_news_of"),
    path("<int:pk>/seen/", views.seen_of, name="message_seen_of"),
    path("answers/", views_answers.saved_answers, name="saved_answers"),
    path("answers/new/", views_answers.new_answer, name="new_saved_answer"),
    path("answers/<int:pk>/", views_answers.saved_answer, name="saved_answer"),
    path("<int:pk>/answers/", views_answers.answers_for, name="answers_for"),
    path("<int:pk>/star/", views_aside.star, name="message_star"),
    path("<int:pk>/aside/", views_aside.aside, name="message_aside"),
    path("<int:pk>/enough/", views_aside.enough, name="message_enough"),
]
