"""Whether the site lives, and whether it can serve. Told to machines, so in few words."""

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from coaching.people.access import open_to_all


@never_cache
@open_to_all
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers at all."""
    return HttpResponse("alive\n", content_type="text/plain")


@never_cache
@open_to_all
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when database and Redis answer, else 503 with the name of what does not."""
    missing = [name for name, works in (("database", _database_works), ("redis", _redis_works)) if not works()]
    text = f"not ready: {', '.join(missing)}\n" if missing else "ready\n"
    return HttpResponse(text, status=503 if missing else 200, content_type="text/plain")


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
