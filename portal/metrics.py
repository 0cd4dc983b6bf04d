"""/metrics: how letters leave, as numbers for Prometheus (text format 0.0.4), for who knows METRICS_TOKEN."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache

from coaching.outbox import figures
from coaching.people.access import open_to_all

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@never_cache
@open_to_all
def metrics(request: HttpRequest) -> HttpResponse:
    """Asked for with `Authorization: Bearer <METRICS_TOKEN>`; not found for everybody else."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not constant_time_compare(given, settings.METRICS_TOKEN):
        raise Http404
    now: datetime = request.now  # type: ignore[attr-defined]
    return HttpResponse("".join(_lines(now)), content_type=CONTENT_TYPE)


def _lines(now: datetime) -> Iterator[str]:
    found = figures.of(now)
    yield from _gauge("portal_letters", "Letters due in the last seven days or waiting.", "state", found.by_state)
    yield from _gauge(
        "portal_letters_oldest_due_seconds", "How long the oldest due letter waits.", "", found.oldest
    )
    yield from _gauge("portal_letters_late", "Letters due for over five minutes in nobody's hand.", "", found.late)
    yield from _gauge("portal_heartbeat_age_seconds", "Since the last sign of life.", "part", found.heartbeats)
    yield from _gauge("portal_mail_trouble_seconds", "For how long the mail server has failed.", "", found.trouble)
    yield from _gauge("portal_letter_delay_seconds", "From due to sent, last hour.", "quantile", found.delays)
    yield from _gauge("portal_letters_sent_last_hour", "Letters that the mail server took.", "", found.sent)
    yield from _gauge("portal_addresses_stopped", "Addresses that get no letters any more.", "cause", found.stopped)


def _gauge(name: str, told: str, label: str, values: Mapping[str, float] | float) -> Iterator[str]:
    """One number, or one for each value of `label`."""
    yield f"# HELP {name} {told}\n# TYPE {name} gauge\n"
    if isinstance(values, Mapping):
        yield from (f'{name}{{{label}="{each}"}} {value:g}\n' for each, value in sorted(values.items()))
    else:
        yield f"{name} {values:g}\n"
