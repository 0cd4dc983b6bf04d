"""A look-up gives what its queryset gives, in one query."""

from typing import Any

import pytest
from django.db.models import Model, QuerySet
from pytest_django import DjangoAssertNumQueries

from accounts.lookup import Lookup
from accounts.models import User
from coaching.booking import queries
from coaching.booking.models import Appointment, SessionType, Workload
from coaching.people.models import Client, Practitioner
from tests import cast


def people(pk: int) -> QuerySet[User]:
    return User.objects.filter(pk=pk).select_related(
        "client__practitioner__user", "client__practitioner__practice", "practitioner__practice"
    )


PEOPLE = Lookup(people, -1)


def known(model: Model | None, *, seen: frozenset[int] = frozenset()) -> Any:
    """Its columns and whatever came along, however deep, without going round in circles."""
    if model is None or id(model) in seen:
        return type(model)
    columns = {name: value for name, value in vars(model).items() if not name.startswith("_")}
    along = model._state.fields_cache.items()
    return type(model), columns, {name: known(each, seen=seen | {id(model)}) for name, each in along}


def test_people_come_whole_with_their_side_of_the_house(
    teresa: Client, marta: Practitioner, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    nobody = User.objects.create_user(email="nobody@example.org")
    for user in (teresa.user, marta.user, nobody):
        with django_assert_num_queries(1):
            found = PEOPLE.first(user.pk)
        assert found is not None
        assert known(found) == known(people(user.pk).get())
    with django_assert_num_queries(0):
        assert found.is_authenticated
        assert not hasattr(found, "client")
    assert PEOPLE.first(nobody.pk + 1) is None


def test_what_was_looked_up_can_be_changed_and_saved(teresa: Client) -> None:
    found = PEOPLE.first(teresa.user.pk)
    assert found is not None
    found.name = "Teresa Other"
    found.save()
    found.client.status = Client.Status.GRADUATED
    found.client.save()
    teresa.refresh_from_db()
    assert (teresa.user.name, teresa.status) == ("Teresa Other", Client.Status.GRADUATED)


def test_each_reader_finds_the_types_that_they_may_book(
    marta: Practitioner, teresa: Client, outsider: Client
) -> None:
    for audience in SessionType.Audience.values:
        cast.session_type(of=marta, slug=audience, audience=audience)
    queries.bookable_types(marta).get(slug="invited").invited.add(teresa)
    cast.session_type(of=marta, slug="retired", retired_at=cast.NOW)
    for reader in (None, teresa, outsider, marta):
        for slug in (*SessionType.Audience.values, "retired", "unknown"):
            found = queries.bookable_type(reader, slug)
            assert known(found) == known(queries.bookable_types(reader).filter(slug=slug).first()), (reader, slug)
    assert queries.bookable_type(teresa, "invited") is not None
    assert queries.bookable_type(outsider, "invited") is None
    Workload.objects.create(practitioner=marta, day_limit=3)
    found = queries.bookable_type(teresa, "clients")
    assert found is not None
    assert found.practitioner.workload.day_limit == 3


def test_a_query_that_does_not_ask_for_the_value_is_refused(db: None) -> None:
    with pytest.raises(ValueError, match="does not ask"):
        Lookup(lambda _pk: User.objects.all(), -1).first(1)


def test_columns_that_the_database_keeps_in_another_form_are_refused(db: None) -> None:
    with pytest.raises(TypeError, match="answers"):
        Lookup(lambda pk: Appointment.objects.filter(practitioner=pk), -1).first(1)
