"""The site as an ASGI application: pages and live streams in one process."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
os.environ.setdefault("DATABASE_POOL", "20")  # before the settings are read: pages share these connections

application = get_asgi_application()
