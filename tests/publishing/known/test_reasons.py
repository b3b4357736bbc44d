"""Why a closed cut-off says something else today: each difference with its act, day and instrument; and its report."""

import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from accounts.models import Role
from core import trail
from indicators import services
from indicators.acts import RetiringAct, TargetAct
from indicators.calculations import Thresholds
from indicators.models import Correction, Indicator, Measurement, TargetAdjustment
from programs.models import FiscalYear, Program
from publishing.models import Closing
from tests.factories import NOW, TODAY, access_of, make_people, signed_in
from tests.publishing.closed import close, planner
from tests.publishing.document.test_differences import changed
from tests.publishing.known.test_pages import page_of, text_of
from tests.reports.county import make_county
from tests.support.shared import shared
from tests.support.tasks import tasks_by_worker, work

pytestmark = pytest.mark.django_db
DIFFERENCES, REPORT = "/2016/cierres/1/1/diferencias/", "/2016/cierres/1/1/informe.pdf"
LATER = NOW + timedelta(days=9)


@pytest.fixture
@shared
def county() -> FiscalYear:
    return make_county()


@pytest.fixture
@shared
def people(county) -> dict[str, Any]:
    return make_people(Program.objects.get(code="OBR-01").department)


@pytest.fixture
def reader(people) -> Client:
    return signed_in(people[Role.READER])


def corrected() -> None:
    changed("OBR-01-01", 1, 30, 100)
    Correction.objects.create(
        measurement=Measurement.objects.get(indicator__code="OBR-01-01", month=1), former_numerator=60,
        former_denominator=100, numerator=30, denominator=100, reason="Oficio 12: se sumó mal", corrected_at=LATER,
        corrected_by=planner(), validated_at=LATER,
    )  # fmt: skip


def adjusted() -> None:
    TargetAdjustment.objects.create(
        indicator=Indicator.objects.get(code="OBR-01-01"), effective_month=1, target=Decimal(50), reason="Recorte",
        authorized_by="Cabildo", instrument="Acta 12", created_at=LATER, created_by=planner(),
    )  # fmt: skip


def test_a_correction_is_told_with_its_day_and_its_reason_to_who_may_read_it(county, people, reader):
    close(county, 1)
    corrected()
    page = page_of(reader, DIFFERENCES)
    assert "OBR-01-01, enero" in page and "60 / 100" in page and "30 / 100" in page
    assert "Corrección validada el 12/10/2016." in page and "Oficio 12" not in page
    assert "Corrección validada el 12/10/2016: Oficio 12: se sumó mal." in page_of(
        signed_in(people[Role.COMPTROLLER]), DIFFERENCES
    )


def test_an_adjusted_target_is_told_with_its_instrument(county, reader):
    close(county, 1)
    adjusted()
    page = page_of(reader, DIFFERENCES)
    assert "Meta ajustada el 12/10/2016, en vigor desde enero. Autoriza Cabildo; Acta 12. Motivo: Recorte." in page
    assert page.count("Meta ajustada") == 1


@pytest.mark.parametrize(
    ("subject", "action", "values", "told"),
    [
        ("year", TargetAct.CHANGE_THRESHOLDS, {"green_from": Decimal(85)},
         "Cambió los umbrales del semáforo el 12/10/2016. Motivo: Acuerdo 4."),
        ("indicator", RetiringAct.RETIRE, {"retired_from": 1}, "Retiró el indicador el 12/10/2016.</td>"),
        ("indicator", TargetAct.CHANGE, {"target": Decimal(75)}, "Cambió la meta el 12/10/2016. Motivo: Acuerdo 4."),
    ],
)  # fmt: skip
def test_a_rule_is_told_with_the_act_of_the_trail(county, reader, subject, action, values, told):
    close(county, 1)
    row: Any = county if subject == "year" else Indicator.objects.get(code="OBR-01-01")
    changes = {name: [str(getattr(row, name)), str(value)] for name, value in values.items()}
    type(row).objects.filter(pk=row.pk).update(**values)
    trail.TrailEntry.objects.create(
        at=LATER, actor=planner(), action=action, subject_type=row._meta.label_lower, subject_id=row.pk,
        subject_label=str(row), changes=changes, reason="Acuerdo 4",
    )  # fmt: skip
    assert told in page_of(reader, DIFFERENCES)


def test_the_instrument_of_thresholds_and_of_a_retirement_is_told_to_whoever_reads_the_plan(county, reader):
    close(county, 1)
    access = access_of(planner())
    services.set_thresholds(
        access=access, fiscal_year=county, thresholds=Thresholds(Decimal(85), Decimal(70), Decimal(110)),
        missing_as_zero=False, reason="Norma", instrument="Oficio 12/2016", now=LATER,
    )  # fmt: skip
    services.retire_indicators(
        access=access, indicator_ids=[Indicator.objects.get(code="OBR-01-01").pk], from_month=2, reason="Fusión",
        instrument="Acta 8", now=LATER,
    )  # fmt: skip
    page = page_of(reader, DIFFERENCES)
    assert "Cambió los umbrales del semáforo el 12/10/2016. Oficio 12/2016. Motivo: Norma." in page
    assert "Retiró el indicador el 12/10/2016. Acta 8." in page


