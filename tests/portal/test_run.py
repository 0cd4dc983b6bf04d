"""`manage.py run`, as a person starts and stops it, and as a machine that fails ends it."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from portal.embedded.places import locate
from portal.embedded.processes import wait_until, working_in
from portal.running.leftovers import MARK

ROOT = Path(__file__).resolve().parents[2]
DEADLINE = 120
# The environment of the tests themselves is not that of a person who types `make run`.
KEYS = ("SECRET_KEY", "SEAL_KEYS")
OWN = ("STATE_DIR", "DATABASE_URL", "REDIS_URL", *KEYS, "SITE_URL", "ALLOWED_HOSTS", "EMAIL_URL", "DEBUG")


def _hear_the_terminal_close() -> None:
    """Whoever tests under nohup has all that it starts ignore this."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@dataclass
class House:
    """A state folder and a port, and what runs on them."""

    state: Path
    port: int
    output: Path = field(init=False)

    def __post_init__(self) -> None:
        self.output = self.state.parent / "output"

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in OWN}
        return {**kept, "STATE_DIR": str(self.state), "PORT": str(self.port), "DEMO": "0", **more}

    def manage(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment(**more),
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=False,
        )

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        """`manage.py run`, once its pages answer; killed with all that it started if the block leaves it."""
        with self.output.open("wb") as output:
            run = subprocess.Popen(
                [sys.executable, "manage.py", "run"],
                cwd=ROOT,
                env=self.environment(),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_hear_the_terminal_close,
            )
        try:
            ready = wait_until(lambda: "Stop " in self.said() or run.poll() is not None, seconds=DEADLINE)
            assert ready, self.said()
            assert run.poll() is None, self.said()
            yield run
        finally:
            for process in [*self.processes(), run]:
                process.kill()
            run.wait()

    def said(self) -> str:
        return self.output.read_text()

    def answers(self) -> bool:
        return self.ready() is not None

    def ready(self) -> str | None:
        """What it says of itself; None when it is not ready."""
        page = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        page.request("GET", "/readyz")
        answer = page.getresponse()
        return answer.read().decode() if answer.status == http.HTTPStatus.OK else None

    def processes(self) -> list[psutil.Process]:
        """Web, worker, beat, what these started, PostgreSQL and Valkey."""
        places = locate(self.state)
        return [*self._marked(), *working_in(places.data), *working_in(places.home)]

    def part(self, words: str) -> psutil.Process:
        return next(process for process in self._marked() if words in " ".join(process.cmdline()))

    def _marked(self) -> Iterator[psutil.Process]:
        for process in psutil.process_iter():
            try:
                if process.environ().get(MARK) == str(self.state):
                    yield process
            except (psutil.Error, OSError):
                continue


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    parent = Path(tempfile.mkdtemp(prefix="portal-test-"))
    parent.chmod(0o755)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    yield House(parent / "state", port)
    shutil.rmtree(parent)


def one_sentence(told: str) -> bool:
    return "Traceback" not in told and len(told.strip().splitlines()) == 1


@pytest.mark.xdist_group("run")
def test_a_run_serves_refuses_a_second_one_and_leaves_nothing_behind(house: House) -> None:
    with house.running() as run:
        assert house.ready() == "ready\nletters: no mail is set up\n"  # and no word of workers that only just start
        second = house.manage("run")
        assert second.returncode == 1
        assert f"already runs from {house.state}" in second.stderr
        assert str(house.port) in second.stderr
        assert one_sentence(second.stderr)

        elsewhere = house.manage("run", STATE_DIR=str(house.state.parent / "another"))
        assert elsewhere.returncode == 1
        assert f"Port {house.port} is in use" in elsewhere.stderr
        assert one_sentence(elsewhere.stderr)

        assert house.manage("showmigrations").returncode == 0
        assert house.answers()

        run.send_signal(signal.SIGINT)
        assert run.wait(DEADLINE) == 0
        assert not house.processes()
        assert "Traceback" not in house.said()


@pytest.mark.xdist_group("run")
def test_after_a_kill_the_next_run_ends_what_is_left_and_stops_whole_when_a_part_dies(house: House) -> None:
    with house.running() as killed:
        orphan = house.part("uvicorn")
        for process in [*psutil.Process(killed.pid).children(), killed]:
            process.kill()
        killed.wait()
        with house.running() as run:
            assert "Ended" in house.said()
            assert not orphan.is_running()
            assert house.answers()

            house.part(" beat ").kill()
            assert run.wait(DEADLINE) == 1
            assert "The beat process ended by itself" in house.said()
            assert not house.processes()


@pytest.mark.xdist_group("run")
def test_a_run_whose_terminal_is_closed_stops_like_any_other(house: House) -> None:
    with house.running() as run:
        run.send_signal(signal.SIGHUP)
        assert run.wait(DEADLINE) == 0
        assert not house.processes()
        assert "Traceback" not in house.said()


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("PORT", "70000", "PORT"),
        ("STATE_DIR", f"{__file__}/state", "STATE_DIR"),
        ("SITE_URL", "https://portal.example/under", "SITE_URL"),
        ("ALLOWED_HOSTS", "https://portal.example", "ALLOWED_HOSTS"),
        ("LOG_LEVEL", "loud", "LOG_LEVEL"),
        ("FROM_EMAIL", "nonsense", "FROM_EMAIL"),
        ("MEDIA_ACCEL", "private-media", "MEDIA_ACCEL"),
        ("HOST", "198.51.100.1", "HOST"),  # an address of nobody (RFC 5737)
    ],
)
def test_a_malformed_variable_gives_one_sentence(house: House, name: str, value: str, told: str) -> None:
    finished = house.manage("run", **{name: value})
    assert finished.returncode == 1
    assert told in finished.stderr
    assert one_sentence(finished.stderr)


def test_a_secret_that_is_too_short_is_refused_where_others_reach_the_site(house: House) -> None:
    finished = house.manage("run", SECRET_KEY="short", SITE_URL="https://portal.example")
    assert finished.returncode == 1
    assert "SECRET_KEY is too short" in finished.stderr
    assert one_sentence(finished.stderr)


def test_the_web_process_alone_tells_a_malformed_variable_in_one_sentence(house: House) -> None:
    started = subprocess.run(
        [sys.executable, "-m", "uvicorn", "portal.asgi:application", "--port", str(house.port)],
        cwd=ROOT,
        env=house.environment(EMAIL_URL="nonsense"),
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )
    assert started.returncode == 1
    assert "EMAIL_URL must be" in started.stderr
    assert one_sentence(started.stderr)


@pytest.mark.parametrize(
    ("name", "scheme", "options"),
    [
        ("DATABASE_URL", "postgresql", ""),
        ("DATABASE_URL", "postgresql", "?connect_timeout=2"),
        ("REDIS_URL", "redis", ""),
        ("REDIS_URL", "redis", "?socket_timeout=soon"),
    ],
)
def test_a_server_that_does_not_answer_is_named_in_one_sentence(
    house: House, name: str, scheme: str, options: str
) -> None:
    url = f"{scheme}://127.0.0.1:{house.port}/0{options}"
    finished = house.manage("run", **dict.fromkeys(KEYS, "x" * 60), **{name: url})
    assert finished.returncode == 1
    assert name in finished.stderr
    assert one_sentence(finished.stderr)
