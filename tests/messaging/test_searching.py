"""What was said is found: words in any form, names, what was spoken, and names of files; one's own alone."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from coaching.messaging import searching, vectors
from coaching.messaging.models import Attachment, Message
from coaching.people.models import Client, Practitioner
from tests import cast
from tests.conftest import signed_in
from tests.messaging.test_sending import say


def attach(message: Message, *, transcript: str = "", name: str = "voice.m4a") -> Attachment:
    file = cast.stored_file(by=message.author)
    type(file).objects.filter(pk=file.pk).update(name=name)
    made: Attachment = message.attachments.create(file=file, transcript=transcript)
    return made


def found(reader: Client | Practitioner, wanted: str, *, whose: Client | None = None, **how: object) -> list[int]:
    hits = searching.search(searching.within(reader, whose), wanted, language="en-gb", **how).hits  # type: ignore[arg-type]
    return [hit.message.pk for hit in hits]


def page(browser: Browser, **asked: object) -> str:
    return browser.get("/messages/search/", asked).content.decode().partition("<main")[2]


def test_other_forms_names_and_other_languages_are_found(teresa: Client, marta: Practitioner) -> None:
    said = {
        "form": say(teresa, teresa, "My knees are better while walking."),
        "name": say(teresa, marta, "Ask Rosalind, please."),
        "other": say(teresa, teresa, "A anca esquerda, não a direita."),
    }
    wanted = {"form": ["knee", "walked"], "name": ["rosalind"], "other": ["esquerda", "não"]}
    for name, words in wanted.items():
        for word in words:
            assert found(marta, word) == [said[name].pk], word


def test_what_was_found_is_shown_without_the_signs_of_markdown(as_teresa: Browser, teresa: Client) -> None:
    say(teresa, teresa, "Do it **once more**:\n\n- the *left* knee\n- the right")
    shown = " ".join(page(as_teresa, q="knee").split())
    assert "Do it once more: the left <mark>knee</mark> the right" in shown


def test_the_language_of_the_author_decides(teresa: Client) -> None:
    teresa.user.language = "de"
    message = say(teresa, teresa, "Die Schultern sind leichter geworden.")
    message.refresh_from_db(fields=["dictionary"])
    assert message.dictionary == "german"
    hits = searching.search(searching.within(teresa), "Schulter", language="de").hits
    assert [hit.words for hit in hits] == ["Die \ue000Schultern\ue001 sind leichter geworden."]
    assert vectors.dictionary_of("xx") == "simple"


def test_what_was_spoken_and_names_of_files_are_found(as_marta: Browser, teresa: Client) -> None:
    spoken, named = say(teresa, teresa, "Listen"), say(teresa, teresa, "Look")
    attach(spoken, transcript="The hip lifts before it lets go.")
    attach(named, name="left_hip-2026.mp4")
    assert found(teresa, "hip") == [named.pk, spoken.pk]
    shown = page(as_marta, q="hip")
    assert "The <mark>hip</mark> lifts" in shown
    assert "left_<mark>hip</mark>-2026.mp4" in shown or "<mark>" in shown.partition("2026")[0]


def test_edited_words_are_found_as_they_are_now(teresa: Client, marta: Practitioner) -> None:
    message = say(teresa, teresa, "The shoulder.")
    Message.objects.filter(pk=message.pk).update(words="The elbow.")
    assert found(marta, "shoulder") == []
    assert found(marta, "elbow") == [message.pk]


def test_marks_are_ours_and_what_people_wrote_is_escaped(as_marta: Browser, teresa: Client) -> None:
    say(teresa, teresa, "<script>alert('knee')</script> & <b>knee</b> \ue000not a mark\ue001")
    shown = page(as_marta, q="knee")
    assert "<script>alert" not in shown
    assert escape("& <b>") + "<mark>knee</mark>" + escape("</b> not a mark") in shown


@pytest.mark.parametrize("odd", ["'; DROP TABLE", '"', "-", "or", "!!!", "a & | !", "\\", "<b>", "🙂", "the"])
def test_odd_questions_are_answered(as_marta: Browser, teresa: Client, odd: str) -> None:
    say(teresa, teresa, "Something")
    assert as_marta.get("/messages/search/", {"q": odd}).status_code == 200


def test_nonsense_in_the_address_counts_as_not_said(as_marta: Browser, teresa: Client) -> None:
    say(teresa, teresa, "Something")
    for more in ({"before": "x"}, {"order": "worst"}, {"client": "y"}, {"before": "9" * 30}):
        assert "<mark>Something</mark>" in page(as_marta, q="something", **more)
    assert as_marta.get("/messages/search/?q=a%00b").status_code == 200


def test_nobody_finds_what_others_said(
    as_teresa: Browser, teresa: Client, outsider: Client, marta: Practitioner
) -> None:
    hidden = say(outsider, outsider, "A secret garden")
    attach(hidden, transcript="secret", name="secret.pdf")
    say(teresa, teresa, "No secret")
    stranger = cast.practitioner(name="Sten Stranger")
    assert "garden" not in page(as_teresa, q="secret")
    assert "garden" not in page(as_teresa, q="secret", client=outsider.pk)
    assert found(stranger, "secret") == []
    assert found(stranger, "secret", whose=outsider) == []
    assert signed_in(stranger).get("/messages/search/", {"q": "x", "client": outsider.pk}).status_code == 404
    assert len(found(marta, "secret")) == 2
    assert found(marta, "secret", whose=outsider) == [hidden.pk]


def test_newest_or_best_first_and_page_by_page(teresa: Client, marta: Practitioner) -> None:
    best = say(teresa, teresa, "Knee, knee, knee.", ago=timedelta(days=3))
    rest = [
        say(teresa, teresa, f"Number {n}: my knee, and much else that has nothing to do with it.")
        for n in range(45)
    ]
    newest = searching.search(searching.within(marta), "knee", language="en")
    assert [hit.message.pk for hit in newest.hits] == [each.pk for each in rest[::-1][:20]]
    seen = [hit.message.pk for hit in newest.hits]
    older = newest.older
    while older:
        more = searching.search(searching.within(marta), "knee", language="en", older_than=older)
        seen += [hit.message.pk for hit in more.hits]
        older = more.older
    assert seen == [each.pk for each in [best, *rest][::-1]]
    assert found(marta, "knee", best_first=True)[0] == best.pk


def test_a_hit_leads_to_its_place(as_marta: Browser, teresa: Client) -> None:
    sought = say(teresa, teresa, "Where the needle lies")
    assert f'href="/messages/{teresa.pk}/#m{sought.pk}"' in page(as_marta, q="needle")
    for n in range(60):
        say(teresa, teresa, f"Hay {n}")
    address = page(as_marta, q="needle").partition(f"/messages/{teresa.pk}/?before=")[2].partition("#")[0]
    shown = as_marta.get(f"/messages/{teresa.pk}/?before={address}").content.decode()
    assert f'id="m{sought.pk}"' in shown
    assert "Hay 8" in shown


def test_one_hit_or_twenty_take_as_many_queries(as_marta: Browser, teresa: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(as_marta, q="knee")
        return len(queries)

    attach(say(teresa, teresa, "knee"), transcript="knee")
    asked()
    one = asked()
    for n in range(29):
        attach(say(teresa, teresa, f"knee {n}"), transcript="knee")
    assert asked() == one <= 8


def test_what_is_kept_for_searching_is_not_read_with_messages(teresa: Client) -> None:
    say(teresa, teresa)
    assert "found_by" in Message.objects.get().get_deferred_fields()
