"""Mail that comes as HTML alone, as text: its words, without what the program marks as answered or signed."""

from html.parser import HTMLParser

_BREAKS = {"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "blockquote", "ul", "ol", "table", "hr"}
_SILENT = {"script", "style", "head", "title", "template"}
_VOID = {"br", "hr", "img", "meta", "link", "input", "wbr", "col", "base", "area", "embed", "source", "track"}
# Parts that are quoted or signed: Gmail, Yahoo, Thunderbird, Proton, Apple Mail, Outlook.
_CLASSES = {
    "gmail_quote", "gmail_quote_container", "gmail_attr", "gmail_signature", "yahoo_quoted", "moz-cite-prefix",
    "moz-signature", "protonmail_quote", "protonmail_signature_block", "tutanota_quote", "zmail_extra",
}  # fmt: skip
# From here on everything is the answered mail.
_REST = {
    "divrplyfwdmsg", "appendonsend", "reply-intro", "mail-editor-reference-message-container",
    "ms-outlook-mobile-reference-message",
}  # fmt: skip
_MOST = 500_000  # characters of HTML that are read


def as_text(html: str, *, whole: bool = False) -> str:
    """The words of `html`; the quoted parts too when `whole`."""
    reader = _Reader(whole=whole)
    reader.feed(html[:_MOST])
    reader.close()
    lines = ("".join(reader.parts)).split("\n")
    return "\n".join(" ".join(line.split()) for line in lines).strip()


class _Reader(HTMLParser):
    def __init__(self, *, whole: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._whole = whole
        self._hidden: list[str] = []  # the open tags since one that is left out, that one first
        self._ended = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._hidden:
            if tag not in _VOID:
                self._hidden.append(tag)
        elif tag not in _VOID and self._is_left_out(tag, dict(attrs)):
            self._hidden = [tag]
        elif not self._whole and (dict(attrs).get("id") or "").lower() in _REST:
            self._ended = True
        if tag in _BREAKS and not self._hidden:
            self._break(paragraph=tag == "p")
            if tag == "li":
                self.parts.append("- ")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._hidden:
            while self._hidden and self._hidden.pop() != tag:
                pass
        elif not self._hidden and tag in _BREAKS:
            self._break(paragraph=tag == "p")

    def handle_data(self, data: str) -> None:
        if not self._hidden and not self._ended:
            self.parts.append(" ".join(data.split("\n")))

    def _is_left_out(self, tag: str, said: dict[str, str | None]) -> bool:
        if tag in _SILENT:
            return True
        if self._whole:
            return False
        names = (said.get("class") or "").split()
        return tag == "blockquote" or bool(_CLASSES.intersection(names)) or said.get("id") == "Signature"

    def _break(self, *, paragraph: bool) -> None:
        if self.parts and not self.parts[-1].endswith("\n"):
            self.parts.append("\n")
        if paragraph and self.parts:
            self.parts.append("\n")
