"""Every table of a year, tried with SQL on a locked one: nothing is added, changed, deleted, moved in or out."""

from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from accounts.models import User
from catalog.models import CatalogImport
from core.database_rules import LiftRules, RestoreRules, installed_definitions
from core.installed_rules import declared_append_only
from indicators.database_rules import PAPER
from indicators.models import (
    Commitment,
    Correction,
    CorrectionRequest,
    Evidence,
    Extension,
    InstrumentFile,
    Measurement,
    Observation,
    Period,
    Receipt,
    Reminder,
    State,
    TargetAdjustment,
)
from programs.locked_years import SENTENCE
from programs.models import FiscalYear, ProgramObjective, YearReopening, YearWord
from tests.factories import NOW, make_indicator, make_measurement, make_program, make_user, make_year
from tests.support.owner import as_owner, past_rules

pytestmark = pytest.mark.django_db
# The acts that lock a year and open it again have rules of their own: they are written beside it, locked or not. So
# are closings, and what is published of them.
NOT_OF_THE_YEAR = {
    "programs_yearlocking", "programs_yearreopening", "publishing_closing", "publishing_publication",
    "publishing_takingdown", "publishing_sitewriting",
}  # fmt: skip
# Of no year are these rows changed: their rules say so with their own sentence.
ALWAYS_KEPT = {kept.table for kept in declared_append_only() if not kept.once}
NEW_KEY = 9_876_543


def year_columns(model: type[models.Model]) -> list[str]:
    """The columns that lead to the row's fiscal year; what a row continues (``previous``) is another year's affair."""
    found = []
    for field in model._meta.concrete_fields:
        to = field.related_model
        if to is not None and to is not model and (to is FiscalYear or year_columns(to)):
            found.append(field.column)
    return found


def tables_of_a_year() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and model._meta.db_table not in NOT_OF_THE_YEAR and year_columns(model)
    ]


TABLES = tables_of_a_year()


def full_year(year: int) -> FiscalYear:
    """A year that has a row in every table that can belong to it."""
    made = make_year(year)
    person = User.objects.filter(username="captura").first() or make_user("captura")
    program = make_program(made)
    YearWord.objects.create(fiscal_year=made, kind="plan", object_id=made.plan_id, name="Plan")
    ProgramObjective.objects.create(program=program, position=1, text="Atender")
    indicator = make_indicator(program)
    row = make_measurement(indicator, 9, 1, 2, State.SUBMITTED, by=person)
    adjustment = TargetAdjustment.objects.create(
        indicator=indicator,
        effective_month=11,
        target=90,
        reason="x",
        authorized_by="Cabildo",
        instrument="Acta 1",
        created_at=NOW,
        created_by=person,
    )
    period = Period.objects.get(fiscal_year=made, month=9)
    extension = Extension.objects.create(
        period=period,
        department=program.department,
        until=date(year, 12, 1),
        reason="x",
        granted_by=person,
        granted_at=NOW,
    )
    Observation.objects.create(measurement=row, text="Falta", author=person, created_at=NOW)
    Correction.objects.create(
        measurement=row, former_numerator=1, former_denominator=3, reason="x", corrected_by=person, corrected_at=NOW
    )
    CorrectionRequest.objects.create(measurement=row, reason="Falta", requested_by=person, requested_at=NOW)
    Commitment.objects.create(
        measurement=row, cause="c", action="a", committed_on=date(year, 12, 1), updated_by=person, updated_at=NOW
    )
    receipt = Receipt.objects.create(
        kind="acuse",
        folio=f"A-{year}",
        period=period,
        department=program.department,
        issued_at=NOW,
        issued_by=person,
        capacity="Enlace",
        figures={},
        fingerprint="0" * 64,
    )
    receipt.measurements.add(row)
    Reminder.objects.create(user=person, period=period, department=program.department, occasion="due", sent_at=NOW)
    file: dict[str, Any] = {
        "file": "x/y.pdf", "name": "y.pdf", "content_type": "application/pdf", "size": 1, "sha256": "0" * 64,
        "uploaded_at": NOW, "uploaded_by": person,
    }  # fmt: skip
    evidence = Evidence.objects.create(fiscal_year=made, department=program.department, **file)
    evidence.measurements.add(row)
    for act in ({"measurement": row}, {"extension": extension}, {"adjustment": adjustment}):
        InstrumentFile.objects.create(department=program.department, instrument="Oficio 1", **act, **file)
    CatalogImport.objects.create(fiscal_year=made, at=NOW, file="a.csv", file_name="a.csv", sha256="0" * 64, size=1)
    return made


