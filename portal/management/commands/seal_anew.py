"""`manage.py seal_anew`: what older keys sealed is sealed by the first of SEAL_KEYS. Then the older ones can go."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import models
from django.db.models import Model
from django.db.models.functions import Cast

from accounts.sealed import Lost, SealedTextField, is_of_the_first_key, seal, unseal

AT_ONCE = 500


class Command(BaseCommand):
    help = "Seals anew what older keys sealed, and says how much there was, and how much no key opens."

    def handle(self, **_options: Any) -> None:
        anew = lost = 0
        for model, field in _sealed_fields():
            for key, old in _older(model, field):
                words = unseal(old, purpose=field.purpose)
                if isinstance(words, Lost):
                    lost += 1
                    continue
                anew += _exchange(model, field, key, old, seal(words, purpose=field.purpose))
        self.stdout.write(f"Sealed anew: {anew}.")
        if lost:
            self.stdout.write(self.style.WARNING(f"No key opens {lost}: add the one that sealed it to SEAL_KEYS."))


def _sealed_fields() -> Iterator[tuple[type[Model], SealedTextField]]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, SealedTextField):
                yield model, field


def _as_it_lies(model: type[Model], field: SealedTextField) -> models.QuerySet[Any]:
    """The rows with `lies`: what is sealed in them, unopened."""
    return model._default_manager.annotate(lies=Cast(field.name, models.BinaryField())).order_by("pk")


def _older(model: type[Model], field: SealedTextField) -> Iterator[tuple[Any, bytes]]:
    """The keys of rows that an older key sealed and what is sealed there, read a few hundred at a time."""
    rows = _as_it_lies(model, field).values_list("pk", "lies")
    page = list(rows[:AT_ONCE])
    while page:
        yield from ((key, bytes(lies)) for key, lies in page if lies and not is_of_the_first_key(bytes(lies)))
        page = list(rows.filter(pk__gt=page[-1][0])[:AT_ONCE])


def _exchange(model: type[Model], field: SealedTextField, key: Any, old: bytes, new: bytes) -> int:
    """Only where nobody wrote meanwhile: what they wrote is sealed by the first key already."""
    return _as_it_lies(model, field).order_by().filter(pk=key, lies=old).update(**{field.name: new})
