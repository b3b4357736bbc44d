"""The night's check: what holds is told as such, and each thing that somebody altered is named."""

import hashlib
import io
import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from core import seals
from core.database_rules import definitions
from core.models import SelfCheck, TrailEntry, TrailSeal
from indicators import services
from indicators.calculations import Thresholds
from indicators.models import Evidence, Indicator, Measurement, Receipt, TargetAdjustment
from programs.models import FiscalYear
from publishing.checking.figures import check_figures
from publishing.checking.findings import Findings, Part
from publishing.checking.running import check_everything, look_at_everything
from publishing.database_rules import RULES
from publishing.models import Closing
from tests.factories import NOW, make_indicator, make_user, signed_in
from tests.indicators.corrected import correct, review, validated
from tests.indicators.town import Town
from tests.publishing.checking.tampering import past_the_rules
from tests.publishing.closed import close, planner
from tests.support.owner import as_owner
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
CLOSING = Closing._meta.db_table
TRAIL, SEAL, RECEIPT = TrailEntry._meta.db_table, TrailSeal._meta.db_table, Receipt._meta.db_table


@pytest.fixture
@shared
def town() -> Town:
    """A month captured and validated, closed, corrected, closed again; the trail sealed."""
    town = validated(indicators=2)
    close(town.year, 9)
    correct(town, 2, 4, "Se contó dos veces")
    review(town, services.validate)
    close(town.year, 9, reason="Corrección", instrument="Oficio 12/2016")
    seals.seal_trail(now=NOW)
    return town


def found(year: int | None = None, **kwargs: Any) -> list[tuple[Part, str]]:
    outcome = look_at_everything(now=NOW + timedelta(minutes=1), year=year, **kwargs)
    return [(one.part, one.sentence) for one in outcome.findings]


def run(*args: str) -> tuple[str, int]:
    out = io.StringIO()
    try:
        call_command("self_check", *args, stdout=out)
    except SystemExit as ended:
        return out.getvalue(), int(ended.code or 0)
    return out.getvalue(), 0


def test_what_nobody_altered_holds(town):
    assert found() == [] and found(year=2016) == []
    text, status = run()
    assert status == 0 and "Todo se sostiene." in text
    assert "cierres 2;" in text and "capturas 2;" in text


def a_document(town: Town) -> None:
    one = Closing.objects.in_order().first()
    changed = bytes(one.document).replace(b'"month":9', b'"month":8', 1)
    past_the_rules(f"UPDATE {CLOSING} SET document = %s WHERE id = %s", [changed, one.pk])


def a_closing_s_date(town: Town) -> None:
    past_the_rules(f"UPDATE {CLOSING} SET closed_on = '2016-01-02' WHERE version = 1")


def a_closing_s_reason(town: Town) -> None:
    past_the_rules(f"UPDATE {CLOSING} SET reason = 'otro motivo' WHERE version = 2")


def a_closing_s_instrument(town: Town) -> None:
    past_the_rules(f"UPDATE {CLOSING} SET instrument = 'Oficio 99/2016' WHERE version = 2")


def who_closed(town: Town) -> None:
    past_the_rules(f"UPDATE {CLOSING} SET made_by_id = %s WHERE version = 2", [town.people["director"].pk])


def an_acta(town: Town) -> None:
    acta = Closing.objects.in_order().first().acta
    acta["lacked"]["departments"] = []
    past_the_rules(f"UPDATE {CLOSING} SET acta = %s WHERE version = 1", [json.dumps(acta)])


def a_closing_is_gone(town: Town) -> None:
    past_the_rules(f"DELETE FROM {CLOSING} WHERE version = 2")


def a_capture(town: Town) -> None:
    # What the application's own role can do.
    Measurement.objects.filter(pk=town.row(1).pk).update(numerator=4, validated_numerator=4)


def a_validated_pair(town: Town) -> None:
    Measurement.objects.filter(pk=town.row(1).pk).update(state="submitted", validated_numerator=4)


def a_justification(town: Town) -> None:
    Measurement.objects.filter(pk=town.row(0).pk).update(justification="Otra", validated_justification="Otra")


def an_entry(town: Town) -> None:
    past_the_rules(f"UPDATE {TRAIL} SET reason = 'otra cosa' WHERE id = (SELECT MAX(id) FROM {TRAIL})")


def an_entry_is_gone(town: Town) -> None:
    first = TrailEntry.objects.earliest("pk").pk
    past_the_rules(f"DELETE FROM {SEAL} WHERE entry_id = %s", [first])
    past_the_rules(f"DELETE FROM {TRAIL} WHERE id = %s", [first])


def a_paper(town: Town) -> None:
    past_the_rules(f"UPDATE {RECEIPT} SET fingerprint = %s", ["0" * 64])


