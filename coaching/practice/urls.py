from django.urls import path

from coaching.practice import (
    views,
    views_after,
    views_arc,
    views_giving,
    views_kit,
    views_noting,
    views_playing,
    views_recording,
    views_voices,
)

_GIVEN = "clients/<int:pk>/lessons/<uuid:given>/"

urlpatterns = [
    path("practice/", views.practice, name="practice"),
    path("practice/at/<int:lesson_pk>/", views_playing.play_at, name="play_at"),
    path("practice/after/<str:token>/", views_after.after, name="practice_after"),
    path("kit/", views_kit.kit_page, name="kit"),
    path("knock/", views_kit.knock, name="knock"),
    path("clients/<int:pk>/stage/", views_arc.stage, name="stage"),
    path("clients/<int:pk>/on-their-own/", views_arc.on_own, name="on_own"),
    path("clients/<int:pk>/kit/", views_arc.kit_of, name="kit_of"),
    path("clients/<int:pk>/graduate/", views_arc.graduate, name="graduate"),
    path("clients/<int:pk>/graduate/back/", views_arc.graduate_back, name="graduate_back"),
    path("clients/<int:pk>/come-back/", views_arc.come_back, name="come_back"),
    path("practice/<uuid:pk>/", views.lesson, name="practice_lesson"),
    path("practice/<uuid:pk>/voice", views_voices.beside_lesson, name="voice_beside_lesson"),
    path("practice/noted/<int:pk>/voice", views_voices.of_entry, name="voice_of_entry"),
    path("practice/<uuid:pk>/play/", views_playing.play, name="play"),
    path("practice/<uuid:pk>/sound", views_playing.sound, name="practice_sound"),
    path("practice/<uuid:pk>/film", views_playing.film, name="practice_film"),
    path("practice/<uuid:pk>/picture", views_playing.poster, name="practice_poster"),
    path("practice/<uuid:pk>/captions.vtt", views_playing.captions, name="practice_captions"),
    path("practice/<uuid:pk>/played/", views_playing.played, name="played"),
    path("practice/<uuid:pk>/note/", views_noting.note, name="practice_note"),
    path("practice/<uuid:pk>/stop/", views_noting.stop, name="practice_stop"),
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
