"""Around notes: what a client reads of them, what they begin with, and what is set aside on Today."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coaching.journal import asides, beginnings, queries
from coaching.journal.forms import AsideForm, TemplateForm
from coaching.journal.models import NoteTemplate, SetAside
from coaching.people.access import PageRequest, client_required, practitioner_required
from coaching.people.models import Client

MOST = 50  # notes on the client's page


@require_GET
@client_required
def shared_notes(request: PageRequest) -> HttpResponse:
    """What the practitioner wrote down for this client."""
    notes = queries.shared_with(request.client).select_related("appointment__session_type")[:MOST]
    return render(request, "journal/shared.html", {"notes": notes, "here": "sessions"})


@require_GET
@practitioner_required
def note_templates(request: PageRequest) -> HttpResponse:
    context = {"templates": queries.templates_of(request.practitioner), "first": beginnings.first()}
    return render(request, "journal/templates.html", {**context, "here": "clients"})


@require_http_methods(["GET", "HEAD", "POST"])
@practitioner_required
def new_note_template(request: PageRequest) -> HttpResponse:
    first = beginnings.first()
    words = first.words if not queries.templates_of(request.practitioner).exists() else ""
    template = NoteTemplate(practitioner=request.practitioner, name=first.name if words else "", words=words)
    return _write(request, template)


@require_http_methods(["GET", "HEAD", "POST"])
@practitioner_required
def note_template(request: PageRequest, pk: int) -> HttpResponse:
    """A POST saves it, or throws it away (`away`)."""
    template = get_object_or_404(queries.templates_of(request.practitioner), pk=pk)
    if "away" in request.POST:
        beginnings.throw_away(template=template)
        messages.success(request, _("“%s” is thrown away. Notes that began with it stay.") % template.name)
        return redirect("note_templates")
    return _write(request, template)


def _write(request: PageRequest, template: NoteTemplate) -> HttpResponse:
    form = TemplateForm(request.POST if request.method == "POST" else None, instance=template)
    if request.method == "POST" and form.is_valid():
        if beginnings.keep(template=template, **form.cleaned_data):
            messages.success(request, _("Saved. It is at hand beside every note."))
            return redirect("note_templates")
        form.add_error("name", _("You have one of this name already."))
    context = {"form": form, "template": template, "here": "clients"}
    return render(request, "journal/template.html", context, status=422 if form.errors else 200)


@require_POST
@practitioner_required
def set_aside(request: PageRequest, pk: int) -> HttpResponse:
    """An entry of "who needs you" is set aside: until when says the form."""
    people = Client.objects.of(request.practitioner).select_related("user", "practitioner__user")
    client = get_object_or_404(people, pk=pk)
    form = AsideForm(request.POST)
    if not form.is_valid():
        return _today()
    said = form.cleaned_data
    laid = asides.set_aside(
        client=client,
        reason=said["reason"],
        since=said["since"],
        until=form.moment(request.now, request.practitioner.zone),
        now=request.now,
    )
    return _today(f"?aside={laid.pk}")


@require_POST
@practitioner_required
def bring_back(request: PageRequest, pk: int) -> HttpResponse:
    """What was set aside stands on Today again. It may be back already."""
    mine = SetAside.objects.filter(practitioner=request.practitioner)
    found = get_object_or_404(mine.select_related("client__user", "client__practitioner__user"), pk=pk)
    asides.bring_back(aside=found, now=request.now)
    return _today()


def _today(more: str = "") -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('today')}{more}", status=303)
