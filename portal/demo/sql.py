"""Statements out of a .sql file, by name."""

import re
from pathlib import Path
from typing import Any

from django.db import connection


class Statements:
    """The sections of a file: each begins with a line `-- name: ...` and is one statement."""

    def __init__(self, path: Path) -> None:
        parts = re.split(r"^-- name: (\w+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        self._statements = dict(zip(parts[1::2], parts[2::2], strict=True))

    def run(self, name: str, **values: Any) -> int:
        """Run one; gives how many rows it made or changed."""
        with connection.cursor() as cursor:
            cursor.execute(self._statements[name], values or None)
            return cursor.rowcount
