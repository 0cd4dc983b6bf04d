"""The migrations make the very tables that the models, and so all other tests, have."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, connections
from django.db.models import Model
from django.test.utils import override_settings

_COLUMNS = """
    SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default,
           identity_generation
    FROM information_schema.columns WHERE table_schema = 'public'
"""
_CONSTRAINTS = """
    SELECT conrelid::regclass::text, pg_get_constraintdef(oid), condeferrable
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
"""
_INDEXES = """
    SELECT tablename, regexp_replace(indexdef, 'INDEX \\S+', 'INDEX')
    FROM pg_indexes WHERE schemaname = 'public'
"""


@pytest.fixture
def migrated(django_db_blocker: pytest.FixtureRequest) -> Iterator[str]:
    """The alias of a database that was made by the migrations alone."""
    alias, name = "migrated", f"{connection.settings_dict['NAME']}_migrated"
    with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
        connections.settings[alias] = {**connections.settings["default"], "NAME": name}
        try:
            with override_settings(MIGRATION_MODULES={}):
                call_command("migrate", database=alias, verbosity=0)
            yield alias
        finally:
            connections[alias].close()
            del connections[alias]
            del connections.settings[alias]
            cursor.execute(f'DROP DATABASE "{name}"')


def _our_tables() -> set[str]:
    """Django's own differ: the keys of its many-to-many tables grow only when they are migrated."""
    return {model._meta.db_table for model in apps.get_models(include_auto_created=True) if _is_ours(model)}


def _is_ours(model: type[Model]) -> bool:
    return model.__module__.startswith(("coaching.", "portal."))


def _made(alias: str, question: str) -> set[tuple[object, ...]]:
    with connections[alias].cursor() as cursor:
        cursor.execute(question)
        return {row for row in cursor.fetchall() if row[0] in _our_tables()}


def test_the_migrations_make_what_the_models_say(db: None, migrated: str) -> None:
    for question in (_COLUMNS, _CONSTRAINTS, _INDEXES):
        by_models, by_migrations = _made("default", question), _made(migrated, question)
        assert by_models == by_migrations
        assert by_models
