from django.urls import path

from coaching.mailroom import views

urlpatterns = [path("<str:secret>/<slug:provider>/", views.mail_in, name="mail_in")]
