from django.urls import path

from coaching.story import views, views_again, views_questions

urlpatterns = [
    path("", views.story, name="story"),
    path("now/", views.what_to_do, name="story_what_to_do"),
    path("told/", views.hand_over, name="story_told"),
    path("body/", views_again.body, name="story_body"),
    path("body/how/", views_again.body_how, name="story_body_how"),
    path("activities/", views_again.activities, name="story_activities"),
    path("step/<slug:name>/", views.step, name="story_step"),
    path("questions/", views_questions.questions, name="story_questions"),
    path("questions/<int:pk>/", views_questions.question, name="story_question"),
    path("questions/<int:pk>/move/", views_questions.move, name="story_question_move"),
    path("questions/<int:pk>/away/", views_questions.take_away, name="story_question_away"),
    path("<int:pk>/", views.story_of, name="story_of"),
    path("<int:pk>/seen/", views.signs_seen, name="story_signs_seen"),
    path("<int:pk>/decide/", views.decide, name="story_decide"),
    path("<int:pk>/path/", views.choose_path, name="story_path"),
]
