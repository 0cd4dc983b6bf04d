"""Words with places for names in them: "Dear {name},". No database, no clock.

A place is a name in curly brackets and nothing else: no formatting, no attributes, nothing that is run.
"""

import re
from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

_PLACE = re.compile(r"\{([^{}]*)\}")


class WrongPlace(ValueError):
    """Something in curly brackets that we do not know. `sentence` says what can be used."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def check(words: str, *, allowed: Collection[str]) -> None:
    """Raises WrongPlace, with a sentence for the first thing that is wrong."""
    usable = ", ".join(f"{{{name}}}" for name in allowed)
    for found in _PLACE.findall(words):
        if found not in allowed:
            said = {"wrong": f"{{{found}}}", "usable": usable}
            raise WrongPlace(_("We cannot fill in %(wrong)s. You can use %(usable)s.") % said)
    if re.search(r"[{}]", _PLACE.sub("", words)):
        raise WrongPlace(_("A curly bracket stands alone. You can use %s.") % usable)


def fill(words: str, values: Mapping[str, str]) -> str | None:
    """`words` with every place filled, once over: what a value holds is never filled in again.

    None when a place cannot be filled.
    """
    if any(name not in values for name in _PLACE.findall(words)):
        return None
    return _PLACE.sub(lambda found: values[found.group(1)], words)


def fill_known(words: str, values: Mapping[str, str]) -> tuple[str, list[str]]:
    """`words` with the places filled that can be, once over, and the names of those that stay."""
    missing = [name for name in dict.fromkeys(_PLACE.findall(words)) if name not in values]
    return _PLACE.sub(lambda found: values.get(found.group(1), found.group()), words), missing
