"""What this room writes: the invitation, and the trial of the mail."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import zones
from coaching.outbox.letters import Action, Told, absolute, as_is, tells
from coaching.outbox.models import Letter
from coaching.people import examples
from coaching.people.models import Invitation, Practitioner
from coaching.welcome.rules import TRIAL

INVITATION = "welcome.invitation"


def _sample(practitioner: Practitioner, now: datetime) -> Told:
    name = examples.client(practitioner, now).user.name
    until = now + timedelta(days=60)
    return _invited(Invitation(practitioner=practitioner, name=name, code="example", expires_at=until), now)


@tells(INVITATION, sample=_sample)
def invitation(letter: Letter, now: datetime) -> Told | None:
    """Come in. Not told any more once the invitation was taken back, answered, or is too old."""
    asked = (
        Invitation.objects.open(now)
        .select_related("practitioner__user", "practitioner__practice")
        .filter(pk=letter.about["invitation"])
        .first()
    )
    return _invited(asked, now) if asked else None


def _invited(asked: Invitation, now: datetime) -> Told:
    who, practice = asked.practitioner, asked.practitioner.practice
    said = {"who": as_is(str(who)), "name": as_is(who.name), "practice": as_is(str(practice))}
    until = zones.day_in_words(asked.expires_at.astimezone(who.zone).date(), now.astimezone(who.zone).date())
    return Told(
        subject=_("%s invites you to come in") % who.name,
        greeting_name=asked.name.split()[0],
        paragraphs=[
            _("%(who)s would like to work with you, and has opened a place for you in the portal of %(practice)s.")
            % said,
            *[as_is(each) for each in asked.note.splitlines() if each.strip()],
            _("There you find your lessons, book sessions and write to %(name)s. You need no password.") % said,
        ],
        action=Action(_("Come in"), absolute(reverse("come", args=[asked.code]))),
        after=[_("The invitation is for you alone. It is good until %s.") % until],
        why=_("You get this letter because %(name)s typed your address. If you do not know %(name)s, do nothing.")
        % said,
        of=asked.practitioner,
    )


@tells(TRIAL, sample=lambda practitioner, now: _trial())
def trial(letter: Letter, now: datetime) -> Told | None:
    """Nothing but that it came."""
    return _trial()


def _trial() -> Told:
    return Told(
        subject=_("Your letters arrive"),
        preheader=_("The trial that you asked for."),
        paragraphs=[
            _(
                "This is the trial letter that you asked for. You read it, "
                "so letters from the portal leave and arrive."
            ),
            _(
                "Did it lie among the unwanted letters? Then those to your clients may, too: "
                "tell whoever looks after your mail address."
            ),
        ],
        action=Action(_("Back to the portal"), absolute(reverse("today"))),
        why=_("You get this letter because you asked for a trial of the mail."),
    )