def a_rule(town: Town) -> None:
    on = f" ON {CLOSING}" if connection.vendor == "postgresql" else ""
    name = next(iter(definitions(connection.vendor, RULES[0])))
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f'DROP TRIGGER "{name}"{on}')


def a_constraint(town: Town) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("DROP INDEX closing_chain_unbranched")


def a_threshold(town: Town) -> None:
    FiscalYear.objects.filter(pk=town.year.pk).update(green_from=85)


def a_threshold_by_the_owner(town: Town) -> None:
    past_the_rules("UPDATE programs_fiscalyear SET amber_from = amber_from * 6 / 7")


def a_threshold_after_an_act(town: Town) -> None:
    services.set_thresholds(
        access=town.access("planning"), fiscal_year=town.year, missing_as_zero=False, reason="Norma",
        thresholds=Thresholds(Decimal(85), Decimal(70), Decimal(110)), now=NOW,
    )  # fmt: skip
    FiscalYear.objects.filter(pk=town.year.pk).update(green_from=80)


def an_own_threshold(town: Town) -> None:
    Indicator.objects.filter(code="PRE-01-01").update(green_from=95)


def a_target(town: Town) -> None:
    Indicator.objects.filter(code="PRE-01-01").update(target=50)


def an_adjusted_target(town: Town) -> None:
    TargetAdjustment.objects.create(
        indicator=town.indicators[0], effective_month=9, target=60, reason="x", authorized_by="Cabildo",
        instrument="Acta 7", created_at=NOW, created_by=town.people["planning"],
    )  # fmt: skip


def a_retirement_by_the_owner(town: Town) -> None:
    past_the_rules("UPDATE indicators_indicator SET retired_from = 11 WHERE code = 'PRE-01-02'")


def a_name(town: Town) -> None:
    Indicator.objects.filter(code="PRE-01-01").update(name="Otro nombre")


def a_programme_s_name_by_the_owner(town: Town) -> None:
    past_the_rules("UPDATE programs_program SET name = 'Otro nombre'")


TAMPERINGS: list[tuple[Callable[[Town], None], Part, str]] = [
    (a_document, Part.CLOSINGS, "Cierre de septiembre 2016: su documento no es el que se guardó"),
    (a_closing_s_date, Part.CLOSINGS, "Cierre de septiembre 2016: su documento tiene otra fecha de cierre."),
    (a_closing_s_reason, Part.CLOSINGS, "versión 2: el motivo no es el que dice la bitácora."),
    (a_closing_s_instrument, Part.CLOSINGS, "versión 2: el instrumento no es el que dice la bitácora."),
    (who_closed, Part.CLOSINGS, "versión 2: quién lo cerró, o cuándo, no es lo que dice la bitácora."),
    (an_acta, Part.CLOSINGS, "lo que el acta dice que faltaba, o quién la firma, se cambió."),
    (a_closing_is_gone, Part.CLOSINGS, "el cierre ya no está"),
    (a_capture, Part.FIGURES, "PRE-01-02, septiembre 2016: el numerador es 4 y la bitácora dice 3."),
    (a_validated_pair, Part.FIGURES, "PRE-01-02, septiembre 2016: el numerador validado es 4 y la bitácora dice 3."),
    (a_justification, Part.FIGURES, "la justificación"),
    (an_entry, Part.TRAIL, "ya no dice lo que decía cuando se selló"),
    (an_entry_is_gone, Part.TRAIL, "alguien lo borró"),
    (a_threshold, Part.CATALOGUE, "El plan: verde desde: 90.00 % en el cierre y 85.00 % hoy; ningún acto"),
    (a_threshold_by_the_owner, Part.CATALOGUE, "El plan: amarillo desde: 70.00 % en el cierre y 60.00 % hoy; ningún"),
    (a_threshold_after_an_act, Part.CATALOGUE, "El plan: verde desde: 90.00 % en el cierre y 80.00 % hoy; ningún"),
    (an_own_threshold, Part.CATALOGUE, "PRE-01-01: umbrales propios: — en el cierre y verde desde 95.00 %"),
    (a_target, Part.CATALOGUE, "PRE-01-01: meta: 100 en el cierre y 50 hoy; ningún acto de la bitácora lo explica."),
    (an_adjusted_target, Part.CATALOGUE, "PRE-01-01: meta: 100 en el cierre y 60 hoy; ningún acto"),
    (a_retirement_by_the_owner, Part.CATALOGUE, "PRE-01-02: retirado desde: — en el cierre y noviembre hoy; ningún"),
    (a_name, Part.CATALOGUE, "PRE-01-01: nombre: Solicitudes atendidas PRE-01-01 en el cierre y Otro nombre hoy"),
    (a_programme_s_name_by_the_owner, Part.CATALOGUE, "PRE-01: nombre:"),
    (a_paper, Part.PAPERS, "lo que está guardado no coincide con su huella"),
    (a_rule, Part.RULES, "falta, está apagada o no dice lo que esta versión instala"),
    (a_constraint, Part.RULES, "no está en la base de datos"),
]


