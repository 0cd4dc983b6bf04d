"""The site as an ASGI application: pages and live streams in one process."""

import os
import sys

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.exceptions import ImproperlyConfigured

from portal.embedded import EmbeddedError
from portal.in_turn import Application, InTurn

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
os.environ.setdefault("DATABASE_POOL", "20")  # before the settings are read: pages share these connections


def in_turn(pages: Application) -> Application:
    """A fifth of the connections is for what outlasts its turn: downloads, and answers on their way."""
    pool = settings.DATABASES["default"]["OPTIONS"]["pool"]
    return InTurn(pages, at_once=max(1, pool["max_size"] * 4 // 5)) if pool else pages


try:
    application = in_turn(get_asgi_application())
except (ImproperlyConfigured, EmbeddedError) as error:
    sys.exit(str(error))
