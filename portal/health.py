"""Whether the site lives, and whether it can serve. Told to machines, so in few words."""

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from coaching.outbox.queries import Pulse, pulse
from coaching.people.access import open_to_all


@never_cache
@open_to_all
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers at all."""
    return HttpResponse("alive\n", content_type="text/plain")


@never_cache
@open_to_all
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when database and Redis answer, else 503 with the name of what does not.

    How letters leave is told in a second line, and changes nothing about the first: this process can serve.
    """
    missing = [name for name, works in (("database", _database_works), ("redis", _redis_works)) if not works()]
    text = f"not ready: {', '.join(missing)}\n" if missing else "ready\n"
    if "database" not in missing:
        text += f"letters: {_letters_in_words(pulse(request.now))}\n"  # type: ignore[attr-defined]
    return HttpResponse(text, status=503 if missing else 200, content_type="text/plain")


def _letters_in_words(found: Pulse) -> str:
    troubles = {
        "workers asleep": not found.workers,
        "beat asleep": not found.beat,
        "no mail is set up": not found.mail,
        "mail server fails": bool(found.trouble),
        f"{found.late} late": found.late > 0,
    }
    return ", ".join(words for words, is_so in troubles.items() if is_so) or "well"


def _database_works() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:  # noqa: BLE001  (whatever is wrong, the answer is "not ready")
        return False
    return True


def _redis_works() -> bool:
    try:
        cache.set("readyz", 1, 5)
    except Exception:  # noqa: BLE001
        return False
    return True
