"""A letter about messages is answered by mail: its person's words stand in the conversation, and nobody else's."""

from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client as Browser
from django.test import override_settings
from django.urls import reverse

from accounts.models import User
from coaching.mailroom import folder
from coaching.mailroom.actions import take_in
from coaching.mailroom.models import IncomingMail
from coaching.mailroom.rules import hand_of
from coaching.messaging import actions, queries, reply_addresses
from coaching.messaging.by_mail import MOST
from coaching.messaging.models import Conversation, Message
from coaching.messaging.models_by_mail import UntakenMail
from coaching.outbox import delivery
from coaching.people.models import Client, Practitioner
from coaching.reminders import actions as reminders
from portal import mail_providers
from tests.cast import NOW
from tests.media import sounds
from tests.messaging.test_sending import say
from tests.outbox.sink import Sink

pytestmark = pytest.mark.django_db
QUOTE = "\n\nOn Mon, 23 Nov 2026 at 10:20, Marta Lindqvist <x@in.example>\nwrote:\n\n> A message is waiting.\n"
DOOR = IncomingMail.Door.FOLDER


@pytest.fixture(autouse=True)
def _mailbox(settings: LazySettings, tmp_path: Path) -> None:
    settings.INBOUND_EMAIL = "reply@in.example"
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def address(teresa: Client, marta: Practitioner) -> str:
    """Where Teresa answers."""
    say(teresa, marta, "Which side lets go first?", ago=timedelta(hours=1))
    return reply_addresses.reply_address(queries.conversation_of(teresa), person=teresa.user.pk, now=NOW)


