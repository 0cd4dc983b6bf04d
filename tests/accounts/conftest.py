import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser


@pytest.fixture
def numbers(mailoutbox: list[Any]) -> Callable[[], str]:
    """The six numbers of the newest mail."""

    def newest() -> str:
        found = re.search(r"^\d{6}$", mailoutbox[-1].body, re.MULTILINE)
        assert found, mailoutbox[-1].body
        return found.group()

    return newest


@pytest.fixture
def visitor() -> Browser:
    return Browser()