@pytest.mark.parametrize(("alter", "part", "named"), TAMPERINGS, ids=[row[0].__name__ for row in TAMPERINGS])
def test_each_alteration_is_named(town, alter, part, named):
    if alter is a_justification and not any("justification" in one.changes for one in TrailEntry.objects.all()):
        services.save_pairs(
            access=town.access("planning"),
            period=town.period(),
            pairs=[town.pair(5, 4, 0, version=town.row(0).version, justification="Rezago", reason="Faltó")],
            now=NOW,
        )
        seals.seal_trail(now=NOW)
    assert found() == []
    alter(town)
    assert any(where == part and named in sentence for where, sentence in found()), found()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="REPLACE is SQLite's")
@pytest.mark.parametrize("table", [CLOSING, TRAIL, SEAL, RECEIPT])
def test_replacing_a_row_is_refused_like_deleting_it(town, table):
    one = f"SELECT * FROM {table} WHERE rowid = (SELECT MIN(rowid) FROM {table})"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"REPLACE INTO {table} {one}")


def test_whoever_rewrites_the_chain_of_closings_whole_is_told_by_the_trail(town):
    """Even where document and fingerprint fit each other."""
    last = Closing.objects.in_order().last()
    changed = bytes(last.document).replace(b'"light":"red"', b'"light":"green"')
    assert changed != bytes(last.document)
    past_the_rules(
        f"UPDATE {CLOSING} SET document = %s, sha256 = %s WHERE id = %s",
        [changed, hashlib.sha256(changed).hexdigest(), last.pk],
    )
    said = [sentence for part, sentence in found() if part == Part.CLOSINGS]
    assert any("el semáforo dice green" in one for one in said)
    assert any("la bitácora dice que se cerró con otra huella" in one for one in said)
    assert any("su sello es de otro documento" in one for one in said)


def test_a_lost_file_is_named(town):
    row = town.row(0)
    evidence = Evidence.objects.create(
        name="acta.pdf",
        file="no-hay.pdf",
        sha256="0" * 64,
        size=3,
        uploaded_at=NOW,
        uploaded_by=town.people["liaison"],
        fiscal_year=town.year,
        department=town.department,
        content_type="application/pdf",
    )  # fmt: skip
    evidence.measurements.add(row)
    assert [part for part, _ in found()] == [Part.FILES]


def test_heads_kept_outside_are_compared(town, tmp_path):
    head = seals.head()
    kept = tmp_path / "cabezas.txt"
    kept.write_text(f"# de los correos\n{seals.head_line(head)}\n")
    text, status = run("--head", str(kept))
    assert status == 0 and "cabezas guardadas fuera 1;" in text
    kept.write_text(f"2016-10-14 {head.entries} {'a' * 64}\n2016-10-15 {head.entries + 9} {head.sha256}\n")
    text, status = run("--head", str(kept))
    assert status == 1 and "la bitácora se reescribió" in text and "se borraron actos del final" in text


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["--year", "2031"], "No existe el ejercicio «2031»."),
        (["--year", "dos"], "No existe el ejercicio «dos»."),
        (["--head", "no-hay.txt"], "No se puede leer no-hay.txt"),
        (["--enqueue", "--year", "2016"], "--enqueue comprueba todo"),
    ],
)
def test_a_wrong_call_is_one_sentence(town, args, sentence):
    with pytest.raises(CommandError, match=sentence) as refused:
        call_command("self_check", *args)
    assert refused.value.returncode == 2


def test_what_changed_since_the_last_closing_is_listed_and_no_failure(town):
    correct(town, 1, 4, "Otra vez", number=1)
    review(town, services.validate, 1)
    seals.seal_trail(now=NOW)
    text, status = run()
    assert status == 0
    assert (
        "difiere · Cierre de septiembre 2016, versión 2 y las cifras de hoy del mismo corte difieren en 1 captura"
        in text
    )


def test_what_acts_have_changed_since_the_closing_is_no_failure(town):
    access = town.access("planning")
    services.set_thresholds(
        access=access, fiscal_year=town.year, thresholds=Thresholds(Decimal(85), Decimal(70), Decimal(110)),
        missing_as_zero=True, reason="Norma", instrument="Oficio 3", now=NOW,
    )  # fmt: skip
    first, second = town.indicators
    services.set_own_thresholds(
        access=access, indicator=first, green_from=Decimal(95), amber_from=None, over_above=None, reason="Norma",
        now=NOW,
    )  # fmt: skip
    services.correct_target_kind(
        access=access, indicator=second, target_kind="absolute", target=Decimal(12), reason="Se leyó mal", now=NOW
    )
    services.retire_indicators(access=access, indicator_ids=[first.pk], from_month=11, reason="Fusión", now=NOW)
    seals.seal_trail(now=NOW)
    outcome = look_at_everything(now=NOW)
    assert outcome.findings == [] and outcome.counts[Part.CATALOGUE] == 1
    assert "reglas o metas" in outcome.differences[0].sentence