def answer(to: str, by: User, words: str = f"The left one.{QUOTE}", number: int = 1, **head: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Somebody <{by.email}>", to, "Re: Marta wrote to you"
    mail["Message-ID"] = f"<{number}@program.example>"
    for name, value in head.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(words)
    return mail


def came(mail: EmailMessage, now: datetime = NOW) -> str:
    return take_in(message=mail.as_bytes(), door=DOOR, now=now)


def last() -> Message:
    found = Message.objects.order_by("id").last()
    assert found is not None
    return found


def the_letter(sink: Sink, to: Client | Practitioner, now: datetime) -> EmailMessage:
    """The last one that this person got."""
    reminders.sweep(now)
    delivery.deliver_due(server=sink.server, now=now)
    return [letter for letter in sink.letters if letter["To"] == to.user.email][-1]


def test_a_letter_leaves_is_answered_and_the_answer_stands_in_the_conversation_unread(
    teresa: Client, marta: Practitioner, tmp_path: Path
) -> None:
    say(teresa, marta, "Which side lets go first?", ago=timedelta(minutes=20))
    with Sink() as sink:
        letter = the_letter(sink, teresa, NOW)
    to = parseaddr(str(letter["Reply-To"]))[1]
    assert to.startswith("reply+talk.")
    assert len(to.partition("@")[0]) <= 64
    assert "answer this letter" in letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    folder.read(tmp_path, now=NOW)
    (tmp_path / "new" / "1.host").write_bytes(answer(to, teresa.user).as_bytes())
    assert folder.read(tmp_path, now=NOW) == {"taken": 1}
    assert (last().words, last().author) == ("The left one.", teresa.user)
    assert queries.unread_of(marta.user, NOW) == 1
    assert Conversation.objects.get().waiting_since == NOW


def test_by_the_providers_call_it_comes_the_same_way_with_a_large_picture(
    address: str, teresa: Client, marta: Practitioner
) -> None:
    mail = answer(address, teresa.user)
    mail.add_attachment(sounds.tone() + b"\0" * 2_000_000, maintype="audio", subtype="mp4", filename="hip.m4a")
    call = {"RawEmail": mail.as_string(), "OriginalRecipient": address, "MessageID": "1"}
    known = mail_providers.anymail_settings("postmark", secret="post:secret", key="")
    with override_settings(MAIL_PROVIDER="postmark", ANYMAIL=known):
        head = {"authorization": "Basic cG9zdDpzZWNyZXQ="}
        url = reverse("mail_in", args=["postmark"])
        sent = Browser().post(url, call, content_type="application/json", headers=head)
    assert sent.status_code == 204
    assert (last().words, last().attachments.get().file.kind) == ("The left one.", "audio")


def test_the_practitioner_answers_one_client_by_mail_and_of_several_only_where_the_words_are_shown(
    teresa: Client, outsider: Client, marta: Practitioner
) -> None:
    say(teresa, teresa, "It hurts.", ago=timedelta(minutes=30))
    with Sink() as sink:
        only = the_letter(sink, marta, NOW)
        to = parseaddr(str(only["Reply-To"]))[1]
        assert came(answer(to, marta.user, "Rest today.")) == "taken"
        assert (last().words, last().conversation.client) == ("Rest today.", teresa)
        actions.read(conversation=last().conversation, reader=marta.user, up_to=last().pk, now=NOW)
        say(teresa, teresa, "Thank you.", ago=timedelta(minutes=30))
        say(outsider, outsider, "And me?", ago=timedelta(minutes=30))
        later = NOW + timedelta(days=1)
        both = the_letter(sink, marta, later)
        assert both["Reply-To"] is None
        reminders.choose(person=marta.user, now=NOW, words_by_mail=True)
        say(outsider, outsider, "Hello?", ago=timedelta(hours=-30))
        shown = the_letter(sink, marta, later + timedelta(days=1)).get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "And me?" in shown
    assert shown.count("mailto:reply+talk.") == 2


def test_it_is_said_once_however_often_it_comes(address: str, teresa: Client) -> None:
    for _ in range(3):
        assert came(answer(address, teresa.user)) == "taken"
    assert Message.objects.filter(author=teresa.user).count() == 1


def test_a_mail_program_may_write_the_address_in_capitals(address: str, teresa: Client) -> None:
    assert came(answer(address.upper(), teresa.user)) == "taken"


@pytest.mark.parametrize("change", ["", "x", "conversation", "person", "day", "signature"])
def test_nobody_can_make_up_an_address(address: str, teresa: Client, outsider: Client, change: str) -> None:
    local, _, domain = address.partition("@")
    parts = local.partition(".")[2].split("-")
    made = {
        "": [],
        "x": ["x"],
        "conversation": ["zz9", *parts[1:]],
        "person": [parts[0], "zz9", *parts[2:]],
        "day": [*parts[:2], "zzz", parts[3]],
        "signature": [*parts[:3], "a" * 16],
    }[change]
    mail = answer(f"{local.partition('.')[0]}.{'-'.join(made)}@{domain}", teresa.user)
    assert came(mail) in ("refused", "nobodys")
    assert not Message.objects.filter(author=teresa.user).exists()


def test_whoever_writes_from_another_address_is_not_believed_and_the_person_is_told_in_the_portal(
    address: str, teresa: Client, outsider: Client, marta: Practitioner, as_teresa: Browser, as_marta: Browser
) -> None:
    assert came(answer(address, outsider.user)) == "refused"
    assert not Message.objects.exclude(author=marta.user).exists()
    assert "another address" in as_teresa.get("/messages/").content.decode()
    assert "A mail of Teresa’s did not get in" in as_marta.get(f"/messages/{teresa.pk}/").content.decode()
    as_teresa.post(reverse("untaken_mail_seen"))
    assert "another address" not in as_teresa.get("/messages/").content.decode()


def test_another_verified_address_of_the_person_will_do_and_one_that_is_not_verified_will_not(
    address: str, teresa: Client
) -> None:
    teresa.user.emailaddress_set.create(email="T@work.example", verified=True)  # type: ignore[attr-defined]
    teresa.user.emailaddress_set.create(email="t@claimed.example", verified=False)  # type: ignore[attr-defined]
    mail = answer(address, teresa.user)
    mail.replace_header("From", "t@work.example")
    assert came(mail) == "taken"
    other = answer(address, teresa.user, number=2)
    other.replace_header("From", "t@claimed.example")
    assert came(other) == "refused"


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        ("mx.example; dmarc=pass header.from=example.org", "taken"),
        ("mx.example; spf=pass smtp.mailfrom=example.org; dmarc=fail header.from=example.org", "refused"),
        ("mx.example; spf=fail smtp.mailfrom=x@example.org; dkim=none", "refused"),
        ("mx.example; spf=fail smtp.mailfrom=x@list.example; dkim=pass header.d=example.org", "taken"),
        ("mx.example; spf=pass smtp.mailfrom=x@evil.example; dkim=fail header.d=example.org", "refused"),
        ("mx.example; none", "taken"),
        ("evil.example; dmarc=fail", "taken"),
    ],
)
def test_what_our_own_mail_server_found_out_about_the_sender_counts(
    address: str, teresa: Client, settings: LazySettings, found: str, outcome: str
) -> None:
    settings.INBOUND_SERVER = "mx.example"
    teresa.user.email = "teresa@example.org"
    teresa.user.save(update_fields=["email"])
    assert came(answer(address, teresa.user, Authentication_Results=found)) == outcome


