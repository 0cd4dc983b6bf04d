"""The access marks: every view carries exactly one, and a test fails on a view without.

A visitor who needs an account is led to the sign-in page; someone in the wrong house gets a 404, because
another person's things do not exist for them.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Literal

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase

from accounts.models import User
from coaching.people.models import Client, Practitioner

Mark = Literal["client", "practitioner", "member", "anyone"]
View = Callable[..., HttpResponseBase]


class PageRequest(HttpRequest):
    """A request as views see it. `now` is set by `accounts.middleware`, the rest by the marks."""

    user: User
    now: datetime
    client: Client
    practitioner: Practitioner


def who(request: HttpRequest) -> Client | Practitioner | None:
    """The client or practitioner who asks, or None for a visitor. No query: they came with the account."""
    if not hasattr(request, "_who"):
        request._who = _look_up(request)  # type: ignore[attr-defined]
    return request._who  # type: ignore[attr-defined]


def client_required(view: View) -> View:
    """For clients. Sets `request.client`."""
    return _marked(view, "client", Client)


def practitioner_required(view: View) -> View:
    """For practitioners. Sets `request.practitioner`."""
    return _marked(view, "practitioner", Practitioner)


def member_required(view: View) -> View:
    """For clients and practitioners alike: the view asks `who(request)`."""
    return _marked(view, "member", Client, Practitioner)


def open_to_all(view: View) -> View:
    """For everybody, visitors too."""
    view.access = "anyone"  # type: ignore[attr-defined]
    return view


def _marked(view: View, mark: Mark, *allowed: type) -> View:
    @wraps(view)
    def guarded(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return _refuse_or_set(request, *allowed) or view(request, *args, **kwargs)

    guarded.access = mark  # type: ignore[attr-defined]
    return guarded


def _refuse_or_set(request: PageRequest, *allowed: type) -> HttpResponseBase | None:
    """Sets who is allowed on the request; a visitor is led to the sign-in page, anyone else gets an Http404."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    person = who(request)
    if not isinstance(person, allowed):
        raise Http404
    if isinstance(person, Client):
        request.client = person
    elif isinstance(person, Practitioner):
        request.practitioner = person
    return None


def _look_up(request: HttpRequest) -> Client | Practitioner | None:
    if not request.user.is_authenticated:
        return None
    return getattr(request.user, "client", None) or getattr(request.user, "practitioner", None)
