"""Files that go with a message, in words."""

from django import template
from django.utils.translation import gettext as _

from coaching.media import rules
from coaching.media.models import Rendition, StoredFile

register = template.Library()


@register.filter
def bytes_in_words(size: int) -> str:
    return rules.size_in_words(size)


@register.filter
def type_in_words(file: StoredFile) -> str:
    """ "PDF", "Text"."""
    names = {"application/pdf": "PDF", "text/plain": _("Text")}
    return names.get(file.media_type, "ODT" if file.media_type.endswith("opendocument.text") else "Word")


@register.filter
def has_film(file: StoredFile) -> bool:
    """It can be watched. No query where `renditions` were fetched along."""
    return file.made_as(Rendition.Form.FILM) is not None


@register.filter
def has_poster(file: StoredFile) -> bool:
    return file.made_as(Rendition.Form.POSTER) is not None
