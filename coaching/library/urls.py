from django.urls import path

from coaching.library import views, views_lesson, views_state, views_taking
from coaching.library.programs import views as programs

_LESSON = "library/<int:pk>/"
_PROGRAM = "library/programs/<int:pk>/"

urlpatterns = [
    path("library/", views.lessons, name="library"),
    path("library/add/", views_taking.add, name="add_lesson"),
    path("library/recordings/<int:pk>/", views_taking.make_lesson, name="make_lesson"),
    path("library/recordings/<int:pk>/throw-away/", views_taking.throw_away, name="throw_recording_away"),
    path("library/recordings/<int:pk>/sound", views_taking.recording_sound, name="recording_sound"),
    path("library/state/<uuid:file>/", views_state.state, name="recording_state"),
    path(_LESSON, views.lesson, name="lesson"),
    path(f"{_LESSON}edit/", views.edit, name="edit_lesson"),
    path(f"{_LESSON}archive/", views.archive, name="archive_lesson"),
    path(f"{_LESSON}prepare-again/", views.prepare_again, name="prepare_again"),
    path(f"{_LESSON}sound", views.sound, name="lesson_sound"),
    path(f"{_LESSON}film", views_lesson.film, name="lesson_film"),
    path(f"{_LESSON}captions.vtt", views_lesson.captions_file, name="lesson_captions_file"),
    path(f"{_LESSON}bring-back/", views_lesson.bring_back, name="lesson_back"),
    path(f"{_LESSON}duplicate/", views_lesson.duplicate, name="duplicate_lesson"),
    path(f"{_LESSON}as-client/", views_lesson.as_client, name="lesson_as_client"),
    path(f"{_LESSON}words/", views_lesson.words, name="lesson_words"),
    path(f"{_LESSON}cues/", views_lesson.times, name="lesson_times"),
    path(f"{_LESSON}captions/", views_lesson.captions, name="lesson_captions"),
    path(f"{_LESSON}replace/", views_lesson.replace, name="replace_recording"),
    path(f"{_LESSON}versions/<int:version>/", views_lesson.take, name="take_version"),
    path(f"{_LESSON}versions/<int:version>/sound", views_lesson.version_sound, name="version_sound"),
    path("library/programs/", programs.programs, name="programs"),
    path("library/programs/new/", programs.new, name="new_program"),
    path(_PROGRAM, programs.program, name="program"),
    path(f"{_PROGRAM}edit/", programs.edit, name="edit_program"),
    path(f"{_PROGRAM}add/", programs.add, name="add_to_program"),
    path(f"{_PROGRAM}steps/", programs.steps, name="program_steps"),
    path(f"{_PROGRAM}duplicate/", programs.duplicate, name="duplicate_program"),
    path(f"{_PROGRAM}archive/", programs.archive, name="archive_program"),
    path(f"{_PROGRAM}bring-back/", programs.bring_back, name="program_back"),
    path(f"{_PROGRAM}as-client/", programs.as_client, name="program_as_client"),
    path("first-aid/<int:pk>/", views.first_aid, name="first_aid"),
    path("first-aid/<int:pk>/sound", views.first_aid_sound, name="first_aid_sound"),
    path("first-aid/<int:pk>/film", views.first_aid_film, name="first_aid_film"),
    path("first-aid/<int:pk>/picture", views.first_aid_poster, name="first_aid_poster"),
    path("first-aid/<int:pk>/captions.vtt", views.first_aid_captions, name="first_aid_captions"),
]
