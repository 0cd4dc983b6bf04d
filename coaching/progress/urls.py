from django.urls import path

from coaching.progress import views, views_paper

urlpatterns = [
    path("practice/progress/", views.progress, name="progress"),
    path("practice/progress/rate/", views.rate, name="rate"),
    path("clients/<int:pk>/progress/", views.progress_of, name="progress_of"),
    path("practice/progress.pdf", views_paper.progress_pdf, name="progress_pdf"),
    path("clients/<int:pk>/progress.pdf", views_paper.progress_of_pdf, name="progress_of_pdf"),
    path("practice/plan/", views_paper.plan_print, name="plan_print"),
    path("practice/plan.pdf", views_paper.plan_pdf, name="plan_pdf"),
    path("clients/<int:pk>/plan/", views_paper.plan_of, name="plan_of"),
    path("clients/<int:pk>/plan.pdf", views_paper.plan_of_pdf, name="plan_of_pdf"),
]
