"""Which browser on what: a user agent in words that its owner recognises."""

from django.utils.translation import gettext as _

# In this order: most browsers also name the ones that they descend from.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


def in_words(user_agent: str) -> str:
    """ "Firefox on Android"; "A browser" when nothing is known of it."""
    browser = _first(_BROWSERS, user_agent) or _("A browser")
    system = _first(_SYSTEMS, user_agent)
    return _("%(browser)s on %(system)s") % {"browser": browser, "system": system} if system else browser


def _first(names: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for mark, name in names if mark in user_agent), "")