def test_what_an_indicator_takes_from_the_year_follows_from_the_year_s_act(town):
    Indicator.objects.filter(code="PRE-01-01").update(green_from=95)
    close(town.year, 9, reason="Umbral propio")
    services.set_thresholds(
        access=town.access("planning"), fiscal_year=town.year, missing_as_zero=False, reason="Norma",
        thresholds=Thresholds(Decimal(90), Decimal(60), Decimal(110)), now=NOW,
    )  # fmt: skip
    seals.seal_trail(now=NOW)
    assert found() == []


def test_a_catalogue_that_cannot_be_read_stops_no_other_part(town, monkeypatch):
    def broken(*args: Any) -> None:
        raise ValueError("no hay tal cosa")

    monkeypatch.setattr("publishing.checking.live.document_of", broken)
    parts = found()
    assert [part for part, _ in parts] == [Part.CATALOGUE] and "No se pudo terminar" in parts[0][1]


def test_entries_that_wait_long_for_their_seal_are_told(town):
    correct(town, 1, 4, "Otra vez", number=1)
    late = look_at_everything(now=NOW + timedelta(days=3))
    assert [one.part for one in late.findings] == [Part.TRAIL] and "db_worker" in late.findings[0].sentence


def test_what_the_check_of_the_trail_did_not_see_is_counted(town):
    first = TrailEntry.objects.earliest("pk").pk
    past_the_rules(f"UPDATE {TRAIL} SET reason = 'otra cosa' WHERE id = %s", [first])
    (said,) = [sentence for part, sentence in found() if part == Part.TRAIL]
    assert f"{TrailSeal.objects.count():,} sellos quedaron sin revisar." in said


# --- Pages --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.PLANNING, Role.COMPTROLLER])
def test_the_first_page_tells_the_last_result(town, role):
    client = signed_in(make_user("quien.lee", role))
    assert "Nunca se ha comprobado" in client.get("/").content.decode()
    check_everything.enqueue()
    assert "cierres, bitácora, capturas y archivos siguen como se guardaron" in client.get("/").content.decode()
    a_capture(town)
    check_everything.enqueue()
    page = client.get("/").content.decode()
    assert "encontró 2 cosas que no se sostienen" in page and 'role="alert"' in page
    page = client.get(reverse("publishing:check")).content.decode()
    assert "el numerador es 4 y la bitácora dice 3." in page
    assert ("Comprobar ahora" in page) is (role == Role.PLANNING)


def test_a_check_that_died_or_does_not_run_is_told(town):
    client = signed_in(planner())
    long_ago = timezone.now() - timedelta(days=3)
    SelfCheck.objects.create(started_at=long_ago, ended_at=long_ago)
    assert "la de cada noche no está corriendo" in client.get("/").content.decode()
    SelfCheck.objects.create(started_at=timezone.now() - timedelta(hours=3))
    assert "no terminó: avise a quien administra" in client.get("/").content.decode()


@pytest.mark.parametrize("role", [Role.LIAISON, Role.DIRECTOR, Role.READER])
def test_the_others_neither_read_it_nor_ask_for_it(town, role):
    client = town.client(role) if role in town.people else signed_in(make_user("otra", role))
    assert "omprobación" not in client.get("/").content.decode()
    assert client.get(reverse("publishing:check")).status_code == 404
    assert client.post(reverse("publishing:check_ask")).status_code == 404
    assert not SelfCheck.objects.exists()


def test_only_planning_asks_for_one(town):
    assert signed_in(make_user("con", Role.COMPTROLLER)).post(reverse("publishing:check_ask")).status_code == 404
    response = signed_in(planner()).post(reverse("publishing:check_ask"), follow=True)
    assert "Todo" not in response.redirect_chain and SelfCheck.objects.filter(failures=0).count() == 1


def test_captures_cost_no_query_each(db):
    town = validated(indicators=1)
    with CaptureQueriesContext(connection) as captured:
        assert check_figures(Findings()) == 1
    asked = len(captured)
    for number in range(1, 4):
        town.indicators.append(make_indicator(town.program, f"PRE-01-{number + 10}"))
        town.save(town.pair(3, 4, number))
    with CaptureQueriesContext(connection) as captured:
        assert check_figures(Findings()) == 4
    assert len(captured) == asked
