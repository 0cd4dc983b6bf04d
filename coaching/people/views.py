"""The settings: one page that leads to everything, and what a practitioner tells about the practice."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.queries import has_second_factor, passkeys_of, sign_ins_of
from coaching.people import actions
from coaching.people.access import PageRequest, member_required, practitioner_required
from coaching.people.forms import PracticeForm


@member_required
def settings(request: PageRequest) -> HttpResponseBase:
    """Everything that one can set, each with how it stands."""
    return render(
        request,
        "people/settings.html",
        {
            "here": "settings",
            "protected": has_second_factor(request.user),
            "passkeys": passkeys_of(request.user),
            "sign_ins": len(sign_ins_of(request.user, session_key=request.session.session_key)),
            "practitioner": getattr(request, "practitioner", None),
        },
    )


@practitioner_required
def practice(request: PageRequest) -> HttpResponseBase:
    """The practice's name and the words on its first page."""
    form = PracticeForm(request.POST or None, instance=request.practitioner.practice)
    if request.method == "POST" and form.is_valid():
        actions.describe_practice(practice=request.practitioner.practice, now=request.now, **form.cleaned_data)
        messages.success(request, _("Saved. Visitors read it from now on."))
        return redirect("settings")
    return render(request, "people/practice.html", {"form": form})
