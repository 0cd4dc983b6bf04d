"""The first page that anybody sees, the first start, and invitations."""

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.models import User
from accounts.queries import has_second_factor
from coaching.library import queries as library
from coaching.outbox.queries import pulse
from coaching.people.access import PageRequest, open_to_all, practitioner_required, who
from coaching.people.actions import AddressKnown, AlreadyMovedIn, is_known
from coaching.people.models import Client, Invitation, Practice
from coaching.people.words import as_html
from coaching.welcome import actions, queries, set_up, words
from coaching.welcome.forms import ComeForm, InviteForm, SetUpForm
from coaching.welcome.rules import Standing


@open_to_all
def welcome(request: PageRequest) -> HttpResponseBase:
    """For visitors: who is here, what helps at once, how to begin. Whoever is signed in is at home already."""
    if who(request):
        return redirect("today")
    practice = Practice.objects.first()
    return render(
        request,
        "welcome/welcome.html",
        {
            "practice": practice,
            "words": as_html(practice.welcome) if practice else "",
            "lessons": library.first_aid()[:6],
        },
    )


@open_to_all
@never_cache
def first_start(request: PageRequest, key: str) -> HttpResponseBase:
    """The practitioner moves in. Behind a key that the server prints; gone once it is done."""
    if not set_up.opens(key):
        raise Http404
    mail = bool(settings.EMAIL_URL)
    form = SetUpForm(request.POST or None, mail=mail)
    if request.method == "POST" and form.is_valid():
        asked = {
            name: form.cleaned_data[name] for name in ("email", "name", "time_zone", "practice_name", "password")
        }
        try:
            practitioner = actions.set_up(hours=form.hours(), now=request.now, **asked)
        except AlreadyMovedIn:
            return redirect("account_login")
        return _sign_in(request, practitioner.user, then="try_mail")
    return render(request, "welcome/set_up.html", {"form": form, "mail": mail})


@practitioner_required
@never_cache
def try_mail(request: PageRequest) -> HttpResponseBase:
    """Whether letters leave: told plainly, and tried by a letter to oneself. The second page of the first start."""
    practitioner = request.practitioner
    if request.method == "POST":
        actions.try_mail(practitioner=practitioner, now=request.now)
        return redirect("try_mail")
    mail = words.mail(
        trial=queries.trials_of(practitioner).first(), pulse=pulse(request.now), address=request.user.email
    )
    protected = has_second_factor(request.user)
    is_set, comes_in = bool(settings.EMAIL_URL), bool(settings.INBOUND_EMAIL)
    context = {"mail": mail, "is_set": is_set, "comes_in": comes_in, "protected": protected}
    return render(request, "welcome/mail.html", context)


@practitioner_required
def invite(request: PageRequest) -> HttpResponseBase:
    """Ask somebody in."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = actions.invite(practitioner=request.practitioner, now=request.now, **form.cleaned_data)
        except actions.AlreadyInvited as known:
            form.add_error("email", _("%s is invited already. Send that invitation again.") % known.invitation.name)
        except AddressKnown:
            form.add_error("email", _("Somebody with this address has an account here already."))
        else:
            messages.success(request, _("%s is invited. The letter leaves now.") % asked.name)
            return redirect("clients")
    waiting = queries.open_invitations(request.practitioner)
    return render(request, "welcome/invite.html", {"form": form, "here": "clients", "invitations": waiting})


@practitioner_required
def send_again(request: PageRequest, pk: int) -> HttpResponseBase:
    """The same invitation once more."""
    asked = get_object_or_404(request.practitioner.invitations, pk=pk)
    if request.method != "POST":
        return redirect("clients")
    try:
        actions.send_again(invitation=asked, now=request.now)
    except actions.NotOpen:
        messages.info(request, _("%s was invited, and the invitation is closed.") % asked.name)
    else:
        messages.success(request, _("The letter to %s leaves once more.") % asked.name)
    return redirect("clients")


@practitioner_required
def revoke(request: PageRequest, pk: int) -> HttpResponseBase:
    """Take an invitation back."""
    asked = get_object_or_404(request.practitioner.invitations, pk=pk)
    if request.method != "POST":
        return redirect("clients")
    try:
        actions.revoke(invitation=asked, now=request.now)
    except actions.NotOpen:
        messages.info(request, _("%s has come in already.") % asked.name)
    else:
        messages.success(request, _("The invitation for %s is taken back.") % asked.name)
    return redirect("clients")


@open_to_all
@never_cache
def come(request: PageRequest, code: str) -> HttpResponseBase:
    """Somebody opens the invitation: who asks them in, and two things to say before they are at home."""
    people = "practitioner__user", "practitioner__practice"
    asked = get_object_or_404(Invitation.objects.select_related(*people), code=code)
    standing = queries.standing_of(asked, request.now)
    if standing is not Standing.OPEN:
        return _closed(request, asked, standing)
    if request.user.is_authenticated:
        return _come_signed_in(request, asked)
    if is_known(email=asked.email):
        return _closed(request, asked, "known")
    form = ComeForm(request.POST or None, initial={"name": asked.name})
    if request.method == "POST" and form.is_valid():
        return _come(request, asked, form)
    return render(request, "welcome/come.html", {"invitation": asked, "form": form})


def _come(request: PageRequest, asked: Invitation, form: ComeForm) -> HttpResponseBase:
    try:
        client = actions.accept(invitation=asked, now=request.now, **form.cleaned_data)
    except actions.NotOpen as closed:
        return _closed(request, asked, closed.standing)
    except AddressKnown:
        return _closed(request, asked, "known")
    return _sign_in(request, client.user)


def _come_signed_in(request: PageRequest, asked: Invitation) -> HttpResponseBase:
    person = who(request)
    if not isinstance(person, Client) or person.user.email != asked.email:
        return _closed(request, asked, "other")
    if request.method == "POST":
        try:
            actions.accept_as(invitation=asked, client=person, now=request.now)
        except actions.ForSomebodyElse:
            return _closed(request, asked, "other")
        except actions.NotOpen as closed:
            return _closed(request, asked, closed.standing)
        return redirect("today")
    return render(request, "welcome/come_back.html", {"invitation": asked})


def _closed(request: HttpRequest, asked: Invitation, why: str) -> HttpResponseBase:
    """One sentence on why it goes no further here, and what to do."""
    return render(request, "welcome/closed.html", {"invitation": asked, "why": str(why)})


def _sign_in(request: PageRequest, user: User, *, then: str = "today") -> HttpResponseBase:
    """Signed in, and led to the page with the name `then`."""
    return perform_login(request, user, redirect_url=reverse(then))
