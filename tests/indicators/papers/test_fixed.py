"""A paper stays as it was issued, whoever asks the database: a correction voids it, one time."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from core.installed_rules import declared_append_only, declared_rules
from indicators import services
from indicators.database_rules import PAPER
from indicators.models import Receipt
from tests.factories import NOW
from tests.indicators.town import Town, make_town
from tests.support.owner import as_owner
from tests.support.shared import shared

TABLE, FIGURES = Receipt._meta.db_table, Receipt.measurements.through._meta.db_table
LATER = NOW + timedelta(days=1)
OTHERWISE = {
    "id": "id + 5000",
    "kind": "'acuse'",
    "folio": "'C-9'",
    "period_id": "period_id + 1",
    "department_id": "department_id + 1",
    "issued_at": "'2016-01-01 00:00:00+00:00'",
    "issued_by_id": "issued_by_id + 1",
    "capacity": "'Nadie'",
    "by_expiry": "NOT by_expiry",
    "figures": "'{}'",
    "fingerprint": "'0'",
    "void_at": "'2016-01-01 00:00:00+00:00'",
    "replaced_by_id": "id",
}


@pytest.fixture
@shared
def papers(db):
    """An acuse, a constancia that lost its effect, and the one that stands for it."""
    town = make_town(indicators=1)
    town.save(town.pair(3, 4))
    town.submit()
    validate(town)
    town.save(town.pair(4, 4, version=town.row().version, reason="Oficio 3"), role="planning", now=LATER)
    validate(town)
    return list(Receipt.objects.order_by("pk"))


def validate(town: Town) -> None:
    row = town.row()
    services.validate(access=town.access("director"), seen={row.pk: row.version}, now=LATER)


def run(statement: str) -> None:
    """As the owner, who alone comes as far as these rules on PostgreSQL."""
    with transaction.atomic(), as_owner(), connection.cursor() as cursor:
        cursor.execute(statement)


def refused(statement: str) -> None:
    with pytest.raises(IntegrityError, match="Un acuse o una constancia no se modifica ni se borra"):
        run(statement)


@pytest.mark.parametrize("column", OTHERWISE)
def test_no_column_of_a_paper_without_effect_is_written_again(papers, column):
    old = next(paper for paper in papers if paper.void_at)
    refused(f'UPDATE "{TABLE}" SET "{column}" = {OTHERWISE[column]} WHERE id = {old.pk}')
    if column in PAPER.once:
        refused(f'UPDATE "{TABLE}" SET "{column}" = NULL WHERE id = {old.pk}')


def test_a_paper_in_effect_loses_it_one_time(papers):
    standing = papers[-1]
    Receipt.objects.filter(pk=standing.pk).update(void_at=LATER, replaced_by=papers[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        Receipt.objects.filter(pk=standing.pk).update(void_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Receipt.objects.filter(pk=standing.pk).update(replaced_by=papers[1])


@pytest.mark.parametrize("table", [TABLE, FIGURES])
def test_no_paper_is_deleted_nor_its_list_of_figures(papers, table):
    refused(f'DELETE FROM "{table}"')
    if connection.vendor == "postgresql":
        refused(f'SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE "{TABLE}", "{FIGURES}"')
        refused(f'SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE "{FIGURES}"')
    refused(f'UPDATE "{FIGURES}" SET measurement_id = measurement_id + 1')


def test_every_column_of_a_paper_is_ruled():
    assert set(OTHERWISE) == {field.column for field in Receipt._meta.concrete_fields}


@pytest.mark.parametrize("kept", declared_append_only(), ids=lambda kept: kept.table)
def test_each_table_that_is_only_appended_to_has_its_rules(kept):
    ruled = {event for rule in declared_rules() if rule.table == kept.table for event in rule.events}
    assert ruled >= {"UPDATE", "DELETE", "TRUNCATE"}
