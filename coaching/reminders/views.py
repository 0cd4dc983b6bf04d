"""Where everybody decides what they are told and when, and sees what was written to them."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coaching.outbox import devices, webpush
from coaching.outbox import queries as outbox
from coaching.people.access import PageRequest, member_required
from coaching.reminders import actions, queries
from coaching.reminders.forms import ChoiceForm, initial_of

A_PAGE = 12


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def reminders(request: PageRequest) -> HttpResponse:
    person = request.user
    today = request.now.astimezone(person.zone).date()
    phones = list(devices.of(person))
    has_phone = bool(phones)
    initial = initial_of(queries.choice_of(person), today=today, zone=person.zone, with_phone=has_phone)
    posted = request.POST if request.method == "POST" else None
    is_client = hasattr(request, "client")
    form = ChoiceForm(
        posted, today=today, zone=person.zone, is_client=is_client, with_phone=has_phone, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        actions.choose(person=person, now=request.now, **form.chosen)
        messages.success(request, _("Saved. From now on it is as you want it."))
        return redirect("reminders")
    page = Paginator(outbox.letters_to(person), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "today": today,
        "here": "settings",
        "phones": phones,
        "push_key": webpush.public_key(),
        "answered_by_mail": bool(settings.INBOUND_EMAIL),
    }
    return render(request, "reminders/choose.html", context, status=400 if form.errors else 200)
