"""The page behind a letter's link: how was it? It works without signing in, and reading it changes nothing."""

from datetime import date
from uuid import UUID, uuid4, uuid5

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from coaching.people.access import PageRequest, open_to_all
from coaching.practice import actions, links, queries
from coaching.practice.forms import AfterForm
from coaching.practice.models import Assignment, PracticeEntry


@open_to_all
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def after(request: PageRequest, token: str) -> HttpResponse:
    """One tap notes how it was. The same link notes once a day, unless its reader asks for once more."""
    asked = links.read_after(token)
    assignment = queries.assignment_asked_about(asked.client, asked.assignment) if asked else None
    if asked is None or assignment is None:
        return render(request, "practice/after_gone.html", status=404)
    today = request.now.astimezone(assignment.client.zone).date()
    if asked.is_over(today):
        return render(request, "practice/after_gone.html", {"over": True}, status=410)
    return _page(request, assignment, today)


def _page(request: PageRequest, assignment: Assignment, today: date) -> HttpResponse:
    form = AfterForm(request.POST if request.method == "POST" else None)
    noted = queries.noted_on(assignment, today)
    saved = None
    may_note = request.method == "POST" and form.is_valid() and assignment.state != Assignment.State.STOPPED
    if may_note and (noted is None or form.cleaned_data["again"]):
        saved = noted = _note(request, assignment, today, form)
        assignment.refresh_from_db(fields=["state", "stopped_at", "stopped_why"])
    shown = {
        "assignment": assignment,
        "client": assignment.client,
        "lesson": assignment.lesson,
        "form": form,
        "noted": noted,
        "saved": saved,
        "again": uuid4() if noted and not saved and "again" in request.GET else None,
        "felt": AfterForm.FELT,
        "scale": range(11),
    }
    return render(request, "practice/after.html", shown, status=400 if form.errors else 200)


def _note(request: PageRequest, assignment: Assignment, today: date, form: AfterForm) -> PracticeEntry | None:
    lesson = assignment.lesson
    if lesson is None:
        return None
    said = form.cleaned_data
    return actions.note(
        client=assignment.client,
        lesson=lesson,
        assignment=assignment,
        day=today,
        before=None,
        after=said["after"],
        felt=said["felt"],
        token=said["again"] or _once_a_day(assignment.pk, today),
        recording=lesson.recording,
        now=request.now,
    )


def _once_a_day(assignment: UUID, day: date) -> UUID:
    return uuid5(assignment, day.isoformat())
