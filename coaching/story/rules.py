"""The safety signs, and which path a story suggests: no database, no clock, no settings."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

# The wording that clients agree to stands in templates/story/consent/<version>.html. A new wording is a new file.
CONSENT_VERSION = "2026-11"

ACTIVITIES = 3

# In the order in which they are asked. A practitioner's own questions come after the first ones.
FIRST_STEPS = ("happened", "when", "began", "where", "how", "helps", "days")
LAST_STEPS = ("wish", "reserve", "signs", "consent")
MAY_STAY_EMPTY = {"when", "where", "how", "helps", "days", "wish", "reserve"}


@dataclass(frozen=True)
class Rated:
    """One week (its Monday) and its rating of reserve capacity, 0 to 10; None when it was not rated."""

    week: date
    value: int | None


class Urgency(Enum):
    NOW = "now"  # a doctor or the emergency number, today, before anything else
    SOON = "soon"  # a doctor within days, before practising


@dataclass(frozen=True)
class Sign:
    """A sign that needs a doctor: how it is asked for, and what to do on a yes."""

    key: str
    question: str | Promise
    urgency: Urgency
    advice: str | Promise


# After the red flags of the guidelines for low back pain (NICE NG59, CKS "Sciatica", IFOMPT 2020): asked in plain
# words, answered with what to do. The practitioner is no doctor: the page sends on, it does not judge.
SIGNS: tuple[Sign, ...] = (
    Sign(
        "bladder_bowel",
        gettext_lazy("New trouble to hold or to let go of urine or stool"),
        Urgency.NOW,
        gettext_lazy("Call the emergency number or go to an emergency department now, also at night."),
    ),
    Sign(
        "seat_numb",
        gettext_lazy("Numbness between the legs, around the seat or the genitals"),
        Urgency.NOW,
        gettext_lazy("Call the emergency number or go to an emergency department now, also at night."),
    ),
    Sign(
        "leg_weak",
        gettext_lazy("A leg or foot that grows weaker, or that you cannot lift as before"),
        Urgency.NOW,
        gettext_lazy("See a doctor today. If it comes fast or in both legs, call the emergency number."),
    ),
    Sign(
        "chest",
        gettext_lazy("Pain in the chest, or trouble to breathe, together with the back pain"),
        Urgency.NOW,
        gettext_lazy("Call the emergency number now."),
    ),
    Sign(
        "fall",
        gettext_lazy("A bad fall, a crash or a hard blow in the last weeks"),
        Urgency.NOW,
        gettext_lazy("Have it looked at by a doctor today, before you move it in a new way."),
    ),
    Sign(
        "fever",
        gettext_lazy("Fever, shivering or night sweats, and you do not know why"),
        Urgency.NOW,
        gettext_lazy("See a doctor today."),
    ),
    Sign(
        "weight",
        gettext_lazy("You lost weight and did not try to"),
        Urgency.SOON,
        gettext_lazy("See your doctor within the next days, and say so."),
    ),
    Sign(
        "cancer",
        gettext_lazy("You have or had cancer"),
        Urgency.SOON,
        gettext_lazy("Ask your doctor about this pain within the next days."),
    ),
    Sign(
        "night",
        gettext_lazy("Pain that stays the same in every position and wakes you every night"),
        Urgency.SOON,
        gettext_lazy("See your doctor within the next days."),
    ),
    Sign(
        "bones",
        gettext_lazy("Thin bones (osteoporosis), or cortisone for months"),
        Urgency.SOON,
        gettext_lazy("Ask your doctor whether you may move as you like, before the first lesson."),
    ),
)
_BY_KEY = {sign.key: sign for sign in SIGNS}


def signs_of(keys: Iterable[str]) -> list[Sign]:
    """The signs by key, the urgent ones first. Keys of an earlier list that is asked no more are left out."""
    found = [_BY_KEY[key] for key in _BY_KEY if key in set(keys)]
    return sorted(found, key=lambda sign: sign.urgency is not Urgency.NOW)


def known_signs(keys: Iterable[str]) -> list[str]:
    """The keys in the order of the list. Raises ValueError for one that is no sign."""
    given = set(keys)
    if unknown := given - _BY_KEY.keys():
        raise ValueError(f"No such safety sign: {', '.join(sorted(unknown))}")
    return [key for key in _BY_KEY if key in given]


def steps(own: Iterable[str] = ()) -> list[str]:
    """All steps, with those of the practitioner's own questions among them."""
    return [*FIRST_STEPS, *own, *LAST_STEPS]


def next_step(steps: Iterable[str], answered: Iterable[str]) -> str | None:
    """The first step without an answer; None when all have one."""
    done = set(answered)
    return next((step for step in steps if step not in done), None)