def test_only_the_uppermost_word_of_our_server_counts(address: str, teresa: Client, settings: LazySettings) -> None:
    settings.INBOUND_SERVER = "mx.example"
    forged = b"Authentication-Results: mx.example; dmarc=pass header.from=example.org\r\n"
    ours = b"Authentication-Results: mx.example; dmarc=fail header.from=example.org\r\n"
    assert take_in(message=ours + forged + answer(address, teresa.user).as_bytes(), door=DOOR, now=NOW) == "refused"


def test_an_address_runs_out_after_sixty_days_and_that_is_told(address: str, teresa: Client) -> None:
    assert came(answer(address, teresa.user), NOW + timedelta(days=60)) == "taken"
    assert came(answer(address, teresa.user, number=2), NOW + timedelta(days=61)) == "refused"
    assert UntakenMail.objects.get().why == "old"


def test_a_closed_account_says_nothing(address: str, teresa: Client) -> None:
    User.objects.filter(pk=teresa.user.pk).update(is_active=False)
    assert came(answer(address, teresa.user)) == "refused"


@pytest.mark.parametrize(
    "head",
    [
        {"Auto_Submitted": "auto-replied", "Precedence": "bulk", "X_Autoreply": "yes"},  # Gmail
        {"Auto_Submitted": "auto-generated", "X_Auto_Response_Suppress": "All"},  # Exchange
        {"X_Auto_Response_Suppress": "DR, OOF, AutoReply"},  # Outlook.com
        {"Return_Path": "<>"},
        {"Auto_Submitted": "auto-notified"},
    ],
)
def test_a_holiday_note_is_nobodys_answer(address: str, teresa: Client, head: dict[str, str]) -> None:
    assert came(answer(address, teresa.user, "I am away until Monday.", **head)) == "machine"
    assert not Message.objects.filter(author=teresa.user).exists()
    assert not UntakenMail.objects.exists()


def test_our_own_letter_that_comes_back_is_put_aside(teresa: Client, marta: Practitioner) -> None:
    say(teresa, marta, "Hello.", ago=timedelta(minutes=20))
    with Sink() as sink:
        letter = the_letter(sink, teresa, NOW)
    to = str(letter["Reply-To"])
    letter.replace_header("To", to)
    assert came(letter) == "machine"


def test_a_calendars_answer_may_be_marked_as_a_programs() -> None:
    head = {"x-auto-response-suppress": "All"}
    assert hand_of(head, sender="teresa@example.org", content_type="multipart/mixed") == "program"


