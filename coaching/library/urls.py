from django.urls import path

from coaching.library import views, views_state, views_taking

urlpatterns = [
    path("library/", views.lessons, name="library"),
    path("library/add/", views_taking.add, name="add_lesson"),
    path("library/recordings/<int:pk>/", views_taking.make_lesson, name="make_lesson"),
    path("library/recordings/<int:pk>/throw-away/", views_taking.throw_away, name="throw_recording_away"),
    path("library/recordings/<int:pk>/sound", views_taking.recording_sound, name="recording_sound"),
    path("library/<int:pk>/", views.lesson, name="lesson"),
    path("library/<int:pk>/edit/", views.edit, name="edit_lesson"),
    path("library/<int:pk>/archive/", views.archive, name="archive_lesson"),
    path("library/<int:pk>/prepare-again/", views.prepare_again, name="prepare_again"),
    path("library/state/<uuid:file>/", views_state.state, name="recording_state"),
    path("library/<int:pk>/sound", views.sound, name="lesson_sound"),
    path("first-aid/<int:pk>/", views.first_aid, name="first_aid"),
    path("first-aid/<int:pk>/sound", views.first_aid_sound, name="first_aid_sound"),
    path("first-aid/<int:pk>/captions.vtt", views.first_aid_captions, name="first_aid_captions"),
]
