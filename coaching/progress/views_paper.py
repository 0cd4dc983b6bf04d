"""What is taken along: the plan as a page to print and as PDF, and progress as PDF. For both sides."""

from datetime import date

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coaching.people.access import PageRequest, client_required, practitioner_required
from coaching.people.models import Client
from coaching.progress import queries
from coaching.progress.paper.papers import plan_paper, progress_paper
from coaching.progress.paper.setting import Paper, as_pdf
from coaching.progress.plan import plan_of as the_plan
from coaching.progress.sections import headline, sections
from coaching.progress.views import client_of, note_reading


@require_safe
@client_required
def plan_print(request: PageRequest) -> HttpResponseBase:
    shown = {"plan": the_plan(request.client, request.now), "client": request.client, "here": "practice"}
    return render(request, "progress/plan.html", shown)


@require_safe
@practitioner_required
def plan_of(request: PageRequest, pk: int) -> HttpResponseBase:
    client = client_of(request, pk)
    shown = {"plan": the_plan(client, request.now), "client": client, "here": "clients"}
    return render(request, "progress/plan.html", shown)


@require_safe
@client_required
def plan_pdf(request: PageRequest) -> HttpResponseBase:
    return _plan(request, request.client)


@require_safe
@practitioner_required
def plan_of_pdf(request: PageRequest, pk: int) -> HttpResponseBase:
    return _plan(request, client_of(request, pk))


@require_safe
@client_required
def progress_pdf(request: PageRequest) -> HttpResponseBase:
    return _progress(request, request.client, "")


@require_safe
@practitioner_required
def progress_of_pdf(request: PageRequest, pk: int) -> HttpResponseBase:
    client = client_of(request, pk)
    return _progress(request, client, client.name)


def _plan(request: PageRequest, client: Client) -> HttpResponseBase:
    plan = the_plan(client, request.now)
    return _file(plan_paper(plan), _("plan"), client, plan.day)


def _progress(request: PageRequest, client: Client, name: str) -> HttpResponseBase:
    period = queries.period_of(client, request.GET.get("period", ""), request.now)
    found = queries.numbers(client, period, request.now)
    if name:
        note_reading(request, client, found)
    paper = progress_paper(client, found, headline(found), sections(found, name))
    return _file(paper, _("progress"), client, period.today)


def _file(paper: Paper, kind: str, client: Client, day: date) -> HttpResponseBase:
    """To be kept by whoever asked, and by nobody on the way."""
    name = get_valid_filename(f"{kind} {client} {day:%Y-%m-%d}.pdf")
    answer = HttpResponse(as_pdf(paper), content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
