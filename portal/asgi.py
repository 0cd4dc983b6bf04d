"""The site as an ASGI application: pages and live streams in one process."""

import os
import sys

from django.core.asgi import get_asgi_application
from django.core.exceptions import ImproperlyConfigured

from portal.embedded import EmbeddedError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
os.environ.setdefault("DATABASE_POOL", "20")  # before the settings are read: pages share these connections

try:
    application = get_asgi_application()
except (ImproperlyConfigured, EmbeddedError) as error:
    sys.exit(str(error))
