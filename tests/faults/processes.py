"""Real processes of ours, on the test's own database, so that they can be killed."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent


def environment(*, email_url: str) -> dict[str, str]:
    """What a process needs to find this test's database and mail server."""
    return {**os.environ, "DATABASE_URL": _database_url(), "REDIS_URL": settings.REDIS_URL, "EMAIL_URL": email_url}


def sweep(*, email_url: str) -> subprocess.Popen[str]:
    """`manage.py sweep`, started and left running."""
    return subprocess.Popen(
        [sys.executable, "manage.py", "sweep"],
        cwd=ROOT,
        env=environment(email_url=email_url),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _database_url() -> str:
    parts = connection.settings_dict
    options = {name: value for name, value in parts["OPTIONS"].items() if isinstance(value, str)}
    query = urlencode({"host": parts["HOST"], "port": parts["PORT"], **options})
    return f"postgresql://{parts['USER']}:{parts['PASSWORD']}@/{parts['NAME']}?{query}"
