"""Closing a month for the whole plan: what it keeps, whom it refuses, and that the database holds it."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Role
from core.models import TrailEntry
from core.refusals import NotAllowed, ServiceError
from core.seals import head, seal_trail
from indicators.models import Indicator, Measurement, Period, State
from indicators.services import set_period
from programs.models import FiscalYear, Program
from publishing.closing import closing as closing_module
from publishing.closing.closing import close_month, draft_of
from publishing.closing.what_lacks import correcting_text, counted_text, entails, summary
from publishing.document.canonical import sha256_of
from publishing.document.recomputing import faults_of
from publishing.models import Closing, DocumentAltered
from tests.factories import (
    NOW,
    TODAY,
    access_of,
    make_indicator,
    make_measurement,
    make_people,
    make_program,
    make_year,
)
from tests.publishing.closed import close, planner
from tests.reports.county import make_county
from tests.support.owner import as_owner
from tests.support.shared import shared

pytestmark = pytest.mark.django_db


@pytest.fixture
@shared
def county() -> FiscalYear:
    return make_county()


def test_it_keeps_the_document_with_its_fingerprint_and_closes_the_month(county):
    made = close(county, 1)
    assert made.sha256 == sha256_of(made.document_bytes) and made.holds
    assert made.content["month"] == 1 and made.content["plan_results"]["with_data"] == 4
    assert faults_of(made.content) == []
    assert (made.version, made.previous, made.closed_on, made.made_by) == (1, None, TODAY, planner())
    period = Period.objects.get(fiscal_year=county, month=1)
    assert (period.closed_on, period.close_reason) == (TODAY, "Cierre de enero de 2016")
    assert made.seal == {"sha256": made.sha256, "head": None, "entries": 0, "time": NOW.isoformat()}


def test_its_seal_has_the_head_of_the_trail_at_that_moment(county):
    seal_trail(now=NOW)
    last = head()
    made = close(county, 1)
    assert made.seal == {
        "sha256": made.sha256, "head": last.sha256, "entries": last.entries, "time": NOW.isoformat()
    }  # fmt: skip
    seal_trail(now=NOW)
    assert head().sha256 != last.sha256 and Closing.objects.get().seal["head"] == last.sha256


def test_it_is_in_the_trail_with_its_fingerprint(county):
    made = close(county, 1, reason="Trimestre", instrument="Oficio 12/2016")
    entry = TrailEntry.objects.get(subject_type="publishing.closing", subject_id=made.pk)
    assert (entry.action, entry.actor, entry.capacity) == ("cerrar mes", planner(), "Planeación")
    assert entry.subject_label == "Cierre de enero 2016" and entry.reason == "Trimestre"
    assert entry.changes["sha256"] == [None, made.sha256]
    assert entry.changes["instrument"] == [None, "Oficio 12/2016"]


def test_a_closing_never_changes_with_what_is_validated_afterwards(county):
    made = close(county, 1)
    before = bytes(made.document)
    Measurement.objects.filter(indicator__code="PRE-01-01").update(numerator=Decimal(1), validated_numerator=Decimal(1))
    assert close_again_reads(made) == before


def close_again_reads(made: Closing) -> bytes:
    return Closing.objects.get(pk=made.pk).document_bytes


def test_closings_form_one_chain_over_all_years_in_the_order_in_which_they_were_made(county):
    other = make_year(2017)
    links = [close(county, 2), close(other, 1), close(county, 1), close(county, 2, reason="Faltó una cifra")]
    assert [made.previous_id for made in links] == [None, *[made.pk for made in links[:-1]]]
    assert [made.content["previous"] for made in links] == [
        None,
        *[
            {"year": made.fiscal_year.year, "month": made.month, "version": made.version, "sha256": made.sha256}
            for made in links[:-1]
        ],
    ]
    assert list(Closing.objects.in_order()) == links
    assert set(Closing.objects.latest_versions()) == set(links[1:])


def test_a_second_closing_of_a_month_needs_a_reason_and_is_a_rectification(county):
    first = close(county, 1)
    for nothing in ("", "  \n"):
        with pytest.raises(ServiceError, match=r"Enero de 2016 ya se cerró el 03/10/2016.*rectificación.*motivo"):
            close(county, 1, reason=nothing)
    second = close(county, 1, reason="Cifra mal sumada", instrument="Oficio 3")
    assert (second.version, second.content["version"]) == (2, 2)
    assert second.content["rectification"] == {
        "of": first.sha256, "reason": "Cifra mal sumada", "instrument": "Oficio 3"
    }  # fmt: skip
    entry = TrailEntry.objects.get(subject_type="publishing.closing", subject_id=second.pk)
    assert entry.action == "rectificar cierre" and entry.changes["version"] == [1, 2]


def test_a_rectification_of_a_rectification_names_the_version_before_it(county):
    close(county, 1)
    second = close(county, 1, reason="Una")
    third = close(county, 1, reason="Otra")
    assert third.version == 3 and third.content["rectification"]["of"] == second.sha256


def test_reopening_the_period_leaves_the_closing_and_a_rectification_closes_it_again(county):
    made = close(county, 1)
    period = Period.objects.get(fiscal_year=county, month=1)
    set_period(
        access=access_of(planner()), period=period, opens_on=period.opens_on, due_on=period.due_on, closed_on=None,
        reason="Faltó una", now=NOW,
    )  # fmt: skip
    assert Closing.objects.get().document_bytes == bytes(made.document)
    close(county, 1, reason="Llegó la que faltaba")
    period.refresh_from_db()
    assert (period.closed_on, period.close_reason) == (TODAY, "Llegó la que faltaba")


def test_a_month_that_was_closed_before_keeps_its_day_and_reason(county):
    period = Period.objects.get(fiscal_year=county, month=1)
    set_period(
        access=access_of(planner()), period=period, opens_on=period.opens_on, due_on=period.due_on,
        closed_on=date(2016, 2, 20), reason="Cierre del mes", now=NOW,
    )  # fmt: skip
    close(county, 1)
    period.refresh_from_db()
    assert (period.closed_on, period.close_reason) == (date(2016, 2, 20), "Cierre del mes")


def test_a_locked_year_is_closed_with_its_periods_as_they_are(county):
    FiscalYear.objects.filter(pk=county.pk).update(locked=True)
    made = close(county, 1)
    assert made.content["year"] == 2016
    assert Period.objects.get(fiscal_year=county, month=1).closed_on is None
    assert close(county, 1, reason="Otra vez").version == 2


def test_rectifying_the_figures_of_a_locked_year_needs_reopening_it(county):
    first = close(county, 1)
    FiscalYear.objects.filter(pk=county.pk).update(locked=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Measurement.objects.filter(indicator__code="PRE-01-01").update(validated_numerator=Decimal(1))
    second = close(county, 1, reason="Sin abrirlo")
    assert second.content["plan_results"] == first.content["plan_results"]


def test_a_year_without_captures_is_closed(db):
    year = make_year()
    make_indicator(make_program(year))
    made = close(year, 1)
    assert made.content["plan_results"]["global"] is None
    assert made.acta["lacked"]["departments"][0]["figures"] == 1


def test_a_programme_that_vanished_is_in_the_closing_that_had_it(county):
    first = close(county, 1)
    Program.objects.get(code="DIF-02").delete()
    second = close(county, 1, reason="Ya no existe")
    assert "DIF-02" in {row["code"] for row in first.content["programs"]}
    assert "DIF-02" not in {row["code"] for row in second.content["programs"]}
    assert Closing.objects.get(pk=first.pk).content["plan_results"]["programs"] == 6


@pytest.mark.parametrize("role", [role for role in Role if role != Role.PLANNING])
def test_everybody_else_is_refused(county, role):
    people = make_people(Program.objects.first().department)
    with pytest.raises(NotAllowed, match="Solo Planeación cierra un mes"):
        close(county, 1, actor=people[role.value])
    assert not Closing.objects.exists() and Period.objects.get(fiscal_year=county, month=1).closed_on is None


@pytest.mark.parametrize(
    "given, said",
    [
        ({"instrument": "x" * 201}, "más de 200 letras"),
        ({"reason": "con un\x00nulo"}, "un carácter que no se puede guardar"),
    ],
)
def test_what_cannot_be_kept_is_told_in_a_sentence(county, given, said):
    with pytest.raises(ServiceError, match=said):
        close(county, 1, **given)
    assert not Closing.objects.exists()


def test_a_month_without_a_period_is_told(county):
    Period.objects.filter(fiscal_year=county, month=12).delete()
    with pytest.raises(ServiceError, match="no tiene el mes 12"):
        close(county, 12)


@pytest.mark.parametrize("where", ["set_period", "_seal", "trail.record"])
def test_dying_half_way_leaves_nothing(county, monkeypatch, where):
    def dies(*args: Any, **kwargs: Any) -> Any:
        raise KeyboardInterrupt

    place, _, name = where.rpartition(".")
    monkeypatch.setattr(getattr(closing_module, place) if place else closing_module, name, dies)
    entries = TrailEntry.objects.count()
    with pytest.raises(KeyboardInterrupt):
        close_month(fiscal_year=county, month=1, actor=planner(), now=NOW)
    assert not Closing.objects.exists() and TrailEntry.objects.count() == entries
    assert Period.objects.get(fiscal_year=county, month=1).closed_on is None


def test_a_draft_writes_nothing_and_is_what_would_be_kept(county):
    draft = draft_of(fiscal_year=county, month=1, now=NOW)
    assert not Closing.objects.exists()
    assert close(county, 1).sha256 == draft.sha256


# --- What lacks ----------------------------------------------------------------------------------------------------


def test_what_lacks_is_named_by_department_and_kept_for_the_acta(county):
    waiting = Indicator.objects.get(code="OBR-02-01")
    make_measurement(waiting, 1, 1, 2, State.SUBMITTED)
    returned = make_indicator(Program.objects.get(code="DIF-02"), "DIF-02-01")
    make_measurement(returned, 1, 1, 2, State.RETURNED)
    made = close(county, 2)
    assert made.acta["lacked"] == {
        "departments": [
            _lacking("PRE", "Presidencia Municipal", {"PRE-01-01": [2], "PRE-02-01": [2]}),
            _lacking("OBR", "Obras Públicas", {"OBR-01-01": [2], "OBR-02-01": [1, 2]}, waiting=1),
            _lacking("DIF", "Ándale Desarrollo Integral", {"DIF-01-01": [2], "DIF-02-01": [1, 2]}, returned=1),
        ],
        "open_months": [1],
        "unclosed_months": [1],
        "due": 12,
    }
    close(county, 1)
    assert draft_of(fiscal_year=county, month=3, now=NOW).lacks.open_months == []
    assert draft_of(fiscal_year=county, month=3, now=NOW).lacks.unclosed_months == []


@pytest.mark.parametrize("state", [State.SUBMITTED, State.RETURNED])
def test_a_correction_of_an_official_figure_is_not_one_that_lacks(county, state):
    """Each figure that lacks is told once, and what waits besides is told apart."""
    Measurement.objects.filter(indicator__code="PRE-01-01", month=1).update(state=state)
    make_measurement(Indicator.objects.get(code="OBR-02-01"), 1, 1, 2, State.SUBMITTED)
    lacks = draft_of(fiscal_year=county, month=2, now=NOW).lacks
    assert (lacks.figures, lacks.waiting, lacks.returned, lacks.unsent, lacks.correcting) == (6, 1, 0, 5, 1)
    assert summary(lacks, 2) == "De 10 cifras de enero a febrero faltan 6: 1 espera revisión y 5 no se han enviado."
    assert "1 corrección de cifras oficiales está en curso" in correcting_text(lacks)
    assert close(county, 2).acta["said"][:2] == [
        "De 10 cifras de enero a febrero faltaban 6: 1 esperaba revisión y 5 no se habían enviado.",
        "Aparte, 1 corrección de cifras oficiales estaba en curso: el cierre guardó la cifra oficial, sin la "
        "corrección.",
    ]


def test_what_counts_in_the_plan_and_what_lacks_are_told_apart(county):
    Indicator.objects.filter(code="OBR-02-01").update(considered=False)
    draft = draft_of(fiscal_year=county, month=2, now=NOW)
    captured, due = draft.document["plan_results"]["months_captured"], draft.document["plan_results"]["months_due"]
    assert (captured, due, draft.lacks.due) == (4, 8, 10)
    assert f"({captured} de {due})" in counted_text(draft.document, draft.lacks)
    assert "2 cifras son de los demás" in counted_text(draft.document, draft.lacks)


def _lacking(
    prefix: str, name: str, months: dict[str, list[int]], waiting: int = 0, returned: int = 0
) -> dict[str, Any]:
    return {
        "prefix": prefix,
        "name": name,
        "figures": sum(map(len, months.values())),
        "waiting": waiting,
        "returned": returned,
        "correcting": 0,
        "indicators": [
            {"code": code, "name": f"Solicitudes atendidas {code}", "months": found} for code, found in months.items()
        ],
    }


@pytest.mark.parametrize(
    "month, on, closed, said",
    [
        (9, date(2016, 10, 20), [8], []),
        (9, date(2016, 10, 3), [], ["Las dependencias pueden entregar septiembre hasta el 07/10/2016"]),
        (11, date(2016, 10, 20), [], ["Noviembre empieza el 01/11/2016", "Las dependencias pueden entregar"]),
        (12, date(2016, 12, 20), [], ["Las dependencias pueden entregar diciembre", "Diciembre es el cierre del"]),
        (12, date(2017, 1, 20), [], []),
        (7, date(2016, 10, 20), [8], ["Ya está cerrado agosto: este cierre queda después en la cadena"]),
        (7, date(2016, 10, 20), [9, 8], ["Ya están cerrados agosto y septiembre"]),
    ],
)
def test_closing_early_or_out_of_order_says_what_it_entails(county, month, on, closed, said):
    for one in closed:
        close(county, one)
    period = Period.objects.select_related("fiscal_year").get(fiscal_year=county, month=month)
    found = entails(period, on=on, closings=Closing.objects.all())
    assert len(found) == len(said)
    for sentence, beginning in zip(found, said, strict=True):
        assert sentence.startswith(beginning)


# --- What the database holds ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE publishing_closing SET month = 2",
        "UPDATE publishing_closing SET document = document",
        "UPDATE publishing_closing SET acta = acta",
        "DELETE FROM publishing_closing",
        pytest.param(
            "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE publishing_closing CASCADE",  # what is published of it, too
            marks=pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE"),
        ),
    ],
)
def test_a_closing_is_never_changed_nor_deleted(county, statement):
    """The owner is as far as anybody comes on PostgreSQL."""
    close(county, 1)
    with pytest.raises(IntegrityError, match=r"[Cc]ierres? no se"), transaction.atomic(), as_owner():
        connection.cursor().execute(statement)


def row(county: FiscalYear, **kwargs: Any) -> Closing:
    values: dict[str, Any] = {
        "fiscal_year": county, "month": 2, "version": 1, "closed_on": TODAY, "made_at": NOW, "made_by": planner(),
        "sha256": "b" * 64, "document": b"{}", "seal": {},
    }  # fmt: skip
    return Closing(**{**values, **kwargs})


@pytest.mark.parametrize(
    "given",
    [
        {},  # a second first one
        {"previous": "first"},  # one that has its successor already
        {"previous": "last", "version": 2, "reason": "x"},  # a version that none precedes
        {"previous": "last", "month": 1, "version": 1},  # a version that is there
        {"previous": "last", "month": 1, "version": 3, "reason": "x"},  # one that is left out
        {"previous": "last", "month": 1, "version": 2},  # a rectification without its reason
        {"previous": "last", "month": 13},
        {"previous": "last", "sha256": "B" * 64},
        {"previous": "last", "sha256": "b" * 63},
        {"previous": "last", "sha256": "last"},
        {"pk": 987654, "previous_id": 987654},  # its own
        {"previous_id": 987654},  # one that is not there
    ],
    ids=str,
)
def test_the_database_takes_no_row_beside_the_chain(county, given):
    named = {"first": close(county, 1), "last": close(county, 3)}
    values = {name: named.get(value, value) if name == "previous" else value for name, value in given.items()}
    if values.get("sha256") == "last":
        values["sha256"] = named["last"].sha256
    with pytest.raises(IntegrityError), transaction.atomic():
        row(county, **values).save(force_insert=True)
        with connection.cursor() as cursor:  # references are checked at the end of the transaction
            if connection.vendor == "postgresql":
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            else:
                connection.check_constraints()
    row(county, previous=named["last"]).save(force_insert=True)


def test_the_database_takes_no_first_closing_with_something_before_it(county):
    with pytest.raises(IntegrityError), transaction.atomic():
        row(county, previous_id=1).save(force_insert=True)


def test_a_document_whose_bytes_were_altered_is_not_read(county):
    made = close(county, 1)
    altered = bytes(made.document).replace(b"100.0000", b"100.0001", 1)
    row(county, previous=made, document=altered, sha256=sha256_of(bytes(made.document) + b" ")).save(force_insert=True)
    found = Closing.objects.latest("pk")
    assert not found.holds
    with pytest.raises(DocumentAltered, match="su huella no coincide"):
        _ = found.content
    assert json.loads(Closing.objects.get(pk=made.pk).document_bytes)["month"] == 1


def test_the_day_is_the_towns(county):
    late = datetime(2016, 10, 15, 3, 0, tzinfo=UTC)  # nine in the evening of the 14th
    assert close(county, 1, now=late).content["closed_on"] == "2016-10-14"
