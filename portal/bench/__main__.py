"""Measuring one room: `python -m portal.bench booking`, or `reminders LETTERS`. A figure a line, as JSON."""

import json
import os
import sys
from dataclasses import asdict
from importlib import import_module

import django


def main(room: str, *arguments: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()  # first: the rooms import models
    for figure in import_module(f"portal.bench.{room}").measure(*map(int, arguments)):
        sys.stdout.write(json.dumps(asdict(figure)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
