"""What somebody wrote anew in a mail: without what they answer, and without a signature. Text in, text out.

No standard says how mail programs quote; these rules know how the usual ones do it, and where they are in doubt
they keep: a line too many is a blemish, a line too few is somebody's word lost.
"""

import re

# The line above a quote, whatever the language: "On Mon, 23 Nov 2026 at 10:00, Marta <m@x.example> wrote:". Many
# programs fold it, so up to four lines are read as one.
_FOLDED = 4
_SAYS = (
    r"(wrote|writes|schrieb|geschrieben|a écrit|escribió|escreveu|ha scritto|scrisse|schreef|geschreven|skrev"
    r"|skrifaði|napisał(\(a\)|a)?|napsal(\(a\))?|napísal(\(a\))?|kirjoitti|írta|a scris|yazdı|написал\(?а?\)?|пише)"
)
_ADDRESS = r"<[^\s@<>]+@[^\s@<>]+>"
_WROTE = re.compile(rf"({_SAYS}[^\n:]{{0,120}}|{_ADDRESS}): *$", re.IGNORECASE)
# Yahoo goes on with the quote in the same line.
_RUNS_ON = re.compile(rf"{_ADDRESS} ?{_SAYS}: {{2,}}\S", re.IGNORECASE)
_BEGINS = re.compile(
    r"(on|am|le|el|em|il|op|den|dnia|dne|pada|vào|în|på|w dniu|\d{1,4}[-./年]|(mon|tue|wed|thu|fri|sat|sun|lun|mar"
    r"|mer|jeu|ven|sam|dim|mo|di|mi|do|fr|sa|so|seg|ter|qua|qui|sex|sáb|dom|ma|ti|to|lø|sø)[a-zé]*[.,])",
    re.IGNORECASE,
)
_BEGINS_WITH_NAME = re.compile(rf"[^\n]{{1,80}}{_ADDRESS}")

# "-----Original Message-----" in its languages, and the line that Outlook draws above its block of headers.
_DIVIDER = re.compile(
    r"^[ *]*[-_]{3,} *(original message|original appointment|reply message|ursprüngliche nachricht"
    r"|originalnachricht|message d'origine|message d’origine|mensaje original|mensagem original"
    r"|messaggio originale|oorspronkelijk bericht|oprindelig meddelelse|ursprungligt meddelande"
    r"|opprinnelig melding|wiadomość oryginalna|исходное сообщение) *[-_]{3,}[ *]*$",
    re.IGNORECASE,
)
_RULE = re.compile(r"^ *_{20,} *$")
_HEADS = re.compile(
    r"^[ *>]*(from|sent|to|cc|subject|date|reply-to|importance|von|gesendet|an|betreff|datum|kopie|de|envoyé|à"
    r"|objet|enviado( el)?|enviada( em)?|para|asunto|assunto|fecha|data|da|inviato|a|oggetto|van|verzonden|aan"
    r"|onderwerp|fra|sendt|til|emne|från|skickat|till|ämne|od|wysłano|do|temat)[ *]*:[ *]*\S",
    re.IGNORECASE,
)
_FROM = re.compile(r"^[ *]*(from|von|de|da|van|fra|från|od)[ *]*:", re.IGNORECASE)
_LEAST_HEADS, _HEAD_LINES = 3, 7

