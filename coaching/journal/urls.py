from django.urls import path

from coaching.journal import views, views_more, views_prepare

urlpatterns = [
    path("sessions/<uuid:pk>/note/", views.session_note, name="session_note"),
    path("sessions/<uuid:pk>/prepare/", views_prepare.prepare, name="prepare"),
    path("clients/<int:pk>/notes/new/", views.new_note, name="new_note"),
    path("clients/<int:pk>/aside/", views_more.set_aside, name="set_aside"),
    path("clients/asides/<int:pk>/back/", views_more.bring_back, name="bring_back"),
    path("notes/", views_more.shared_notes, name="shared_notes"),
    path("notes/templates/", views_more.note_templates, name="note_templates"),
    path("notes/templates/new/", views_more.new_note_template, name="new_note_template"),
    path("notes/templates/<int:pk>/", views_more.note_template, name="note_template"),
    path("notes/<int:pk>/", views.note, name="note"),
]
