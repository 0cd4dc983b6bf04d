"""Having seen that an answer by mail did not get in."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from coaching.messaging import by_mail
from coaching.people.access import PageRequest, member_required


@require_POST
@member_required
def untaken_mail_seen(request: PageRequest) -> HttpResponse:
    by_mail.put_aside(person=request.user)
    return redirect("messages")
