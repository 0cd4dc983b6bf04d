"""Where a practitioner says when they answer, and that they are away."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coaching.messaging import actions_desk
from coaching.messaging.forms_desk import ReachForm
from coaching.messaging.reaching import reach_of
from coaching.people.access import PageRequest, practitioner_required


@require_http_methods(["GET", "HEAD", "POST"])
@practitioner_required
def answers(request: PageRequest) -> HttpResponse:
    """A POST saves; with `back` the days away are over."""
    practitioner, now = request.practitioner, request.now
    reach = reach_of(practitioner)
    if "back" in request.POST:
        actions_desk.say_when(
            practitioner=practitioner, answers=practitioner.answers, hours=reach.hours, leave=None, now=now
        )
        messages.success(request, _("You are back. Clients read nothing of it any more."))
        return redirect("settings_answers")
    form = ReachForm(request.POST if request.method == "POST" else None, reach=reach, now=now)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data["answers"]
        actions_desk.say_when(practitioner=practitioner, answers=said, hours=form.hours, leave=form.leave, now=now)
        messages.success(request, _("Saved. Clients read it where they write to you."))
        return redirect("settings_answers")
    context = {
        "form": form,
        "reach": reach,
        "away": reach.is_away(now),
        "hours": reach.hours_on(practitioner.zone, now),
        "here": "settings",
    }
    return render(request, "messaging/hours.html", context, status=422 if form.errors else 200)
