"""What pages and commands say about letters."""

from collections import Counter
from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo

from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import zones
from coaching.outbox.models import Heartbeat, Letter
from coaching.outbox.queries import Pulse

State = Letter.State
Part = Heartbeat.Part

# The log's filters: their names in the address, their words, and the states that they show.
FILTERS = {
    "sent": (gettext_lazy("Sent"), (State.SENT,)),
    "waiting": (gettext_lazy("Waiting"), (State.WAITING, State.HANDING_OVER)),
    "trouble": (gettext_lazy("Came back or uncertain"), (State.FAILED, State.UNCERTAIN)),
    "stayed": (gettext_lazy("Not sent"), (State.EXPIRED, State.DROPPED)),
    "kept": (gettext_lazy("Kept here"), (State.KEPT,)),
}

TAGS = {
    State.WAITING: gettext_lazy("Waiting"),
    State.HANDING_OVER: gettext_lazy("Leaving now"),
    State.SENT: gettext_lazy("Sent"),
    State.KEPT: gettext_lazy("Kept here"),
    State.UNCERTAIN: gettext_lazy("Perhaps sent"),
    State.EXPIRED: gettext_lazy("Not sent: too late"),
    State.DROPPED: gettext_lazy("Not sent: no longer so"),
    State.FAILED: gettext_lazy("Did not arrive"),
}

EXPLAINED = {
    State.WAITING: gettext_lazy("It leaves by itself when its time comes."),
    State.HANDING_OVER: gettext_lazy("The mail server is taking it at this moment."),
    State.SENT: gettext_lazy(
        "The mail server took it. What happens in the other mailbox, nobody can see from here."
    ),
    State.KEPT: gettext_lazy("No mail is set up, so letters stay here and none leaves."),
    State.UNCERTAIN: gettext_lazy(
        "The mail server may have it, or not: the line broke before the answer. "
        "It is not sent a second time. If it matters, ask."
    ),
    State.EXPIRED: gettext_lazy("It could not leave in time, and later it would only have confused."),
    State.DROPPED: gettext_lazy("Just before it left, what it says was not so any more."),
    State.FAILED: gettext_lazy("It was not delivered, and it is not tried again. The answer below says why."),
}

# The same of what went to a phone, where it differs.
EXPLAINED_ON_PHONE = {
    State.HANDING_OVER: gettext_lazy("The push service is taking it at this moment."),
    State.SENT: gettext_lazy(
        "The push service took it, and brings it to the phone as soon as that can be reached."
    ),
    State.FAILED: gettext_lazy("It did not get to this phone. The answer below says why."),
}


def week_in_words(week: Mapping[str, int]) -> str:
    """The log's first sentence, from the numbers by state: "14 letters in seven days, none came back"."""
    total = sum(week.get(state, 0) for state in (State.SENT, State.KEPT, State.FAILED, State.UNCERTAIN))
    if not total:
        return _("No letter in the last seven days")
    letters = ngettext("%s letter in seven days", "%s letters in seven days", total) % apnumber(total)
    return f"{capfirst(letters)}, {_trouble_in_words(week)}"


def _trouble_in_words(week: Mapping[str, int]) -> str:
    failed, unsure = week.get(State.FAILED, 0), week.get(State.UNCERTAIN, 0)
    parts = [_("%s did not arrive") % apnumber(failed)] if failed else []
    parts += [ngettext("%s is uncertain", "%s are uncertain", unsure) % apnumber(unsure)] if unsure else []
    if parts:
        return ", ".join(parts)
    return _("all kept here") if week.get(State.KEPT) and not week.get(State.SENT) else _("none came back")


def pulse_in_words(pulse: Pulse, *, zone: ZoneInfo) -> str:
    """What is wrong with delivery, in one to three sentences, or "" when it is well."""
    if not pulse.workers or not pulse.beat:
        return " ".join(filter(None, _asleep(pulse, zone)))
    if not pulse.mail:
        return _("No mail is set up: letters are kept here and none leaves.")
    if pulse.trouble:
        said = _("The mail server does not take our letters just now. It says: %s") % pulse.trouble
        return said + " " + _("They are kept and leave as soon as it does.")
    if pulse.late:
        late = pulse.late
        words = ngettext("%s letter waits longer than it should.", "%s letters wait longer than they should.", late)
        return capfirst(words % apnumber(late))
    return ""


def _asleep(pulse: Pulse, zone: ZoneInfo) -> Iterator[str]:
    if pulse.workers:
        yield _("Nobody looks for reminders just now, so that none leaves. Other letters do.")
    else:
        yield _("Letters and reminders do not leave by themselves just now.")
    seen_at = pulse.seen.get(Part.SWEEP if pulse.workers else Part.DELIVER)
    if seen_at:
        yield _("The last sign of life: %s.") % zones.moment_in_words(seen_at, zone, pulse.now)
    if pulse.workers:
        yield _("Start the portal again, or tell whoever looks after it that beat sleeps.")
    else:
        yield _("Start the portal again, or tell whoever looks after it that the worker sleeps.")


def round_in_words(done: Counter[str]) -> str:
    """What one round of delivery did, for the terminal: "3 sent, 1 put off"."""
    names = [
        (State.SENT, _("sent")),
        (State.KEPT, _("kept, since no mail is set up")),
        ("put_off", _("put off")),
        (State.FAILED, _("failed")),
        (State.UNCERTAIN, _("uncertain")),
        (State.EXPIRED, _("too late")),
        (State.DROPPED, _("no longer true")),
    ]
    said = [f"{done[state]} {name}" for state, name in names if done[state]]
    return ", ".join(said) or _("none was due")
