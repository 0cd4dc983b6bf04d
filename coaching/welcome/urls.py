from django.urls import path

from coaching.welcome import views

urlpatterns = [
    path("", views.welcome, name="welcome"),
    path("set-up/mail/", views.try_mail, name="try_mail"),
    path("set-up/<str:key>/", views.first_start, name="set_up"),
    path("come/<str:code>/", views.come, name="come"),
    path("clients/invite/", views.invite, name="invite"),
    path("clients/invite/<int:pk>/send-again/", views.send_again, name="invite_again"),
    path("clients/invite/<int:pk>/revoke/", views.revoke, name="invite_revoke"),
]
