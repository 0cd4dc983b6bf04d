"""What people change about themselves."""

from datetime import datetime

from allauth.usersessions.models import UserSession

from accounts import zones
from accounts.models import User


class NoSuchZone(ValueError):
    """The name is none of a time zone."""


def set_name(*, user: User, name: str, now: datetime) -> None:
    """Keep how this person wants to be called."""
    user.name = " ".join(name.split())
    user.save(update_fields=["name"])


def set_zone(*, user: User, name: str, now: datetime) -> None:
    """Keep the zone that this person has confirmed at `now`. Raises NoSuchZone."""
    if not zones.is_zone(zones.current_name(name)):
        raise NoSuchZone(name)
    user.time_zone = zones.current_name(name)
    user.zone_confirmed_at = now
    user.save(update_fields=["time_zone", "zone_confirmed_at"])


def set_theme(*, user: User, theme: str, now: datetime) -> None:
    """Keep light, dark or as the device has it. Raises ValueError for anything else."""
    user.theme = User.Theme(theme)
    user.save(update_fields=["theme"])


def end_sign_in(*, user: User, pk: int, session_key: str | None, now: datetime) -> bool:
    """Sign this person out in another of their browsers than `session_key`'s; False when it is none of theirs."""
    found = UserSession.objects.filter(user=user, pk=pk).exclude(session_key=session_key or "").first()
    if found:
        found.end()
    return found is not None


def end_other_sign_ins(*, user: User, session_key: str | None, now: datetime) -> int:
    """Sign this person out everywhere but in the browser with `session_key`; says in how many."""
    others = list(UserSession.objects.filter(user=user).exclude(session_key=session_key or ""))
    for each in others:
        each.end()
    return len(others)


def see(*, session_key: str, now: datetime) -> None:
    """Note that the browser with `session_key` is in use."""
    UserSession.objects.filter(session_key=session_key).update(last_seen_at=now)
