"""Pages behind signed links in letters: they work without signing in. Reading one changes nothing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models import User
from coaching.people.access import PageRequest, open_to_all
from coaching.people.models import Client
from coaching.practice.actions import say_barrier
from coaching.practice.models import Barrier
from coaching.reminders import actions, links
from coaching.reminders.forms import BarrierForm
from coaching.reminders.topics import WORDS


@csrf_exempt  # RFC 8058 section 3.2: a mail program posts without cookies; the signed token alone counts
@open_to_all
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_letters(request: PageRequest, token: str) -> HttpResponse:
    """No more letters of one kind: asked on a page, done by a POST, from that page or from a mail program."""
    stop = links.read_stop(token)
    if stop is None:
        return _broken(request)
    person = get_object_or_404(User, pk=stop.person, is_active=True)
    if request.method == "POST":
        actions.stop(person=person, topic=stop.topic, now=request.now)
    done = request.method == "POST"
    return render(request, "reminders/stop.html", {"words": WORDS[stop.topic], "done": done})


@open_to_all
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def barrier(request: PageRequest, token: str) -> HttpResponse:
    """What is in the way? One tap answers. Who was taken back since, or left, is not asked any more."""
    question = links.read_question(token)
    if question is None:
        return _broken(request)
    people = Client.objects.reminded().select_related("user", "practitioner__user")
    client = get_object_or_404(people, pk=question.client, user__is_active=True)
    form = BarrierForm(request.POST or None)
    said = ""
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data["why"]
        say_barrier(client=client, asked_on=question.asked_on, why=said, now=request.now)
    context = {"client": client, "answers": Barrier.Why.choices, "said": said, "wrong": bool(form.errors)}
    return render(request, "reminders/barrier.html", context, status=400 if form.errors else 200)


def _broken(request: HttpRequest) -> HttpResponse:
    """The link was cut or changed on its way: say so, with the way in that always works."""
    return render(request, "reminders/broken.html", status=404)
