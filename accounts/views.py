"""The pages on which people set what is theirs alone."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import actions, queries, zones
from accounts.access import OwnRequest, open_to_all, signed_in
from accounts.adapter import THEME_COOKIE
from accounts.forms import NameForm, ThemeForm, ZoneForm

_YEAR = 365 * 24 * 3600


@signed_in
def name(request: OwnRequest) -> HttpResponseBase:
    """How one wants to be called."""
    form = NameForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        actions.set_name(user=request.user, name=form.cleaned_data["name"], now=request.now)
        messages.success(request, _("Saved: you are called %s here.") % request.user.get_full_name())
        return redirect("settings")
    return render(request, "accounts/name.html", {"form": form})


@signed_in
def zone(request: OwnRequest) -> HttpResponseBase:
    """Where one's clock is. With ?guess= only the question that a browser's guess gives rise to, or nothing."""
    if "guess" in request.GET and request.method == "GET":
        return _guess(request, zones.current_name(request.GET["guess"]))
    form = ZoneForm(request.POST or None, initial={"time_zone": request.user.time_zone})
    if request.method == "POST" and form.is_valid():
        actions.set_zone(user=request.user, name=form.cleaned_data["time_zone"], now=request.now)
        said = {"clock": zones.clock(request.now, request.user.zone), "place": request.user.place}
        messages.success(request, _("Saved: it is %(clock)s where you are, in %(place)s.") % said)
        return redirect(_back(request))
    return render(request, "accounts/zone.html", {"form": form, "next": _back(request)})


def _guess(request: OwnRequest, guess: str) -> HttpResponse:
    user = request.user
    if not zones.is_zone(guess):
        return HttpResponse(status=204)
    if user.zone_confirmed_at and zones.same_clocks(user.time_zone, guess, request.now):
        return HttpResponse(status=204)
    return render(request, "_parts/zone.html#guess", {"guess": guess, "next": _back(request)})


@open_to_all
@require_POST
def theme(request: HttpRequest) -> HttpResponseBase:
    """Light, dark or as the device has it: kept with the account, or in a cookie until one has come in."""
    form = ThemeForm(request.POST)
    if not form.is_valid():
        return redirect(_back(request))
    chosen = form.cleaned_data["theme"]
    if request.user.is_authenticated:
        actions.set_theme(user=request.user, theme=chosen, now=request.now)  # type: ignore[attr-defined]
    response = redirect(_back(request))
    response.set_cookie(
        THEME_COOKIE, chosen, max_age=_YEAR, httponly=True, samesite="Lax", secure=request.is_secure()
    )
    return response


@signed_in
def sign_ins(request: OwnRequest) -> HttpResponseBase:
    """Where one is signed in; ends one of them, or all but this."""
    if request.method == "POST":
        _end(request, request.POST.get("end", ""))
        return redirect("usersessions_list")
    found = queries.sign_ins_of(request.user, session_key=request.session.session_key)
    return render(request, "accounts/sign_ins.html", {"sign_ins": found})


def _end(request: OwnRequest, which: str) -> None:
    here = request.session.session_key
    if which == "others":
        actions.end_other_sign_ins(user=request.user, session_key=here, now=request.now)
        messages.success(request, _("You are signed out everywhere but here."))
    elif which.isdecimal() and actions.end_sign_in(
        user=request.user, pk=int(which), session_key=here, now=request.now
    ):
        messages.success(request, _("You are signed out there."))
    elif which:
        raise Http404


def _back(request: HttpRequest) -> str:
    """The page that asked, when it is one of ours; else the settings."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if ours else reverse("settings")
