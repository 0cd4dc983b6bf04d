"""The site as an ASGI application: pages and live streams in one process."""

import os
import sys

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from coaching.live.room import make_room
from portal.embedded import EmbeddedError
from portal.pages import PageHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
os.environ.setdefault("DATABASE_POOL", "20")  # before the settings are read: pages share these connections


def pages() -> PageHandler:
    """A fifth of the connections is for what outlasts its page: downloads, and live streams."""
    django.setup(set_prefix=False)
    make_room()
    pool = settings.DATABASES["default"]["OPTIONS"]["pool"]
    return PageHandler(at_once=max(1, pool["max_size"] * 4 // 5) if pool else 1)


try:
    application = pages()
except (ImproperlyConfigured, EmbeddedError) as error:
    sys.exit(str(error))