def test_a_file_that_is_not_wanted_is_named_and_the_words_and_the_others_arrive(
    address: str, teresa: Client
) -> None:
    mail = answer(address, teresa.user)
    mail.add_attachment(sounds.tone(), maintype="audio", subtype="mp4", filename="hip.m4a")
    mail.add_attachment(b"MZ\x90\0" * 100, maintype="application", subtype="pdf", filename="plan[1].exe")
    mail.add_attachment(b"", maintype="image", subtype="png", filename="empty.png", disposition="attachment")
    assert came(mail) == "taken"
    assert last().words == "The left one.\n\n[Did not come along: plan1.exe, empty.png]"
    assert [each.file.name for each in last().attachments.all()] == ["hip.m4a"]


def test_a_file_alone_is_an_answer(address: str, teresa: Client) -> None:
    mail = answer(address, teresa.user, QUOTE)
    mail.add_attachment(sounds.tone(), maintype="audio", subtype="mp4", filename="hip.m4a")
    assert came(mail) == "taken"
    assert last().words == ""
    assert last().attachments.count() == 1


def test_more_files_than_go_with_a_message_are_named(address: str, teresa: Client) -> None:
    mail = answer(address, teresa.user)
    for number in range(12):
        mail.add_attachment(sounds.tone(), maintype="audio", subtype="mp4", filename=f"{number}.m4a")
    assert came(mail) == "taken"
    assert last().attachments.count() == 10
    assert last().words.endswith("[Did not come along: 10.m4a, 11.m4a]")


def test_what_is_too_long_or_empty_is_told_to_its_person(address: str, teresa: Client) -> None:
    assert came(answer(address, teresa.user, "x" * 10_001)) == "refused"
    assert UntakenMail.objects.get().why == "long"
    assert came(answer(address, teresa.user, "\n", number=2)) == "refused"
    assert UntakenMail.objects.get().why == "empty"


def test_a_mailbox_gone_mad_is_stopped(address: str, teresa: Client) -> None:
    for number in range(MOST):
        assert came(answer(address, teresa.user, f"Word {number}", number)) == "taken"
    assert came(answer(address, teresa.user, "One more", MOST)) == "refused"
    assert UntakenMail.objects.get().why == "many"
    assert came(answer(address, teresa.user, "Later", MOST + 1), NOW + timedelta(minutes=11)) == "taken"


def test_without_a_mailbox_a_letter_promises_nothing(
    teresa: Client, marta: Practitioner, settings: LazySettings
) -> None:
    settings.INBOUND_EMAIL = ""
    say(teresa, marta, "Hello.", ago=timedelta(minutes=20))
    with Sink() as sink:
        letter = the_letter(sink, teresa, NOW)
    assert "answer this letter" not in letter.as_string()
    assert parseaddr(str(letter["Reply-To"]))[1] == marta.user.email


def test_a_letter_shows_the_words_only_to_who_chose_that(teresa: Client, marta: Practitioner) -> None:
    say(teresa, marta, "How is the *left* hip? <b>x</b>\n\n[a](javascript:x)", ago=timedelta(minutes=20))
    with Sink() as sink:
        plain = the_letter(sink, teresa, NOW)
        assert "hip" not in plain.as_string()
        reminders.choose(person=teresa.user, now=NOW, words_by_mail=True)
        say(teresa, marta, "And the right?" + " word" * 1000, ago=timedelta(hours=-25))
        letter = the_letter(sink, teresa, NOW + timedelta(days=2))
    text, page = (letter.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    assert "How is the *left* hip? <b>x</b>" in text
    assert "And the right? word" in text
    assert len(text) < 3000
    assert "<b>x</b>" not in page
    assert 'href="javascript' not in page
    assert "hip" not in str(letter["Subject"])
    assert message_from_bytes(sink.raw[-1], policy=policy.default)["Subject"] == "Marta wrote to you"
