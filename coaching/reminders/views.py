"""Where everybody decides what they are reminded of, and sees what was written to them."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coaching.outbox import queries as outbox
from coaching.people.access import PageRequest, member_required
from coaching.reminders import actions, queries
from coaching.reminders.forms import ChoiceForm

LAST = 20


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def reminders(request: PageRequest) -> HttpResponse:
    today = request.now.astimezone(request.user.zone).date()
    posted = request.POST if request.method == "POST" else None
    form = ChoiceForm(posted, today=today, zone=request.user.zone, initial=_chosen(request, today))
    if request.method == "POST" and form.is_valid():
        actions.choose(
            person=request.user,
            session_hours=form.cleaned_data["session_hours"],
            paused_until=form.paused_until(),
            now=request.now,
        )
        messages.success(request, _("Saved. From now on it is as you want it."))
        return redirect("reminders")
    told = outbox.letters_to(request.user)[:LAST]
    context = {"form": form, "letters": told, "today": today, "here": "settings"}
    return render(request, "reminders/choose.html", context, status=400 if form.errors else 200)


def _chosen(request: PageRequest, today: date) -> dict[str, Any]:
    choice = queries.choice_of(request.user)
    until = choice.paused_until.astimezone(request.user.zone).date() if choice.paused_until else None
    return {"session_hours": choice.session_hours, "quiet_until": until if until and until > today else None}
