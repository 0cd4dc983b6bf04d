"""Of an answer by mail only the new words count; where it is not certain which those are, they are all kept."""

from email import message_from_string
from email.message import EmailMessage
from time import perf_counter

import pytest

from coaching.mailroom import html
from coaching.mailroom.cutting import own_words
from coaching.mailroom.reading import files_of, words_of
from tests.mailroom.answered import ANSWERED, KEPT


@pytest.mark.parametrize("program", ANSWERED)
def test_what_was_written_anew_is_told_from_what_was_answered(program: str) -> None:
    text, new = ANSWERED[program]
    assert own_words(text) == new


@pytest.mark.parametrize("kind", KEPT)
def test_what_only_looks_like_a_quote_is_kept(kind: str) -> None:
    assert own_words(KEPT[kind]) == KEPT[kind]


@pytest.mark.parametrize(
    "text",
    ["On " * 30_000, "> " * 30_000, "\n" * 100_000, "From: a\n" * 20_000, "_" * 100_000, "On a <b@c.d>\n" * 20_000],
)
def test_a_text_that_means_harm_takes_no_time(text: str) -> None:
    begun = perf_counter()
    own_words(text)
    assert perf_counter() - begun < 2


def test_html_alone_is_read_without_its_quote_and_its_signature() -> None:
    page = (
        '<html><head><style>p{color:red}</style></head><body><div dir="ltr">The <b>left</b> '
        "one.<div>It lets&nbsp;go.</div>"
        '<ul><li>slowly<li>at night</ul></div><br><div class="gmail_quote"><div class="gmail_attr">On Monday Marta'
        " wrote:<br></div><blockquote>Dear Teresa</blockquote></div></body></html>"
    )
    assert own_words(html.as_text(page)) == "The left one.\nIt lets go.\n- slowly\n- at night"


@pytest.mark.parametrize(
    "quote",
    [
        '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Marta</div><p>Dear Teresa</p>',
        '<div class="moz-cite-prefix">On 23/11/2026, Marta wrote:</div><blockquote type="cite">Dear</blockquote>',
        '<div class="yahoo_quoted"><div>On Monday Marta wrote:</div>Dear Teresa</div>',
        "<div style='border-top:solid #E1E1E1 1.0pt'><p><b>Von:</b> Marta<br><b>Gesendet:</b> Montag<br><b>An:</b>"
        " Teresa<br><b>Betreff:</b> x</p></div><p>Dear Teresa</p>",
        '<div class="protonmail_signature_block">Sent with Proton Mail</div><div '
        'class="protonmail_quote">Dear</div>',
    ],
)
def test_each_programs_way_of_quoting_in_html_is_known(quote: str) -> None:
    assert own_words(html.as_text(f"<p>The left one.</p>{quote}")) == "The left one."


def test_lines_that_a_program_folded_are_paragraphs_again() -> None:
    mail = message_from_string(
        "Content-Type: text/plain; charset=utf-8; format=flowed\n\nThe left side lets go \nmore "
        "slowly.\n\nThe right one.\n"
    )
    assert words_of(mail) == "The left side lets go more slowly.\n\nThe right one."


def test_the_words_around_a_picture_are_all_read_and_a_logo_is_no_file() -> None:
    mail = EmailMessage()
    mail.set_content("Before the picture.")
    mail.add_attachment(b"x" * 20_000, maintype="image", subtype="jpeg", filename="IMG_1.jpg", disposition="inline")
    mail.add_attachment("After it.", disposition="inline")
    mail.add_attachment(
        b"x" * 900, maintype="image", subtype="png", filename="logo.png", disposition="inline", cid="<logo@x>"
    )
    mail.add_attachment(b"x" * 900, maintype="image", subtype="png", filename="small.png", disposition="inline")
    mail.add_attachment(b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", filename="invite.ics")
    mail.add_attachment(b"x", maintype="application", subtype="pdf", filename="plan  of \x07mine.pdf")
    assert words_of(mail) == "Before the picture.\n\nAfter it."
    assert [each.name for each in files_of(mail)] == ["IMG_1.jpg", "small.png", "plan of mine.pdf"]


def test_a_character_set_that_nobody_knows_stops_nothing() -> None:
    mail = message_from_string("Content-Type: text/plain; charset=klingon\n\nThe left one.\n")
    assert words_of(mail) == "The left one."
