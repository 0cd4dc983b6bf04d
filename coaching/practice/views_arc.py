"""The practitioner's side of the way to doing without a plan: the stages, the kit, graduating, coming back."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coaching.people.access import PageRequest, practitioner_required
from coaching.people.models import Client
from coaching.practice import actions, arc, graduating, kit, queries
from coaching.practice.forms_kit import GraduateForm, KitForm
from coaching.practice.graduating import NotNow, TooLate
from coaching.practice.models_arc import Graduation
from coaching.practice.refusals import CannotGive

Stage = Client.Stage


def _client(request: PageRequest, pk: int) -> Client:
    people = Client.objects.of(request.practitioner).select_related("user", "practitioner__user")
    return get_object_or_404(people, pk=pk)


@practitioner_required
@require_POST
def stage(request: PageRequest, pk: int) -> HttpResponseBase:
    """One press moves a client on, or back. Towards doing it alone a page asks about the lessons first."""
    client, to = _client(request, pk), request.POST.get("to", "")
    if to == Stage.OWN:
        return redirect("on_own", pk)
    if to not in Stage.values:
        return redirect("client", pk)
    if arc.move(client=client, to=to, now=request.now):
        messages.success(request, _moved(client))
    return redirect("client", pk)


def _moved(client: Client) -> str:
    said = {
        Stage.LEARNING: _("Learning. Letters about practice come to %s as they did."),
        Stage.FADING: _("Fading. %s gets at most two letters a week about practice, after two weeks one."),
        Stage.OWN: _("On their own. %s gets no letters about practice any more."),
    }
    told = _("A letter tells it in ten minutes; a step back before then is told to nobody.")
    return f"{said[Stage(client.stage)] % client.name} {told}"


@practitioner_required
@require_http_methods(["GET", "HEAD", "POST"])
def on_own(request: PageRequest, pk: int) -> HttpResponseBase:
    """No more letters; and which lessons are from now on for whenever they are needed."""
    client = _client(request, pk)
    if client.status != Client.Status.ACTIVE:
        return redirect("client", pk)
    given = queries.asked_of(client, request.now.astimezone(client.zone).date())
    if request.method == "POST":
        chosen = set(request.POST.getlist("needed"))
        actions.ask_when_needed(given=[each for each in given if str(each.pk) in chosen], now=request.now)
        if arc.move(client=client, to=Stage.OWN, now=request.now):
            messages.success(request, _moved(client))
        return redirect("client", pk)
    return render(request, "practice/on_own.html", {"client": client, "given": given, "here": "clients"})


@practitioner_required
@require_http_methods(["GET", "HEAD", "POST"])
def kit_of(request: PageRequest, pk: int) -> HttpResponseBase:
    """What this client takes first when it comes back."""
    client = _client(request, pk)
    today = request.now.astimezone(client.zone).date()
    sent = request.POST if request.method == "POST" else None
    form = KitForm(sent, choices=kit.choices(client, today), proposes=True)
    if sent is not None and not form.is_only_moving and form.is_valid():
        try:
            kit.fill(client=client, chosen=form.chosen, now=request.now)
        except CannotGive as refused:
            messages.error(request, refused.sentence)
        else:
            messages.success(request, _("Saved. %s finds it on Today.") % client.name)
            return redirect("client", pk)
    return render(request, "practice/kit_of.html", _shown(client, form))


def _shown(client: Client, form: KitForm) -> dict[str, object]:
    return {"client": client, "form": form, "most": kit.MOST, "here": "clients"}


@practitioner_required
@require_http_methods(["GET", "HEAD", "POST"])
def graduate(request: PageRequest, pk: int) -> HttpResponseBase:
    """What is kept, a word to take along, and what else ends or stays: then one press."""
    client = _client(request, pk)
    if client.status in (Client.Status.GRADUATED, Client.Status.ENDED):
        return redirect("client", pk)
    today = request.now.astimezone(client.zone).date()
    sent = request.POST if request.method == "POST" else None
    form = GraduateForm(sent, choices=kit.choices(client, today), proposes=True)
    if sent is not None and not form.is_only_moving and form.is_valid():
        return _graduated(request, client, form)
    return render(request, "practice/graduate.html", _shown(client, form) | {"arc": arc.of(client, request.now)})


def _graduated(request: PageRequest, client: Client, form: GraduateForm) -> HttpResponseBase:
    try:
        graduating.graduate(client=client, kept=form.chosen, words=form.cleaned_data["words"], now=request.now)
    except NotNow:
        return redirect("client", client.pk)
    except CannotGive as refused:
        messages.error(request, refused.sentence)
        return redirect("story_of", client.pk)
    messages.success(request, _("%s has graduated. The letter leaves in ten minutes.") % client.name)
    return redirect("client", client.pk)


@practitioner_required
@require_POST
def graduate_back(request: PageRequest, pk: int) -> HttpResponseBase:
    """As if it had not been."""
    client = _client(request, pk)
    found = get_object_or_404(Graduation, client=client, came_back_at=None)
    try:
        graduating.take_back(graduation=found, now=request.now)
        messages.success(request, _("Taken back. All that %s was given is as it was.") % client.name)
    except TooLate:
        messages.error(
            request, _("%s has read of it already. Say that you work together again instead.") % client.name
        )
    return redirect("client", pk)


@practitioner_required
@require_POST
def come_back(request: PageRequest, pk: int) -> HttpResponseBase:
    """Yes: we work together again."""
    client = _client(request, pk)
    if client.status == Client.Status.GRADUATED:
        graduating.come_back(client=client, now=request.now)
        said = _("You work with %s again, who gets a letter. What you give now is what there is to do.")
        messages.success(request, said % client.name)
    return redirect("client", pk)