class Years:
    def __init__(self) -> None:
        self.before = self._newest()
        self.locked = full_year(2015)
        between = self._newest()
        self.open = full_year(2016)
        self.of_locked = {table: (self.before[table], between[table]) for table in between}
        FiscalYear.objects.filter(pk=self.locked.pk).update(locked=True)

    @staticmethod
    def _newest() -> dict[str, int]:
        newest = {}
        for model in TABLES:
            newest[model._meta.db_table] = model._base_manager.aggregate(top=models.Max("pk"))["top"] or 0
        return newest

    def keys(self, model: type[models.Model], *, locked: bool) -> list[int]:
        """Of the rows of the locked year, or of the other one; every table has some."""
        low, high = self.of_locked[model._meta.db_table]
        span = {"pk__gt": low, "pk__lte": high} if locked else {"pk__gt": high}
        found = list(model._base_manager.filter(**span).order_by("pk").values_list("pk", flat=True))
        assert found, f"{model._meta.db_table}: full_year() makes no row of it"
        return found


@pytest.fixture
def years() -> Years:
    return Years()


def statements(model: type[models.Model], years: Years) -> Iterator[tuple[str, list[Any]]]:
    """What SQL could do to each row of the locked year."""
    table = model._meta.db_table
    columns = [field.column for field in model._meta.concrete_fields]
    others = ", ".join(f'"{column}"' for column in columns if column != "id")
    open_one = years.keys(model, locked=False)
    for place, key in enumerate(years.keys(model, locked=True)):
        yield f'DELETE FROM "{table}" WHERE id = %s', [key]
        yield (
            f'INSERT INTO "{table}" (id, {others}) SELECT %s, {others} FROM "{table}" WHERE id = %s',
            [NEW_KEY, key],
        )
        for column in columns:
            yield f'UPDATE "{table}" SET "{column}" = "{column}" WHERE id = %s', [key]
        ways = year_columns(model)
        moved = ", ".join(f'"{way}" = (SELECT "{way}" FROM "{table}" WHERE id = %s)' for way in ways)
        yield f'UPDATE "{table}" SET {moved} WHERE id = %s', [*[key] * len(ways), open_one[place]]  # in
        yield f'UPDATE "{table}" SET {moved} WHERE id = %s', [*[open_one[place]] * len(ways), key]  # out


def run(statement: str, values: list[Any]) -> None:
    """As the owner, who alone comes as far as the rules of what the application's role may not touch."""
    with transaction.atomic(), as_owner(), connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model._meta.db_table)
def test_the_database_refuses_every_statement(model: type[models.Model], years: Years) -> None:
    tried = 0
    for statement, values in statements(model, years):
        with pytest.raises(IntegrityError):
            run(statement, values)
            pytest.fail(f"taken: {statement}")
        tried += 1
    assert tried >= 4


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model._meta.db_table)
def test_the_year_that_is_open_takes_them(model: type[models.Model], years: Years) -> None:
    """What is refused above is refused because the year is locked."""
    table = model._meta.db_table
    if table in ALWAYS_KEPT:
        pytest.skip("no year takes them")
    for key in years.keys(model, locked=False):
        for field in model._meta.concrete_fields:
            run(f'UPDATE "{table}" SET "{field.column}" = "{field.column}" WHERE id = %s', [key])


def test_what_is_refused_is_one_sentence(years: Years) -> None:
    """But for what is only appended to, in whichever year it is."""
    for model in TABLES:
        key = years.keys(model, locked=True)[0]
        kept = model._meta.db_table in (*ALWAYS_KEPT, PAPER.table)
        with pytest.raises(IntegrityError, match=f"{SENTENCE}|no se modifica ni se borra" if kept else SENTENCE):
            run(f'DELETE FROM "{model._meta.db_table}" WHERE id = %s', [key])


