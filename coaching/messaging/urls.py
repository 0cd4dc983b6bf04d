from django.urls import path

from coaching.messaging import views, views_attached, views_by_mail, views_changing, views_drafts

urlpatterns = [
    path("", views.messages, name="messages"),
    path("news/", views.news, name="message_news"),
    path("seen/", views.seen, name="message_seen"),
    path("by-mail/seen/", views_by_mail.untaken_mail_seen, name="untaken_mail_seen"),
    path("draft/", views_drafts.draft, name="message_draft"),
    path("typing/", views_drafts.typing, name="message_typing"),
    path("said/<int:pk>/", views_changing.at, name="message_at"),
    path("said/<int:pk>/change/", views_changing.change, name="message_change"),
    path("said/<int:pk>/remove/", views_changing.remove, name="message_remove"),
    path("said/<int:pk>/give/", views_changing.give, name="message_give"),
    path("attached/<int:pk>/", views_attached.attached_picture, name="attached_picture"),
    path("attached/<int:pk>/sound", views_attached.attached_sound, name="attached_sound"),
    path("attached/<int:pk>/film", views_attached.attached_film, name="attached_film"),
    path("attached/<int:pk>/poster", views_attached.attached_poster, name="attached_poster"),
    path("attached/<int:pk>/small", views_attached.attached_small, name="attached_small"),
    path("attached/<int:pk>/file", views_attached.attached_file, name="attached_file"),
    path("attached/<int:pk>/words/", views_attached.attached_words, name="attached_words"),
    path("<int:pk>/", views.conversation, name="conversation"),
    path("<int:pk>/news/", views.news_of, name="message_news_of"),
    path("<int:pk>/seen/", views.seen_of, name="message_seen_of"),
    path("<int:pk>/draft/", views_drafts.draft_of, name="message_draft_of"),
    path("<int:pk>/typing/", views_drafts.typing_of, name="message_typing_of"),
]
