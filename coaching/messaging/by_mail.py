"""Answers to letters about messages: what somebody writes there stands in the conversation, as if written here.

Three things have to be so: the address was given to this person, and nobody else can make it up; the mail comes
from an address that is theirs; and where our mail server looks at who really sent it, it found nothing against
that.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import NAMESPACE_URL, uuid5

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.translation import gettext as _

from accounts.models import User
from coaching.mailroom.addresses import purpose_of
from coaching.mailroom.doors import Outcome, answers
from coaching.mailroom.mail import Mail
from coaching.mailroom.proof import proof_of
from coaching.mailroom.reading import Sent, files_of, words_of
from coaching.media import checking
from coaching.media import rules as media_rules
from coaching.media.models import StoredFile
from coaching.messaging import actions, reply_addresses, rules
from coaching.messaging.models import Conversation, Message
from coaching.messaging.models_by_mail import UntakenMail
from coaching.messaging.reply_addresses import PURPOSE, Place
from coaching.outbox.letters import speaking_to

Why = UntakenMail.Why
# Nobody who writes mail meets this; a mailbox gone mad does.
MOST, WITHIN = 30, timedelta(minutes=10)


@answers(PURPOSE)
def take_answer(mail: Mail, now: datetime) -> Outcome:
    """Say it in the conversation that its address names; else note for its person why not."""
    place = _place(mail)
    if place is None:
        return Outcome.REFUSED
    conversation = _conversation(place)
    if conversation is None:
        return Outcome.REFUSED
    if mail.hand != "person":  # a holiday note that a program marks as its own is nobody's answer
        return Outcome.MACHINE
    person = _of(conversation, place.person)
    with speaking_to(person):
        why = _why_not(mail, place, person, now) or _say(mail, conversation, person, now)
    if why is None:
        return Outcome.TAKEN
    _note(conversation, person, why, now)
    return Outcome.REFUSED


def put_aside(*, person: User) -> None:
    """`person` has seen that their mail was not taken in."""
    UntakenMail.objects.filter(person=person).delete()


def _place(mail: Mail) -> Place | None:
    named = filter(None, map(purpose_of, mail.recipients))
    return next((reply_addresses.read(token) for purpose, token in named if purpose == PURPOSE), None)


def _conversation(place: Place) -> Conversation | None:
    """The conversation, as long as the person has a part in it and may come in."""
    found = (
        Conversation.objects.select_related("client__user", "client__practitioner__user")
        .filter(pk=place.conversation)
        .first()
    )
    return found if found and _of(found, place.person).pk == place.person else None


def _of(conversation: Conversation, person_id: int) -> User:
    client = conversation.client
    return client.user if client.user_id == person_id else client.practitioner.user


def _why_not(mail: Mail, place: Place, person: User, now: datetime) -> Why | None:
    if not person.is_active or not _is_theirs(mail.sender, person):
        return Why.SENDER
    if settings.INBOUND_SERVER and _proof(mail) == "fail":
        return Why.UNPROVEN
    if place.is_over(now):
        return Why.OLD
    said = Message.objects.filter(conversation=place.conversation, author=person, sent_at__gt=now - WITHIN)
    return Why.MANY if said.count() >= MOST else None


def _is_theirs(sender: str, person: User) -> bool:
    verified = EmailAddress.objects.filter(user=person, verified=True, email__iexact=sender)
    return bool(sender) and (sender == person.email.lower() or verified.exists())


def _proof(mail: Mail) -> str:
    results = [str(each) for each in mail.message.get_all("Authentication-Results", [])]
    return proof_of(results, server=settings.INBOUND_SERVER, sender=mail.sender)


def _say(mail: Mail, conversation: Conversation, person: User, now: datetime) -> Why | None:
    came = files_of(mail.message)
    words = words_of(mail.message, may_be_nothing=bool(came))
    files, left = _checked(came)
    try:
        try:
            _send(mail, conversation, person, _with_left(words, left), files, now)
        except rules.Refused:
            if not files:
                raise
            _send(mail, conversation, person, _with_left(words, [each.name for each in came]), [], now)
    except rules.Refused:
        return Why.LONG if words.strip() else Why.EMPTY
    return None


def _send(
    mail: Mail, conversation: Conversation, person: User, words: str, files: Sequence[UploadedFile], now: datetime
) -> None:
    """Its number comes from the mail's own: however often that is taken in, it is said once."""
    number = uuid5(NAMESPACE_URL, f"mail:{mail.key}")
    actions.send(conversation=conversation, author=person, uuid=number, words=words, files=files, now=now)


def _checked(came: Sequence[Sent]) -> tuple[list[UploadedFile], list[str]]:
    """The files that may come in, and the names of those that may not."""
    files: list[UploadedFile] = []
    left: list[str] = []
    for each in came:
        file = _file(each) if len(files) < rules.MOST_FILES else None
        if file:
            files.append(file)
        else:
            left.append(each.name)
    return files, left


def _file(sent: Sent) -> UploadedFile | None:
    """None when it is not wanted. It is looked at in a folder of its own, which goes with all that came into it."""
    with TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
        path = Path(folder) / "file"
        path.write_bytes(sent.content)
        try:
            checking.check(path, list(StoredFile.Kind))
        except media_rules.Refused:
            return None
    return SimpleUploadedFile(sent.name, sent.content)


def _with_left(words: str, left: Sequence[str]) -> str:
    if not left:
        return words
    names = ", ".join(each.translate(_NO_MARKS) for each in left)
    return f"{words}\n\n[{_('Did not come along: %s') % names}]".strip()


_NO_MARKS = str.maketrans("", "", "[]()<>*_`")


def _note(conversation: Conversation, person: User, why: Why, now: datetime) -> None:
    told = {"why": why, "at": now}
    UntakenMail.objects.update_or_create(conversation=conversation, person=person, defaults=told)
