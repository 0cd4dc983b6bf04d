"""The access marks of the pages here. The rooms above have their own, which also know clients and practitioners."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase

from accounts.models import User

View = Callable[..., HttpResponseBase]


class OwnRequest(HttpRequest):
    """A request of somebody who is signed in. `now` is set by `accounts.middleware`."""

    user: User
    now: datetime


def signed_in(view: View) -> View:
    """For whoever is signed in: the page is about nobody but them."""
    guarded: Any = login_required(view)
    guarded.access = "member"
    return guarded


def open_to_all(view: View) -> View:
    """For everybody, visitors too."""
    view.access = "anyone"  # type: ignore[attr-defined]
    return view
