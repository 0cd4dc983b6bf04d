"""How words are kept to be searched: in the language that they were written in, and as they stand."""

from typing import Any

from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F

PLAIN = "simple"  # every word as it stands: finds names, and languages that nobody told us of
DEFAULT = "english"
# PostgreSQL's own dictionaries (since 14), by the first letters of a language's code.
_BY_CODE = {
    "ar": "arabic",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hi": "hindi",
    "hu": "hungarian",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "nb": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
}


def dictionary_of(language: str) -> str:
    """The dictionary for a language's code: "german" for "de-at"; the plain one where PostgreSQL knows none."""
    return _BY_CODE.get(language[:2].lower(), PLAIN)


class DictionaryField(models.Field):
    """The name of a text search dictionary. As `regconfig` and not as text, it may stand in a generated column."""

    def db_type(self, connection: Any) -> str:
        return "regconfig"


def kept_vector(*fields: str) -> models.GeneratedField:
    """A column that the database keeps true: `fields` in the row's `dictionary`, and as they stand."""
    vectors = [SearchVector(*fields, config=config) for config in (F("dictionary"), PLAIN)]
    return models.GeneratedField(
        expression=vectors[0] + vectors[1], output_field=SearchVectorField(), db_persist=True
    )
