"""The letters on the way to doing without a plan. None names a body, a pain or a lesson in its subject."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from coaching.outbox.letters import Action, Told, absolute, as_is, tells
from coaching.outbox.models import Letter
from coaching.people import examples
from coaching.people.models import Client, Practitioner
from coaching.practice.models_arc import Graduation

Stage = Client.Stage


def _sample_stage(practitioner: Practitioner, now: datetime) -> Told:
    return _stage(examples.client(practitioner, now), Stage.FADING, is_back=False)


@tells("practice.stage", sample=_sample_stage)
def stage(letter: Letter, now: datetime) -> Told | None:
    """None when the client stands elsewhere by now."""
    people = Client.objects.reminded().select_related("user", "practitioner__user")
    client = people.filter(pk=letter.about["client"], stage=letter.about["stage"]).first()
    since = datetime.fromisoformat(letter.about["since"])
    if client is None or client.stage_since != since:
        return None
    order = list(Stage.values)
    return _stage(client, client.stage, is_back=order.index(client.stage) < order.index(letter.about["before"]))


def _stage(client: Client, to: str, *, is_back: bool) -> Told:
    subject, paragraphs = _told_of(to, as_is(client.practitioner.name), is_back=is_back)
    return Told(
        subject=subject,
        preheader=_("Nothing to do. It is only to know."),
        greeting_name=client.name,
        paragraphs=paragraphs,
        action=Action(_("See your lessons"), absolute(reverse("practice"))),
        why=_("You get this because %s changed how often we write to you.") % as_is(client.practitioner.name),
    )


def _told_of(to: str, who: str, *, is_back: bool) -> tuple[str, list[str]]:
    if to == Stage.OWN:
        return _("No more letters about practice"), [
            _("You practise on your own now: %s sees that you need no letters for it.") % who,
            _("Your lessons stay where they are. Before a session that you booked we still write."),
        ]
    if to == Stage.FADING and not is_back:
        return _("Fewer letters from now on"), [
            _("It goes well, so we write less: at most two letters a week about practice, then one."),
            _("Three times this week is enough. %s sees what you note, as ever.") % who,
        ]
    return _("We write a little more often again"), [
        _("%s would like to stay closer for a while. That happens, and nothing is lost.") % who,
        _("Letters about practice come again at your own time. You can change that at any moment."),
    ]


def _sample_graduated(practitioner: Practitioner, now: datetime) -> Told:
    word = _("You know by now what to do with a stiff morning. Trust that.")
    return _graduated(Graduation(client=examples.client(practitioner, now), at=now, words=word), kit=2)


@tells("practice.graduated", sample=_sample_graduated)
def graduated(letter: Letter, now: datetime) -> Told | None:
    """None when it was taken back, or when the client came back meanwhile."""
    found = _standing(letter)
    return _graduated(found, kit=found.client.kit.count()) if found else None


def _graduated(graduation: Graduation, *, kit: int) -> Told:
    client, who = graduation.client, as_is(graduation.client.practitioner.name)
    where = _(
        "The lessons that helped are yours. For when it comes back, some lie ready on **Today**, and on your phone."
    )
    plain = _("The lessons that you had are yours, and stay under **Lessons**.")
    return Told(
        subject=_("You need no plan any more"),
        preheader=_("Your lessons stay yours."),
        greeting_name=client.name,
        paragraphs=[
            _("%s and you have come to the end of the plan. From now on nothing is asked of you.") % who,
            *_quoted(graduation.words),
            where if kit else plain,
        ],
        action=Action(_("See what you keep"), absolute(reverse("today"))),
        after=[
            _("We send no more reminders of practice. A booked session stands, and we remind you of it."),
            _("The door stays open: you can write at any time, and come back with one press."),
        ],
        why=_("You get this once, because %s says that you can do without a plan.") % who,
    )


def _quoted(words: str) -> list[str]:
    return [f"“{as_is(words)}”"] if words else []


def _sample_knocked(practitioner: Practitioner, now: datetime) -> Told:
    return _knocked(Graduation(client=examples.client(practitioner, now), at=now))


@tells("practice.knocked", sample=_sample_knocked)
def knocked(letter: Letter, now: datetime) -> Told | None:
    """None when the client thought better of it, or is back already."""
    found = _standing(letter)
    return _knocked(found) if found and found.asked_back_at else None


def _knocked(graduation: Graduation) -> Told:
    client = graduation.client
    return Told(
        subject=_("Somebody would like to come back"),
        preheader=_("One press says yes."),
        greeting_name=client.practitioner.name,
        paragraphs=[
            _("%s graduated, and would like to work with you again.") % as_is(str(client)),
            _("You say yes with one press on their page, or write to them first."),
        ],
        action=Action(_("Open the page"), absolute(reverse("client", args=[client.pk]))),
        why=_("You get this when somebody who graduated knocks again."),
    )


def _sample_again(practitioner: Practitioner, now: datetime) -> Told:
    return _again(examples.client(practitioner, now))


@tells("practice.again", sample=_sample_again)
def again(letter: Letter, now: datetime) -> Told | None:
    """None when the client has graduated once more, or left."""
    found = _of(letter)
    return _again(found.client) if found and found.client.status == Client.Status.ACTIVE else None


def _again(client: Client) -> Told:
    who = as_is(client.practitioner.name)
    return Told(
        subject=_("%s works with you again") % client.practitioner.name,
        preheader=_("Good that you are here."),
        greeting_name=client.name,
        paragraphs=[
            _("%s has opened the door: you work together again.") % who,
            _("What you kept is where it was. What is new stands on **Today** as soon as %s has chosen it.") % who,
        ],
        action=Action(_("Open Today"), absolute(reverse("today"))),
        why=_("You get this once, because you are %s’s client again.") % who,
    )


def _of(letter: Letter) -> Graduation | None:
    found = Graduation.objects.select_related("client__user", "client__practitioner__user")
    return found.filter(pk=letter.about["graduation"]).first()


def _standing(letter: Letter) -> Graduation | None:
    found = _of(letter)
    stands = found and found.came_back_at is None and found.client.status == Client.Status.GRADUATED
    return found if stands else None