# What a telephone or a program adds under everything that it sends.
_SENT_FROM = re.compile(
    r"^[ *]*(sent from (my|mail for|yahoo|outlook|proton|the |samsung|aqua)|sent via |sent with |get outlook for "
    r"|von meinem .{1,40} gesendet|gesendet (von|mit|aus) |diese nachricht wurde von meinem .{1,60} gesendet"
    r"|holen sie sich outlook|outlook für |envoyé (de|depuis) |télécharger outlook|enviado (desde|do|a partir)"
    r"|obter o outlook|obtener outlook|inviato da|scarica outlook|verstuurd vanaf|verzonden (vanaf|met)|sendt fra"
    r"|skickat från|hent outlook|wysłane z|lähetetty|please excuse my brevity|diese e-mail wurde von avast"
    r"|virus-free|bitte entschuldigen sie die kürze)",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^-- ?$")


def own_words(text: str, *, may_be_nothing: bool = False) -> str:
    """What was written anew in `text`, or all of it when nothing would be left, unless that `may_be_nothing`."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").strip()
    lines = _above_the_answered(whole.split("\n"))
    kept = _without_quotes(lines)
    new = _tidy(_without_signature(kept))
    return new if new or may_be_nothing else _tidy(kept) or whole


def _above_the_answered(lines: list[str]) -> list[str]:
    """Everything before a quote that has no marks of its own, such as Outlook's: below it nothing is new."""
    for number, line in enumerate(lines):
        if _DIVIDER.match(line) or _is_block_of_heads(lines, number) or _runs_on(line):
            return lines[:number]
        last = _end_of_wrote(lines, number)
        if last is not None and not _is_marked(_next_words(lines, last + 1)):
            return lines[:number]
    return lines


def _is_block_of_heads(lines: list[str], number: int) -> bool:
    """Whether "From:, Sent:, To:, Subject:" begins here, perhaps under a drawn line."""
    if _RULE.match(lines[number]):
        following = next((n for n in range(number + 1, min(number + 4, len(lines))) if lines[n].strip()), None)
        return following is not None and _is_block_of_heads(lines, following)
    if not _HEADS.match(lines[number]) or not any(map(_FROM.match, lines[number : number + 2])):
        return False
    near = [line for line in lines[number : number + _HEAD_LINES] if _HEADS.match(line)]
    return len(near) >= _LEAST_HEADS


def _runs_on(line: str) -> bool:
    return bool(_BEGINS.match(line.strip()) and _RUNS_ON.search(line))


def _end_of_wrote(lines: list[str], number: int) -> int | None:
    """The number of the line in which a "... wrote:" that begins at `number` ends; None when none begins here."""
    first = lines[number].strip()
    if not (_BEGINS.match(first) or _BEGINS_WITH_NAME.match(first)):
        return None
    said = first
    for last in range(number, min(number + _FOLDED, len(lines))):
        line = lines[last].strip()
        if not line or (last > number and _BEGINS.match(line)):  # it begins here at the earliest
            return None
        said = said if last == number else f"{said} {line}"
        if _WROTE.search(said):
            return last
    return None


def _next_words(lines: list[str], number: int) -> str:
    return next((line for line in lines[number:] if line.strip()), "")


def _is_marked(line: str) -> bool:
    return line.lstrip().startswith((">", "|"))


def _without_quotes(lines: list[str]) -> list[str]:
    """Without lines that are marked as quoted, and what introduces them; answers between and below them stay."""
    kept: list[str] = []
    number = 0
    while number < len(lines):
        last = _end_of_wrote(lines, number)
        if last is not None or (_introduces(lines, number)):
            number = (last if last is not None else number) + 1
        else:
            if not lines[number].lstrip().startswith(">"):
                kept.append(lines[number])
            number += 1
    return kept


def _introduces(lines: list[str], number: int) -> bool:
    """A line with an address that ends in a colon, right above a quote: how others say "wrote"."""
    line = lines[number].strip()
    return line.endswith(":") and "@" in line and _next_words(lines, number + 1).lstrip().startswith(">")


def _without_signature(lines: list[str]) -> list[str]:
    """Without what follows "-- " (RFC 3676, 4.3) and without a telephone's line at the end."""
    first = next((n for n, line in enumerate(lines) if _SIGNATURE.match(line)), len(lines))
    kept = lines[:first]
    while kept and (not kept[-1].strip() or _SENT_FROM.match(kept[-1])):
        kept.pop()
    return kept


def _tidy(lines: list[str]) -> str:
    """Without spaces at the ends of lines, and with one empty line between paragraphs."""
    text = "\n".join(line.rstrip() for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip()
