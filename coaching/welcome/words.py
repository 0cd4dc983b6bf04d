"""How a trial of the mail went, for people."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from coaching.outbox.delivery import mail_server
from coaching.outbox.models import Letter
from coaching.outbox.queries import Pulse

State = Letter.State
_MOVING = (State.WAITING, State.HANDING_OVER)


@dataclass(frozen=True)
class Mail:
    """How the mail stands: a headline and a sentence. `trial` is the letter that they are about, `answer` what the
    mail server said to it. `moves` is true while its end is open."""

    headline: str
    told: str
    trial: Letter | None = None

    @property
    def moves(self) -> bool:
        return self.trial is not None and self.trial.state in _MOVING

    @property
    def answer(self) -> str:
        return self.trial.answer if self.trial else ""

    @property
    def sender(self) -> str:
        return str(settings.DEFAULT_FROM_EMAIL)

    @property
    def good(self) -> bool:
        return self.trial is not None and self.trial.state == State.SENT


def mail(*, trial: Letter | None, pulse: Pulse, address: str) -> Mail:
    """What to say of the newest `trial`, to `address`. One that was kept for want of a server tells nothing now."""
    server = mail_server()
    if not server:
        kept = trial if trial and trial.state in (*_MOVING, State.KEPT) else None
        return Mail(_("No letter leaves this machine yet"), _no_server(), kept)
    if not trial or trial.state == State.KEPT:
        told = _("A trial letter to %(address)s shows whether %(server)s takes your letters.")
        return Mail(_("A mail server is set"), told % {"address": address, "server": server.host})
    if trial.state in _MOVING:
        return _on_its_way(trial, pulse)
    headline, told = _ended()[State(trial.state)]
    return Mail(headline, told % {"address": address}, trial)


def _no_server() -> str:
    return _(
        "Each letter is written and kept under Letters, where you can read it. Your clients get no invitation, "
        "no numbers to sign in with and no reminder until a mail server is set."
    )


def _on_its_way(trial: Letter, pulse: Pulse) -> Mail:
    if trial.answer:
        told = _("It is tried again every minute or so, for an hour.")
        return Mail(_("The trial letter could not leave yet"), told, trial)
    if not pulse.workers:
        told = _("Nothing sends letters just now: the worker sleeps, or is just starting.")
        return Mail(_("The trial letter waits"), told, trial)
    return Mail(_("The trial letter is leaving"), _("In a moment this page says how it went."), trial)


def _ended() -> dict[str, tuple[str, str]]:
    """Headline and sentence by state."""
    late = _("The mail server did not take it within an hour.")
    return {
        State.SENT: (
            _("The mail server took the trial letter"),
            _("Look for it in the mailbox of %(address)s, among the unwanted letters too."),
        ),
        State.FAILED: (_("The trial letter was refused"), _("Once this is put right, try again.")),
        State.EXPIRED: (_("The trial letter did not leave"), late),
        State.DROPPED: (_("The trial letter did not leave"), late),
        State.UNCERTAIN: (
            _("The trial letter may have arrived"),
            _("The line broke before the mail server's answer. Look into the mailbox of %(address)s."),
        ),
    }
