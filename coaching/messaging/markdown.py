"""A little Markdown, made safe: emphasis, lists, quotes and links. Nothing else that people type means anything."""

import re
from urllib.parse import urlsplit

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

_RULES = ("emphasis", "link", "autolink", "list", "blockquote", "newline", "escape")
_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "a"}
_SCHEMES = {"http", "https", "mailto", "tel"}
_LINE_MARKS = re.compile(r"^\s*(?:[-*+>]|\d+\.)\s+", re.MULTILINE)
_MARKS = re.compile(r"\*+|\[([^\]]*)\]\([^)]*\)")
_ADDRESS = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_AFTER_ADDRESS = ".,;:!?)]}*_’”"  # what ends a sentence does not belong to the address in it


def as_html(words: str) -> SafeString:
    """HTML of a message: two sieves, one that knows Markdown and one that knows browsers."""
    html = nh3.clean(
        _markdown.render(words),
        tags=_TAGS,
        attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
        url_schemes=_SCHEMES,
        link_rel="noopener nofollow noreferrer",
    )
    return mark_safe(html)  # noqa: S308 - that is what nh3 is for


def as_line(words: str) -> str:
    """The beginning of a message without its marks, for a list."""
    unmarked = _LINE_MARKS.sub("", words[:400])
    return " ".join(_MARKS.sub(r"\1", unmarked).split())[:160]


def _link_addresses(state: StateCore) -> None:
    """Make links of bare addresses, and say where a named link leads."""
    for block in state.tokens:
        if block.type == "inline" and block.children:
            block.children = [new for old in _with_hosts(block.children) for new in _split(old)]


def _with_hosts(tokens: list[Token]) -> list[Token]:
    """ "[my page](https://a.example/x)" shows as "my page (a.example)": nobody is led elsewhere than they read."""
    shown: list[Token] = []
    host, said = "", ""
    for token in tokens:
        if token.type == "link_open":
            host, said = urlsplit(str(token.attrs.get("href", ""))).hostname or "", ""
        said += token.content
        if token.type == "link_close" and host and host not in said.lower():
            shown.append(_linked_text(f" ({host})"))
        if token.type == "text" and host:
            token.meta = {"linked": True}
        if token.type == "link_close":
            host = ""
        shown.append(token)
    return shown


def _linked_text(words: str) -> Token:
    return Token("text", "", 0, content=words, meta={"linked": True})


def _split(token: Token) -> list[Token]:
    """A piece of text, with its addresses as links."""
    if token.type != "text" or token.meta.get("linked"):
        return [token]
    parts: list[Token] = []
    end = 0
    for found in _ADDRESS.finditer(token.content):
        address = found.group().rstrip(_AFTER_ADDRESS)
        parts.append(Token("text", "", 0, content=token.content[end : found.start()]))
        parts += _link(address)
        end = found.start() + len(address)
    return [*parts, Token("text", "", 0, content=token.content[end:])]


def _link(address: str) -> list[Token]:
    return [
        Token("link_open", "a", 1, attrs={"href": address}),
        Token("text", "", 0, content=address),
        Token("link_close", "a", -1),
    ]


def _made() -> MarkdownIt:
    made = MarkdownIt("zero", {"html": False, "breaks": True, "maxNesting": 10}).enable(list(_RULES))
    made.core.ruler.push("addresses", _link_addresses)
    return made


_markdown = _made()