class TestTheYearItself:
    def test_nothing_of_it_changes(self, years: Years) -> None:
        other = {"year": 2014, "plan_id": years.locked.plan_id + 1, "locked": False, "demo_data": True,
                 "missing_as_zero": True, "green_from": 95, "amber_from": 60, "over_above": 120,
                 "descending_enters_as": "percentage", "historical": True}  # fmt: skip
        columns = [field.column for field in FiscalYear._meta.concrete_fields if field.column != "id"]
        assert set(columns) <= set(other), "say here what else a year has, and in the rule that freezes it"
        for column, value in other.items():
            with pytest.raises(IntegrityError):
                run(f'UPDATE programs_fiscalyear SET "{column}" = %s WHERE id = %s', [value, years.locked.pk])
                pytest.fail(f"taken: {column}")
        with pytest.raises(IntegrityError, match=SENTENCE):
            run("DELETE FROM programs_fiscalyear WHERE id = %s", [years.locked.pk])

    def reopening(self, years: Years, **given: Any) -> YearReopening:
        asked_by = User.objects.get(username="captura")
        fields = {"fiscal_year": years.locked, "reason": "Auditoría", "asked_by": asked_by, "asked_at": NOW}
        return YearReopening.objects.create(**{**fields, **given})

    def unlock(self, years: Years) -> None:
        run("UPDATE programs_fiscalyear SET locked = %s WHERE id = %s", [False, years.locked.pk])

    def test_only_a_confirmed_reopening_opens_it_and_once(self, years: Years) -> None:
        asked = self.reopening(years)
        with pytest.raises(IntegrityError, match="dos personas"):
            self.unlock(years)
        YearReopening.objects.update(confirmed_at=NOW, confirmed_by=make_user("otra"))
        # Thresholds do not change with the opening either.
        with pytest.raises(IntegrityError, match=SENTENCE):
            run("UPDATE programs_fiscalyear SET locked = %s, green_from = 95 WHERE id = %s", [False, years.locked.pk])
        self.unlock(years)
        with pytest.raises(IntegrityError, match="no quedó registrada"), transaction.atomic():
            FiscalYear.objects.update(locked=True)
        YearReopening.objects.update(used_at=NOW)
        FiscalYear.objects.filter(pk=years.locked.pk).update(locked=True)
        with pytest.raises(IntegrityError, match="dos personas"):
            self.unlock(years)
        for change in ({"used_at": None}, {"reason": "Otra"}, {"confirmed_by": None}):
            with pytest.raises(IntegrityError, match="no se modifica"), transaction.atomic():
                YearReopening.objects.filter(pk=asked.pk).update(**change)
        with pytest.raises(IntegrityError, match="no se borra"), transaction.atomic():
            run("DELETE FROM programs_yearreopening WHERE id = %s", [asked.pk])

    def test_nobody_confirms_their_own_and_no_reason_is_no_act(self, years: Years) -> None:
        asked_by = User.objects.get(username="captura")
        with pytest.raises(IntegrityError), transaction.atomic():
            self.reopening(years, confirmed_by=asked_by, confirmed_at=NOW)
        with pytest.raises(IntegrityError), transaction.atomic():
            self.reopening(years, reason="")


class TestMigrations:
    def test_only_a_migration_lifts_the_rules_and_it_puts_them_back(self, years: Years) -> None:
        before = installed_definitions(connection)
        row = Measurement.objects.get(fiscal_year=years.locked)
        editor = SimpleNamespace(connection=connection)
        with as_owner():
            LiftRules().database_forwards("programs", editor, None, None)
            Measurement.objects.filter(pk=row.pk).update(justification="De la hoja de 2015")
            RestoreRules().database_forwards("programs", editor, None, None)
        assert installed_definitions(connection) == before
        row.refresh_from_db()
        assert row.justification == "De la hoja de 2015"
        with pytest.raises(IntegrityError, match=SENTENCE), transaction.atomic():
            Measurement.objects.filter(pk=row.pk).update(justification="")

    def test_the_trail_stays_guarded_meanwhile(self) -> None:
        before = installed_definitions(connection)
        with past_rules():
            lifted = installed_definitions(connection)
        trail = [name for name in before if name.startswith("trail_is_append_only")]
        assert trail and all(lifted[name] == before[name] for name in trail)
