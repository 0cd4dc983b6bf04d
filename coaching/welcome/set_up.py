"""The key of the first start: whoever can read what the server prints may move in, once."""

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from coaching.people.models import Practitioner

_SALT = "coaching.welcome.set_up"


def link() -> str:
    """The absolute address of the set-up page, with its key. It opens until a practitioner has moved in."""
    return settings.SITE_URL.rstrip("/") + reverse("set_up", args=[_key()])


def opens(key: str) -> bool:
    """Whether this key opens the set-up page now."""
    return constant_time_compare(key, _key()) and not Practitioner.objects.exists()


def _key() -> str:
    return salted_hmac(_SALT, "practitioner", algorithm="sha256").hexdigest()[:40]
