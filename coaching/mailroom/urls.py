from django.urls import path

from coaching.mailroom import views

urlpatterns = [path("<slug:provider>/", views.mail_in, name="mail_in")]
