"""The portal on a phone: installed like an app, and some of it without a network."""

from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.reader import key_of
from coaching.home import context
from coaching.people.access import PageRequest, open_to_all, who
from coaching.people.models import Client
from coaching.practice import kit
from coaching.practice import queries as practice

_WORKER = Path(settings.BASE_DIR) / "portal" / "static" / "js" / "sw.js"
GROUND = "#f2f0e8"  # by day; pages name the evening's colour themselves
_ICONS = (("192", "any"), ("512", "any"), ("maskable-512", "maskable"))


@open_to_all
@never_cache
@require_safe
def phone(request: PageRequest) -> HttpResponseBase:
    """For scripts: who reads, a fresh token for forms, which lessons may stay on this phone, and what a phone that
    keeps the kit for when it comes back needs for that."""
    reader = who(request)
    said: dict[str, Any] = {"lessons": [], "kit": []}
    if isinstance(reader, Client):
        today = request.now.astimezone(reader.zone).date()
        said = {"lessons": practice.running_keys(reader, today), "kit": kit.for_phone(reader)}
    return JsonResponse({"who": key_of(request.user), "token": get_token(request), **said})


@open_to_all
@require_safe
def offline(request: PageRequest) -> HttpResponseBase:
    """What is shown when there is no network: the lessons that are on this phone."""
    return render(request, "home/offline.html")


@open_to_all
@require_safe
def worker(request: PageRequest) -> HttpResponseBase:
    """The worker must lie at the root to stand in for all pages. It is a new one when any static file is."""
    return HttpResponse(
        f'const VERSION = "{_version()}";\n{_source()}',
        content_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": "no-cache", "Service-Worker-Allowed": "/"},
    )


@cache
def _source() -> str:
    return _WORKER.read_text(encoding="utf-8")


def _version() -> str:
    return str(getattr(staticfiles_storage, "manifest_hash", "") or "none")


@open_to_all
@require_safe
def manifest(request: PageRequest) -> HttpResponseBase:
    """How the portal looks when it is installed (W3C "Web Application Manifest")."""
    name = str(context.of(request).practice or _("Practice"))
    icons = [
        {
            "src": static(f"icons/{file}.png"),
            "sizes": f"{file[-3:]}x{file[-3:]}",
            "type": "image/png",
            "purpose": purpose,
        }
        for file, purpose in _ICONS
    ]
    told = {
        "id": "/",
        "name": name,
        "short_name": name if len(name) <= 14 else _("Practice"),
        "description": _("Your lessons, sessions and messages."),
        "lang": "en",
        "start_url": "/today/",
        "scope": "/",
        "display": "standalone",
        "background_color": GROUND,
        "theme_color": GROUND,
        "icons": icons,
    }
    return JsonResponse(told, content_type="application/manifest+json", headers={"Cache-Control": "max-age=3600"})
