"""What can be booked: the practitioner's session types, listed, described, put in order and retired."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coaching.booking import actions, queries
from coaching.booking.forms_types import TypeForm
from coaching.booking.models import SessionType
from coaching.people.access import PageRequest, practitioner_required


@practitioner_required
@never_cache
@require_GET
def types(request: PageRequest) -> HttpResponseBase:
    """Those that are offered in their order, and those that are no longer."""
    all_types = list(queries.types_of(request.practitioner))
    context = {
        "offered": [each for each in all_types if each.retired_at is None],
        "retired": [each for each in all_types if each.retired_at is not None],
        "here": "sessions",
    }
    return render(request, "booking/types_of.html", context)


@practitioner_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def type_new(request: PageRequest) -> HttpResponseBase:
    form = TypeForm(request.POST or None, practitioner=request.practitioner)
    if request.method == "POST" and form.is_valid():
        made = actions.add_type(practitioner=request.practitioner, **_typed(form), now=request.now)
        messages.success(request, _("“%s” can be booked now.") % made.name)
        return redirect("types")
    return _show(request, form)


@practitioner_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def type_edit(request: PageRequest, slug: str) -> HttpResponseBase:
    found = _asked(request, slug)
    form = TypeForm(request.POST or None, instance=found, practitioner=request.practitioner)
    if request.method == "POST" and form.is_valid():
        actions.change_type(session_type=_asked(request, slug), **_typed(form), now=request.now)
        messages.success(request, _("Saved. Sessions that are booked already stay as they are."))
        return redirect("types")
    return _show(request, form)


@practitioner_required
@require_POST
def type_order(request: PageRequest, slug: str) -> HttpResponseBase:
    """One place up or down."""
    actions.move_type(session_type=_asked(request, slug), up="up" in request.POST, now=request.now)
    return redirect("types")


@practitioner_required
@require_POST
def type_retire(request: PageRequest, slug: str) -> HttpResponseBase:
    found = _asked(request, slug)
    actions.retire_type(session_type=found, now=request.now)
    messages.success(request, _("“%s” is no longer offered. Sessions that are booked already stay.") % found.name)
    return redirect("types")


@practitioner_required
@require_POST
def type_again(request: PageRequest, slug: str) -> HttpResponseBase:
    found = _asked(request, slug)
    actions.offer_again(session_type=found)
    messages.success(request, _("“%s” can be booked again.") % found.name)
    return redirect("types")


def _asked(request: PageRequest, slug: str) -> SessionType:
    return get_object_or_404(queries.types_of(request.practitioner), slug=slug)


def _typed(form: TypeForm) -> dict[str, Any]:
    return {"fields": form.fields_of_type(), "invited": form.invited(), "questions": form.questions()}


def _show(request: PageRequest, form: TypeForm) -> HttpResponseBase:
    saved = _asked(request, form.instance.slug) if form.instance.pk else None
    context = {"form": form, "type": saved, "here": "sessions"}
    return render(request, "booking/type.html", context, status=422 if form.is_bound else 200)
