"""Where the mail provider tells what became of letters (docs/operations.md says how to set it up)."""

from collections.abc import Iterator

from anymail import urls as anymail_urls
from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.signals import AnymailTrackingEvent
from anymail.webhooks.base import AnymailCoreWebhookView
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from coaching.outbox import news
from coaching.people.access import open_to_all


@csrf_exempt
@require_http_methods(["HEAD", "POST"])
@open_to_all
def mail_news(request: HttpRequest, provider: str) -> HttpResponse:
    """Only from the provider that is set up, and only with its secret. Anything else is not found or a 400."""
    if provider != settings.MAIL_PROVIDER:
        raise Http404
    if request.method == "POST":
        for event in _events(request, provider):
            news.hear(news.News.of(event), now=request.now)  # type: ignore[attr-defined]
    return HttpResponse(content_type="text/plain")


def _events(request: HttpRequest, provider: str) -> Iterator[AnymailTrackingEvent]:
    """What anymail reads in it, as far as it is news of letters (some providers send mail the same way)."""
    view = _view_of(provider)
    try:
        view.run_validators(request)
        events = view.parse_events(request)
    except (AnymailWebhookValidationFailure, ValueError, KeyError, TypeError) as error:
        raise BadRequest("No news of letters.") from error
    return (event for event in events if isinstance(event, AnymailTrackingEvent))


def _view_of(provider: str) -> AnymailCoreWebhookView:
    for pattern in anymail_urls.urlpatterns:
        if pattern.name == f"{provider}_tracking_webhook":
            view: AnymailCoreWebhookView = pattern.callback.view_class(**pattern.callback.view_initkwargs)
            return view
    raise Http404
