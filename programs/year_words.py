"""The words of a locked year: the names of its plan, axes, objectives, strategies and departments as they were when it
was locked, whatever they are called since.

They are written by whoever locks the year. Showing them happens in one place: while a page or a command is about a
year (``about``), a locked year that is read brings its words along, in one query, and what is read after it has them
as its name (``Worded``). A year that is not locked costs nothing. Only for showing: ``about`` is never around a write.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.apps import apps
from django.db import models

KINDS = ("plan", "axis", "objective", "strategy", "department")
Words = Mapping[tuple[str, int], str]


class _About:
    """``words`` None: the year was not read yet; ``early``: what was read before it."""

    def __init__(self, year: int) -> None:
        self.year = year
        self.words: Words | None = None
        self.early: list[Any] = []

    def name(self, row: Any) -> None:
        if self.words is None:
            self.early.append(row)
        elif self.words:
            row.name = self.words.get((row._meta.model_name, row.pk), row.name)

    def learn(self, words: Words) -> None:
        self.words = words
        for row in self.early:
            self.name(row)
        self.early = []


_about: ContextVar[_About | None] = ContextVar("year_words", default=None)


@contextmanager
def about(year: int | None) -> Iterator[None]:
    """What is read here is shown as of that year; None: of no year, until ``turn_to`` says of which."""
    token = _about.set(None if year is None else _About(year))
    try:
        yield
    finally:
        _about.reset(token)


def turn_to(year: int) -> None:
    """Within ``about``: the year is known only now."""
    _about.set(_About(year))


class Worded:
    """A model whose ``name`` is that of the year that is shown."""

    @classmethod
    def from_db(cls, db: Any, field_names: Any, values: Any) -> Any:
        row = super().from_db(db, field_names, values)  # type: ignore[misc]
        shown = _about.get()
        if shown is not None and "name" in row.__dict__:
            shown.name(row)
        return row


class BringsWords:
    """The fiscal year: a locked one that is shown brings its words along."""

    @classmethod
    def from_db(cls, db: Any, field_names: Any, values: Any) -> Any:
        year = super().from_db(db, field_names, values)  # type: ignore[misc]
        shown = _about.get()
        cache = year.__dict__
        if shown is not None and shown.words is None and "locked" in cache and cache.get("year") == shown.year:
            shown.learn(_read(year.pk) if year.locked else {})
        return year


def words_of(fiscal_year: Any) -> Words:
    """Those of a locked year; none of another one. One query where the page has not read them already."""
    if not fiscal_year.locked:
        return {}
    shown = _about.get()
    if shown is not None and shown.year == fiscal_year.year and shown.words is not None:
        return shown.words
    return _read(fiscal_year.pk)


def _read(fiscal_year_id: int) -> Words:
    rows = apps.get_model("programs", "YearWord").objects.filter(fiscal_year=fiscal_year_id)
    return {(kind, object_id): name for kind, object_id, name in rows.values_list("kind", "object_id", "name")}


def in_words(fiscal_year: Any, rows: Sequence[Any], names: Mapping[int, tuple[str, int]]) -> Sequence[Any]:
    """Rows that were read without models: ``names`` says for each column with a name of what kind it is and in which
    column its key stands. The very same rows where they keep their names.
    """
    words = words_of(fiscal_year)
    return with_words(words, rows, names) if words else rows


def with_words(words: Words, rows: Sequence[Any], names: Mapping[int, tuple[str, int]]) -> list[Any]:
    return [
        tuple(
            words.get((names[place][0], row[names[place][1]]), value) if place in names else value
            for place, value in enumerate(row)
        )
        for row in rows
    ]


def keep_words(fiscal_year: Any) -> None:
    """Write the names of today as the words of a year that is about to be locked; those of before are replaced."""
    made = apps.get_model("programs", "YearWord")
    made.objects.filter(fiscal_year=fiscal_year.pk).delete()
    made.objects.bulk_create(words_of_today(apps, fiscal_year.pk, fiscal_year.plan_id), batch_size=500)


def words_of_today(registry: Any, fiscal_year_id: int, plan_id: int) -> list[models.Model]:
    """The rows to write, unsaved; ``registry`` gives the models, also a migration's."""
    model = {kind: registry.get_model("programs", kind) for kind in (*KINDS, "yearword")}
    found = {
        "plan": model["plan"].objects.filter(pk=plan_id),
        "axis": model["axis"].objects.filter(plan=plan_id),
        "objective": model["objective"].objects.filter(axis__plan=plan_id),
        "strategy": model["strategy"].objects.filter(objective__axis__plan=plan_id),
        "department": model["department"].objects.all(),
    }
    return [
        model["yearword"](fiscal_year_id=fiscal_year_id, kind=kind, object_id=pk, name=name)
        for kind, rows in found.items()
        for pk, name in rows.order_by("pk").values_list("pk", "name")
    ]
