from django.urls import path

from coaching.practice import views, views_giving, views_recording, views_voices

_GIVEN = "clients/<int:pk>/lessons/<uuid:given>/"

urlpatterns = [
    path("practice/", views.practice, name="practice"),
    path("practice/progress/", views.progress, name="progress"),
    path("practice/progress/rate/", views.rate, name="rate"),
    path("practice/at/<int:lesson_pk>/", views.play_at, name="play_at"),
    path("practice/<uuid:pk>/", views.lesson, name="practice_lesson"),
    path("practice/<uuid:pk>/voice", views_voices.beside_lesson, name="voice_beside_lesson"),
    path("practice/noted/<int:pk>/voice", views_voices.of_entry, name="voice_of_entry"),
    path("practice/<uuid:pk>/play/", views.play, name="play"),
    path("practice/<uuid:pk>/sound", views.sound, name="practice_sound"),
    path("practice/<uuid:pk>/captions.vtt", views.captions, name="practice_captions"),
    path("practice/<uuid:pk>/played/", views.played, name="played"),
    path("practice/<uuid:pk>/note/", views.note, name="practice_note"),
    path("practice/<uuid:pk>/stop/", views.stop, name="practice_stop"),
    path("clients/<int:pk>/in-the-way/seen/", views_giving.see_barriers, name="see_barriers"),
    path("clients/<int:pk>/record/", views_recording.record_for, name="record_for"),
    path("clients/<int:pk>/give/", views_giving.give, name="give"),
    path(_GIVEN, views_giving.given, name="given"),
    path(f"{_GIVEN}as-client/", views_giving.as_client, name="given_as_client"),
    path(f"{_GIVEN}open-next/", views_giving.open_next, name="open_next"),
    path(f"{_GIVEN}pause/", views_giving.pause, name="pause_given"),
    path(f"{_GIVEN}resume/", views_giving.resume, name="resume_given"),
    path(f"{_GIVEN}end/", views_giving.end, name="end_given"),
]
