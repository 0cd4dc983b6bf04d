"""Look-ups that nearly every request makes, whose SQL is composed once."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class _Branch:
    """What `select_related` brings along under one name: the columns of one model."""

    path: str
    parent: str
    relation: Any  # a field, or the other end of one; None for the trunk
    model: type[Model]
    names: list[str]  # of its columns

    @property
    def columns(self) -> list[str]:
        return [f"{self.path}__{name}" if self.path else name for name in self.names]

    def grow(self, values: Sequence[Any]) -> Model | None:
        """None where an outer join found nothing."""
        there = values[self.names.index(self.model._meta.pk.attname)] is not None
        return self.model.from_db(DEFAULT_DB_ALIAS, self.names, values) if there else None

    def attach(self, parent: Model, found: Model | None) -> None:
        self.relation.set_cached_value(parent, found)
        if found is not None and self.relation.one_to_one:
            self.relation.remote_field.set_cached_value(found, parent)


class Lookup(Generic[M]):
    """The first row of a queryset that is always the same but for a few values, with what `select_related` brings.

    Composing such a query takes Django several times as long as the database needs to answer it. `examples` are
    values that stand in for those asked for later, each different from everything else in the query.
    """

    def __init__(self, queryset: Callable[..., QuerySet[M]], *examples: Any) -> None:
        self._queryset = queryset
        self._examples = examples

    def first(self, *values: Any) -> M | None:
        """What the queryset's own `first` gives, for these values. One query."""
        sql, parameters, branches = self._composed
        asked = [values[self._examples.index(each)] if each in self._examples else each for each in parameters]
        with connection.cursor() as cursor:
            cursor.execute(sql, asked)
            row = cursor.fetchone()
        return _grown(row, branches) if row else None

    @cached_property
    def _composed(self) -> tuple[str, Sequence[Any], list[_Branch]]:
        queryset = self._queryset(*self._examples)
        branches = list(_branches(queryset.model, queryset.query.select_related or {}))
        columns = [column for branch in branches for column in branch.columns]
        ordered = queryset if queryset.ordered else queryset.order_by("pk")
        sql, parameters = ordered.select_related(None).values_list(*columns)[:1].query.sql_with_params()
        if unused := [each for each in self._examples if parameters.count(each) == 0]:
            raise ValueError(f"The query does not ask for {unused}.")
        return sql, parameters, branches


def _branches(
    model: type[Model], related: Any, path: str = "", parent: str = "", relation: Any = None
) -> Iterator[_Branch]:
    """A model, and those that come with it: each after the one that it hangs on."""
    if converted := [field.name for field in model._meta.concrete_fields if field.get_db_converters(connection)]:
        raise TypeError(f"{model.__name__} keeps {converted} in another form than the database.")
    yield _Branch(path, parent, relation, model, [field.attname for field in model._meta.concrete_fields])
    for name, further in related.items():
        branch: Any = model._meta.get_field(name)
        deeper = f"{path}__{name}" if path else name
        yield from _branches(branch.related_model, further, deeper, path, branch)


def _grown(row: Sequence[Any], branches: Sequence[_Branch]) -> Any:
    """The row as a model, with those of the branches in their places."""
    made: dict[str, Model | None] = {}
    begin = 0
    for branch in branches:
        values = row[begin : (begin := begin + len(branch.names))]
        made[branch.path] = found = branch.grow(values)
        if branch.relation is not None and (parent := made[branch.parent]) is not None:
            branch.attach(parent, found)
    return made[""]
