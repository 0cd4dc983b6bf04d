"""The folder that a mail server delivers into."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import OperationalError

from coaching.mailroom import folder
from coaching.mailroom.mail import MOST_BYTES
from coaching.mailroom.models import IncomingMail
from tests.mailroom.conftest import Desk, letter

pytestmark = pytest.mark.django_db


@pytest.fixture
def box(tmp_path: Path, now: datetime) -> Path:
    folder.read(tmp_path, now=now)  # makes what is missing
    return tmp_path


def delivered(box: Path, number: int = 1, content: bytes = b"") -> Path:
    file = box / "new" / f"{number}.host"
    file.write_bytes(content or letter(number=number).as_bytes())
    return file


def left(box: Path) -> list[str]:
    return sorted(str(file.relative_to(box)) for file in box.rglob("*") if file.is_file())


def test_what_was_delivered_is_taken_in_and_gone(box: Path, desk: Desk, now: datetime) -> None:
    delivered(box, 1)
    delivered(box, 2)
    assert folder.read(box, now=now) == {"taken": 2}
    assert len(desk.taken) == 2
    assert left(box) == []


def test_an_empty_folder_is_nothing(box: Path, now: datetime) -> None:
    assert folder.read(box, now=now) == {}


def test_what_another_worker_is_reading_is_left_to_it_until_it_must_have_died(
    box: Path, desk: Desk, now: datetime
) -> None:
    desk.trouble = [OperationalError("the database went away")]
    delivered(box)
    with pytest.raises(OperationalError):
        folder.read(box, now=now)
    assert left(box) == ["cur/1.host.try1"]
    assert folder.read(box, now=now + timedelta(minutes=4)) == {}
    assert folder.read(box, now=now + timedelta(minutes=6)) == {"taken": 1}
    assert left(box) == []


def test_a_message_that_fails_five_times_is_put_aside_and_harms_no_other(
    box: Path, desk: Desk, now: datetime
) -> None:
    desk.trouble = [RuntimeError() for _ in range(5)]
    delivered(box)
    moment = now
    for _ in range(5):
        assert folder.read(box, now=moment) == {"failed": 1}
        moment += timedelta(minutes=6)
    delivered(box, 2)
    assert folder.read(box, now=moment) == {"taken": 1}
    assert left(box) == ["failed/1.host"]


def test_a_file_that_is_too_large_is_removed_unread(box: Path, now: datetime) -> None:
    delivered(box, content=bytes(MOST_BYTES + 1))
    assert folder.read(box, now=now) == {IncomingMail.Outcome.UNREADABLE: 1}
    assert left(box) == []


def test_what_a_mail_server_is_still_writing_is_left_alone(box: Path, desk: Desk, now: datetime) -> None:
    (box / "tmp" / "1.host").write_bytes(letter().as_bytes())
    assert folder.read(box, now=now) == {}
    assert left(box) == ["tmp/1.host"]