def test_a_result_follows_from_figures(county, reader):
    close(county, 1)
    corrected()
    page = page_of(reader, DIFFERENCES)
    assert "Se sigue de la cifra de enero." in page and page.count("Se sigue de OBR-01-01.") > 2


def test_what_no_act_explains_is_said(county, reader):
    close(county, 1)
    changed("OBR-01-01", 1, 30, 100)
    assert "Ningún acto de la bitácora lo explica: avise a Contraloría." in page_of(reader, DIFFERENCES)


def test_acts_of_before_the_closing_explain_nothing(county, reader):
    corrected()
    close(county, 1, now=LATER + timedelta(days=1))
    changed("OBR-01-01", 1, 40, 100)
    page = page_of(reader, DIFFERENCES)
    assert "Corrección validada" not in page and "Ningún acto" in page


def test_a_sheet_tells_its_own_differences_only(county, reader):
    close(county, 1)
    corrected()
    for path in ("programas/OBR-01/", "indicadores/OBR-01-01/"):
        assert "Corrección validada el 12/10/2016" in page_of(reader, f"/2016/cierres/1/1/{path}")
    assert "Corrección" not in page_of(reader, "/2016/cierres/1/1/programas/PRE-01/")


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("path", [DIFFERENCES, REPORT])
def test_every_role_reads_them_and_nobody_unsigned(county, people, role, path):
    close(county, 1)
    assert signed_in(people[role]).get(path).status_code == 200
    assert "/entrar/" in Client().get(path)["Location"]


def printed(client: Client) -> str:
    answer = client.get(REPORT)
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).split())


def test_the_report_is_printed_from_the_closing_and_says_which(county, reader):
    made = close(county, 1)
    before = reader.get(REPORT).content
    changed("OBR-01-01", 1, 30, 100)
    text = printed(reader)
    assert "Cierre de enero 2016" in text and "03/10/2016" in text and "83.75 %" in text and "60 / 100" in text
    assert made.sha256 in text.replace(" ", "") and "76.25" not in text
    assert reader.get(REPORT).content == before


def test_the_reports_page_leads_to_it_at_a_closed_cut_off(county, reader):
    assert REPORT not in page_of(reader, "/2016/informe/?mes=1")
    close(county, 1)
    assert f'href="{REPORT}"' in page_of(reader, "/2016/informe/?mes=1")


LIVE = "/2016/informe.pdf?mes=1&periodo=mes"
TODAYS = "Estas son las cifras de hoy, que pueden no ser las que se publicaron."


def letters(answer: Any) -> str:
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_report_of_a_closed_month_is_that_of_its_closing_unless_todays_is_asked_for(county, reader):
    assert TODAYS not in letters(reader.get(LIVE))
    close(county, 1)
    close(county, 1, reason="Se sumó mal")
    changed("OBR-01-01", 1, 30, 100)
    assert reader.get(LIVE)["Location"] == "/2016/cierres/1/2/informe.pdf"
    page = page_of(reader, "/2016/informe/?mes=1")
    assert '<input type="hidden" name="cifras" value="hoy">' in page
    text = letters(reader.get(f"{LIVE}&cifras=hoy"))
    assert f"El corte enero 2016 se cerró el 03/10/2016 (versión 2). {TODAYS}" in text and "76.25 %" in text
    assert TODAYS in letters(reader.get(f"{LIVE}&alcance=preliminar"))


def test_the_worker_prints_the_same_words(county, reader):
    close(county, 1)
    with tasks_by_worker():
        waits = reader.get(f"{LIVE}&cifras=hoy")
        assert waits.status_code == 202
        work()
        assert TODAYS in letters(reader.get(waits["Refresh"].removeprefix("3; url=")))


@pytest.mark.parametrize("paper", ["programas/OBR-01/ficha.pdf", "tarjeta.pdf"])
def test_other_papers_of_a_closed_month_say_that_they_are_todays(county, reader, paper):
    assert TODAYS not in letters(reader.get(f"/2016/{paper}?mes=1"))
    close(county, 1)
    assert TODAYS in letters(reader.get(f"/2016/{paper}?mes=1"))


def test_the_card_says_so_where_a_browser_prints_it(county, reader):
    assert TODAYS not in page_of(reader, "/2016/tarjeta/?mes=1")
    close(county, 1)
    assert f'<span class="on-paper">El corte enero 2016 se cerró el 03/10/2016. {TODAYS} Impreso' in page_of(
        reader, "/2016/tarjeta/?mes=1"
    )


@pytest.mark.parametrize("path", [DIFFERENCES, REPORT])
def test_an_altered_document_is_told_in_red(county, reader, path):
    made = close(county, 1)
    Closing(
        fiscal_year=county, month=1, version=2, closed_on=TODAY, made_at=NOW, made_by=planner(), reason="x",
        previous=made, sha256="c" * 64, document=bytes(made.document), seal={},
    ).save(force_insert=True)  # fmt: skip
    answer = reader.get(path.replace("/1/1/", "/1/2/"))
    assert answer.status_code == 409 and "su huella no coincide" in text_of(answer)
