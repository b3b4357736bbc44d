"""Writing many rows: ``bulk_create``, and on PostgreSQL its COPY, which takes about half the time.

Like ``bulk_create`` it skips ``save()`` and signals; unlike it, it does not ask the fields one by one what every
plain text or number becomes. Constraints and triggers hold as for any insert or update.
"""

import io
import json
import re
from collections.abc import Callable, Collection, Sequence
from operator import attrgetter
from typing import Any, TypeVar

from django.db import connections, models, router, transaction

from core.fields import FoldedField

M = TypeVar("M", bound=models.Model)

BATCH = 2000
FEW = 20  # rows for which one INSERT is sooner done than asking for their keys and then COPY
_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_AS_THEY_ARE = (models.CharField, models.TextField, models.IntegerField, models.ForeignKey)


def insert(model: type[M], rows: Sequence[M], *, batch: int = BATCH, numbered: bool = False) -> None:
    """Insert new instances, whose parents are saved, and give them their primary keys.

    ``numbered``: they bring their keys, and whoever made these sees to the table's sequence.
    Raises IntegrityError where a constraint or trigger refuses a row.
    """
    if not rows:
        return
    connection = connections[router.db_for_write(model)]
    _take_parents_keys(rows, model._meta.concrete_fields)
    if connection.vendor != "postgresql" or len(rows) < FEW:
        model._base_manager.bulk_create(rows, batch_size=batch)
        return
    if not numbered:
        _number(connection, model, rows)
    _copy(connection, model._meta.db_table, model._meta.concrete_fields, rows, batch)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def change(model: type[M], rows: Sequence[M], names: Collection[str] = (), *, batch: int = BATCH) -> None:
    """Store the named fields of saved instances and the texts folded from them; without names all fields.

    Parents are saved by now, also those that were new when they were set.
    ``bulk_update`` writes a CASE for each cell: with a thousand rows of forty columns that takes a minute. Rows that
    are not in the table (any more) are passed over. Raises IntegrityError where a constraint or trigger refuses a row.
    """
    every = [field for field in model._meta.concrete_fields if not field.primary_key]
    fields = [field for field in every if not names or field.name in names or _is_folded_from(field, names)]
    connection = connections[router.db_for_write(model)]
    _take_parents_keys(rows, fields)
    if connection.vendor != "postgresql" or len(rows) < FEW:
        given = [field.name for field in fields]
        # An insert that meets its own row.
        model._base_manager.bulk_create(
            rows, batch_size=batch, update_conflicts=True, unique_fields=["id"], update_fields=given
        )
        return
    name = connection.ops.quote_name
    copied = [model._meta.pk, *fields]
    table, new = name(model._meta.db_table), name(f"new_{model._meta.db_table}")
    sets = ", ".join(f"{name(field.column)} = {new}.{name(field.column)}" for field in fields)
    key = name(model._meta.pk.column)
    columns = ", ".join(name(field.column) for field in copied)
    with connection.cursor() as cursor, transaction.atomic(using=connection.alias):
        cursor.execute(f"CREATE TEMPORARY TABLE {new} ON COMMIT DROP AS SELECT {columns} FROM {table} WITH NO DATA")
        _copy(connection, f"new_{model._meta.db_table}", copied, rows, batch, add=False)
        cursor.execute(f"UPDATE {table} SET {sets} FROM {new} WHERE {table}.{key} = {new}.{key}")
        cursor.execute(f"DROP TABLE {new}")


def _is_folded_from(field: Any, names: Collection[str]) -> bool:
    return isinstance(field, FoldedField) and not set(names).isdisjoint(field.sources)


def _copy(
    connection: Any, table: str, fields: Sequence[Any], rows: Sequence[models.Model], batch: int, *, add: bool = True
) -> None:
    """``add``: whether the rows are new to their own table."""
    read = _row_reader(fields, connection, add)
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    statement = f"COPY {connection.ops.quote_name(table)} ({columns}) FROM STDIN"
    with connection.cursor() as cursor:
        for start in range(0, len(rows), batch):
            lines = map(read, rows[start : start + batch])
            with connection.wrap_database_errors:
                cursor.copy_expert(statement, io.StringIO("\n".join(lines)))


def _take_parents_keys(rows: Sequence[models.Model], fields: Sequence[Any]) -> None:
    """A parent that was saved after it was set here has its key only now."""
    for field in [field for field in fields if field.is_relation]:
        for row in rows:
            if getattr(row, field.attname) is None and field.is_cached(row):
                # By its name: setting the key alone would forget the parent that is at hand.
                setattr(row, field.name, field.get_cached_value(row))


def _number(connection: Any, model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Reserve the keys in the table's own sequence."""
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(s.name) FROM (SELECT pg_get_serial_sequence(%s, %s)::regclass AS name OFFSET 0) s, "
            "generate_series(1, %s)",
            [table, model._meta.pk.column, len(rows)],
        )
        for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = key


def _row_reader(fields: Sequence[Any], connection: Any, add: bool) -> Callable[[models.Model], str]:
    """What a row becomes in COPY's text format: plain columns together, the others each by its field."""
    values_of = attrgetter(*[field.attname for field in fields])
    special = [(place, read) for place, field in enumerate(fields) if (read := _special_reader(field, connection, add))]

    def read(row: models.Model) -> str:
        made = [(place, read_special(row)) for place, read_special in special]
        # After them: a field may set its own attribute, as a folded text does.
        values = [*values_of(row)]
        for place, value in made:
            values[place] = value
        # One look at the whole row, because hardly any has something to escape.
        if _SPECIAL.search("".join([value for value in values if isinstance(value, str)])):
            return "\t".join(["\\N" if value is None else _SPECIAL.sub(_escaped, str(value)) for value in values])
        return "\t".join(["\\N" if value is None else str(value) for value in values])

    return read


def _escaped(found: re.Match[str]) -> str:
    return _ESCAPES[found[0]]


def _special_reader(field: Any, connection: Any, add: bool) -> Callable[[models.Model], Any] | None:
    """How the field's value is made where it is not simply what the attribute holds; None where it is."""
    name, plain = field.attname, type(field).pre_save is models.Field.pre_save
    as_they_are = isinstance(field, _AS_THEY_ARE) and _prepares_plainly(field)
    is_json = isinstance(field, models.JSONField)
    if plain and as_they_are:
        return None

    encode = (field.encoder or json.JSONEncoder)(ensure_ascii=False).encode if is_json else None

    def read(row: models.Model) -> Any:
        value = getattr(row, name) if plain else field.pre_save(row, add=add)
        if value is None or as_they_are:
            return value
        return encode(value) if encode else field.get_db_prep_save(value, connection)

    return read


def _prepares_plainly(field: Any) -> bool:
    """A field of ours that stores another value than it shows (an amount) prepares it in ``get_prep_value``."""
    return type(field).__module__.startswith("django.") or isinstance(field, models.TextField)
