"""What the environment may say, and the one sentence that a malformed value gets."""

import re
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.env import Environment, database_from_url


def _environment(value: str) -> Environment:
    return Environment({"NAME": value})


@pytest.mark.parametrize(
    "value",
    [
        "portal.example",
        "https://",
        "ftp://portal.example",
        "https://a b",
        "https://portal.example/under",
        "https://me@portal.example",
        "https://portal.example:port",
        "https://portal.example?x=1",
    ],
)
def test_an_origin_is_an_address_with_nothing_after_it(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="NAME"):
        _environment(value).origin("NAME", "")


@pytest.mark.parametrize("value", ["https://portal.example", "http://localhost:8001", "http://[::1]:8001"])
def test_an_origin_keeps_its_port_and_loses_its_slash(value: str) -> None:
    assert _environment(f"{value}/").origin("NAME", "") == value


@pytest.mark.parametrize("value", [",", "https://portal.example", "portal.example/", "me@portal.example"])
def test_hosts_are_names_alone(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="NAME must be names of hosts"):
        _environment(value).hosts("NAME", ["localhost"])


def test_hosts_are_parted_by_commas() -> None:
    assert _environment("a.example, b.example,").hosts("NAME", []) == ["a.example", "b.example"]


@pytest.mark.parametrize("value", ["nonsense", "@portal.example", "marta@", "Marta", "a@b@c.example"])
def test_a_sender_is_an_e_mail_address(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="NAME must be an e-mail address"):
        _environment(value).sender("NAME", "")


@pytest.mark.parametrize("value", ["marta@practice.example", "Marta <marta@practice.example>", "portal@localhost"])
def test_a_sender_may_have_a_name(value: str) -> None:
    assert _environment(value).sender("NAME", "") == value


def test_a_choice_forgives_its_case_and_names_what_it_knows() -> None:
    assert _environment("info").one_of("NAME", "WARNING", ("INFO", "WARNING")) == "INFO"
    assert _environment("").one_of("NAME", "WARNING", ("INFO", "WARNING")) == "WARNING"
    with pytest.raises(ImproperlyConfigured, match="NAME must be one of INFO, WARNING, not 'loud'"):
        _environment("loud").one_of("NAME", "WARNING", ("INFO", "WARNING"))


@pytest.mark.parametrize("value", ["70000", "0", "-1", "8000.5", "eight"])
def test_a_number_keeps_its_limits(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="NAME must be a whole number from 1 to 65535"):
        _environment(value).integer("NAME", 8000, least=1, most=65535)


@pytest.mark.parametrize(
    "value",
    [
        "mysql://me@host/name",
        "postgresql://host",
        "postgresql://host:port/name",
        "name",
        "postgresql://host/name?nonsense=1",
    ],
)
def test_a_database_is_postgresql_and_has_a_name(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        database_from_url(value)


@pytest.mark.parametrize(
    "value", ["smtp://", "smtp://:25", "smtp://a b:25", "smtp://me:word@:25", "mail.example:25"]
)
def test_a_server_has_a_name(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="NAME must be an address like smtp://"):
        _environment(value).url("NAME", "", schemes=("smtp", "smtps"))


def test_a_socket_has_a_path_instead() -> None:
    assert _environment("unix:///run/redis.sock?db=1").url("NAME", "", schemes=("redis", "unix"))
    with pytest.raises(ImproperlyConfigured, match="NAME must be an address"):
        _environment("unix://").url("NAME", "", schemes=("redis", "unix"))


ROOT = Path(__file__).resolve().parents[2]
READ = re.compile(r"environment\.\w+\(\s*\"([A-Z_]+)\"")
# What containers need not be told: the image or the composition itself says it, or `make run` alone asks.
NOT_HANDED_ON = {"STATE_DIR", "HOST", "PORT", "DEMO", "DEBUG", "ALLOWED_HOSTS", "DATABASE_POOL"}


def test_every_variable_is_told_in_the_docs_and_handed_to_the_containers() -> None:
    read = {name for path in (ROOT / "portal").rglob("*.py") for name in READ.findall(path.read_text())}
    assert {"SECRET_KEY", "EMAIL_URL", "DEMO"} <= read
    told = (ROOT / "docs" / "operations.md").read_text()
    assert sorted(name for name in read if f"`{name}`" not in told) == []
    handed_on = (ROOT / "docker-compose.yml").read_text()
    assert sorted(name for name in read - NOT_HANDED_ON if f"    {name}:" not in handed_on) == []


def test_the_composition_says_nothing_twice() -> None:
    """Compose refuses a mapping that has a key twice, and no container engine is here to say so."""
    seen: set[str] = set()
    path: list[str] = []
    for line in (ROOT / "docker-compose.yml").read_text().splitlines():
        found = re.match(r"((?:  )*)([\w.-]+):", line)
        if found:
            path = [*path[: len(found[1]) // 2], found[2]]
            key = "/".join(path)
            assert key not in seen, key
            seen.add(key)
    assert "x-portal/environment/EMAIL_URL" in seen
