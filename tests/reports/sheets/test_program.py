"""A programme's page, laid out like the official sheet."""

import io
from decimal import Decimal

import pytest
from django.test import Client
from pypdf import PdfReader

from core.formats import percent
from indicators.models import Indicator, State, TargetAdjustment
from indicators.results.year import load_results
from programs.models import Action, Program, ProgramObjective
from tests.factories import NOW, make_indicator, make_measurement, make_program, make_user, make_year
from tests.reports.conftest import Town, sign_in
from tests.reports.municipality import make_municipality
from tests.support.pages import text_of


def test_is_laid_out_like_the_official_sheet(reader: Client, town: Town) -> None:
    town.program.number, town.program.description = "1.2", "Primer párrafo.\n\nSegundo párrafo."
    town.program.save()
    ProgramObjective.objects.create(program=town.program, position=2, text="Segundo objetivo")
    ProgramObjective.objects.create(program=town.program, position=1, text="Primer objetivo")
    page = text_of(reader.get("/2016/programas/PRE-02/?mes=1"))
    assert "<h1>1.2 Coordinación de Intercacción Institucional (PRE-02)</h1>" in page
    assert (
        "« Plan Municipal de Desarrollo 2016 - 2018 &gt; Eje Rector: Un Gobierno Incluyente &gt; "
        "Objetivo: Un Gobierno Cercano a la Gente &gt; Estrategia: Conducir la política interior »"
    ) in page
    assert "<p>Primer párrafo.</p><p>Segundo párrafo.</p>" in page
    assert "<li>Primer objetivo</li><li>Segundo objetivo</li>" in page
    for heading in ("Acciones", "Unidad", "Meta", "Indicadores de seguimiento (en porcentaje)"):
        assert f'<th scope="col">{heading}</th>' in page
    assert "= (Número de solicitudes atendidas / Total de solicitudes recibidas) × 100" in page


def test_shows_live_numbers_and_words_for_each_status(reader: Client) -> None:
    page = text_of(reader.get("/2016/programas/PRE-02/?mes=1"))
    assert '= <span class="num">120</span> / <span class="num">130</span> × 100' in page
    assert "<strong>92.31 %</strong>" in page
    assert "rezago sin demanda" in page
    assert "sin captura" in page
    assert "1 de 1 mes" in page
    assert "incompleto: 0 de 1 mes" in page


def test_the_global_adds_up_by_hand(reader: Client, town: Town) -> None:
    make_measurement(town.indicators["PRE-02-04"], 1, 1, 2)
    page = text_of(reader.get("/2016/programas/PRE-02/?mes=1"))
    assert (
        "Indicador Global del Programa Coordinación de Intercacción Institucional = "
        "(Sumatoria del porcentaje de avance de cada indicador considerado / Indicadores considerados)"
    ) in page
    assert (
        '(<span class="num">92.31 %</span> + <span class="num">50.00 %</span>) / 2 = <strong class="num">71.15 %'
        in page
    )
    assert "2 de 4 considerados. Fuera del global:" in page
    assert "Solicitudes atendidas PRE-02-03: <em>sin captura</em>" in page


def test_zero_for_missing_is_an_addend(reader: Client, town: Town) -> None:
    town.fiscal_year.missing_as_zero = True
    town.fiscal_year.save()
    page = text_of(reader.get("/2016/programas/PRE-02/?mes=1"))
    assert page.count('<span class="num">0.00 %</span>') == 2
    assert ") / 3 =" in page


def test_no_demand_and_not_due_have_their_own_words(reader: Client, town: Town) -> None:
    program = make_program(town.fiscal_year, "PRE-03")
    make_measurement(make_indicator(program, "PRE-03-01"), 1, 0, 0)
    make_indicator(program, "PRE-03-02", frequency=12)
    page = text_of(reader.get("/2016/programas/PRE-03/?mes=1"))
    assert "Solicitudes atendidas PRE-03-01: <em>sin demanda</em>" in page
    assert "Solicitudes atendidas PRE-03-02: <em>no corresponde aún</em>" in page
    assert "<strong>sin datos</strong>" in page


def test_above_100_is_kept_and_flagged(reader: Client, town: Town) -> None:
    program = make_program(town.fiscal_year, "PRE-03")
    make_measurement(make_indicator(program, "PRE-03-01"), 1, 10, 1)
    page = text_of(reader.get("/2016/programas/PRE-03/?mes=1"))
    assert "1,000.00 %" in page
    assert "mayor que 100 %" in page
    assert "sobrecumplimiento" in page


def test_an_absolute_target_is_in_its_unit(reader: Client, town: Town) -> None:
    program = make_program(town.fiscal_year, "PRE-03")
    indicator = make_indicator(program, "PRE-03-01", target=Decimal(10), target_kind="absolute")
    make_measurement(indicator, 1, 1, 1)
    page = text_of(reader.get("/2016/programas/PRE-03/?mes=1"))
    assert "10 Solicitudes" in page
    assert "esperado: 0.83 Solicitudes" in page


def test_an_adjusted_target_holds_from_its_month_on(reader: Client, town: Town) -> None:
    TargetAdjustment.objects.create(
        indicator=town.indicators["PRE-02-01"],
        effective_month=2,
        target=Decimal(50),
        reason="Recorte",
        authorized_by="Cabildo",
        instrument="Acta 3",
        created_at=NOW,
        created_by=make_user("planner"),
    )
    assert '<td class="target" data-label="Meta">100 %</td>' in text_of(reader.get("/2016/programas/PRE-02/?mes=1"))
    assert '<td class="target" data-label="Meta">50 %</td>' not in text_of(reader.get("/2016/programas/PRE-02/?mes=1"))
    page = text_of(reader.get("/2016/programas/PRE-02/?mes=2"))
    assert '<td class="target" data-label="Meta">50 %</td>' in page
    assert "184.62 %" in page


def test_an_action_with_several_indicators_and_one_with_none(reader: Client, town: Town) -> None:
    Indicator.objects.create(
        fiscal_year=town.fiscal_year,
        action=town.indicators["PRE-02-01"].action,
        code="PRE-02-01-B",
        name="Otro",
        numerator_label="N",
        denominator_label="D",
        target=Decimal(100),
    )
    Action.objects.create(
        fiscal_year=town.fiscal_year, program=town.program, code="PRE-02-09", text="Sin medir", unit="Actos"
    )
    page = text_of(reader.get("/2016/programas/PRE-02/?mes=1"))
    assert 'rowspan="2"' in page
    assert "PRE-02-01-B" in page
    assert "Sin medir" in page and "Sin indicadores." in page


def test_a_programme_without_indicators_says_so(reader: Client, town: Town) -> None:
    make_program(town.fiscal_year, "PRE-03")
    page = text_of(reader.get("/2016/programas/PRE-03/"))
    assert "Este programa no tiene acciones ni indicadores" in page
    assert "sin indicadores" in page


def test_drafts_never_count(reader: Client, town: Town) -> None:
    page = reader.get("/2016/programas/PRE-02/?mes=12&alcance=preliminar").content.decode()
    assert "98,76" not in page
    assert "54,32" not in page


def test_a_correction_counts_only_in_the_preliminary_scope(reader: Client, town: Town) -> None:
    program = make_program(town.fiscal_year, "PRE-03")
    make_measurement(
        make_indicator(program, "PRE-03-01"), 1, 9, 10, State.SUBMITTED, validated=(5, 10), submitted_at=NOW
    )
    assert "<strong>50.00 %</strong>" in text_of(reader.get("/2016/programas/PRE-03/?mes=1"))
    assert "<strong>90.00 %</strong>" in text_of(reader.get("/2016/programas/PRE-03/?mes=1&alcance=preliminar"))


def test_the_course_of_the_year_is_what_each_cut_off_gives(reader: Client, town: Town) -> None:
    make_measurement(town.indicators["PRE-02-04"], 3, 1, 2)
    make_measurement(town.indicators["PRE-02-01"], 3, 50, 100)
    rows = {row[0]: row for row in reader.get("/2016/programas/PRE-02/?mes=3").context["page"].charts[0].table.rows}
    for month, name in ((1, "ene"), (2, "feb"), (3, "mar")):
        found = load_results(town.fiscal_year, month=month).programs[0].result
        assert rows[name][2] == f"{percent(found.global_)} ({found.considered} de {found.total})"
        assert rows[name][1] == percent(found.compliance)
    assert rows["mar"][3] == "50.00 % (2 de 4)"  # of the month by itself: 1/2 and 50/100
    assert rows["feb"][3] == "sin datos"
    assert rows["abr"][1:] == ("después del corte",) * 3


def changes(figure) -> list[tuple[str, str, str]]:
    return [(change.mark, change.text, change.since) for change in figure.changes]


def test_the_headline_and_the_picture_are_of_the_compliance_that_gives_the_light(reader: Client, town: Town) -> None:
    """A goal of 100 a month, of which 80 and then 60 were done; the year before, 50 and 40."""
    before, year = make_year(2015), town.fiscal_year
    former = make_program(before, "PRE-09")
    program = make_program(year, "PRE-05", previous=former)
    for of, pairs in ((former, {1: 50, 2: 40}), (program, {1: 80, 2: 60})):
        indicator = make_indicator(of, f"{of.code}-01", target=Decimal(1200), target_kind="absolute")
        for month, done in pairs.items():
            make_measurement(indicator, month, done, 100)
    response = reader.get("/2016/programas/PRE-05/?mes=2")
    page = response.context["page"]
    assert page.global_.compliance.text == "70.00 %"
    assert changes(page.global_.compliance) == [
        ("↓", "10.00", "desde enero"), ("↑", "25.00", "que en febrero de 2015"),
    ]  # fmt: skip
    assert "bajó 10.00 puntos desde enero" in text_of(response)
    line = page.charts[0]
    assert line.table.headings == (
        "Mes",
        "Cumplimiento",
        "Indicador Global",
        "Promedio del mes solo",
        "Cumplimiento de 2015",
    )
    assert [(row[1], row[4]) for row in line.table.rows[:3]] == [
        ("80.00 %", "50.00 %"), ("70.00 %", "45.00 %"), ("después del corte", "30.00 %"),
    ]  # fmt: skip
    assert line.drawing.index(">Cumplimiento<") < line.drawing.index(">Indicador Global<") and ">2015<" in line.drawing
    pdf = PdfReader(io.BytesIO(reader.get("/2016/programas/PRE-05/ficha.pdf?mes=2").content))
    paper = " ".join(pdf.pages[0].extract_text().split())
    assert "70.00 % cumplimiento ▲ amarillo ↓ 10.00 desde enero, ↑ 25.00 que en febrero de 2015" in paper
    assert "Cumplimiento 80.00 % 70.00 %" in paper and "Cumplimiento de 2015 50.00 % 45.00 %" in paper


@pytest.mark.parametrize("link", [None, 2014])
def test_a_programme_is_compared_with_nothing_that_it_does_not_continue_from_the_year_before(
    reader: Client, town: Town, link: int | None
) -> None:
    """The same code says nothing, and two years ago is no year ago."""
    for year in (2014, 2015):
        program = make_program(make_year(year), "PRE-05")
        make_measurement(make_indicator(program, "PRE-05-01"), 1, 1, 2)
    former = Program.objects.get(code="PRE-05", fiscal_year__year=link) if link else None
    program = make_program(town.fiscal_year, "PRE-05", previous=former)
    make_measurement(make_indicator(program, "PRE-05-01"), 1, 1, 4)
    page = reader.get("/2016/programas/PRE-05/?mes=1").context["page"]
    assert (page.global_.compliance.text, changes(page.global_.compliance)) == ("25.00 %", [])
    assert page.charts[0].table.headings[-1] == "Promedio del mes solo"


def test_each_indicator_has_a_bar_against_its_target(reader: Client, town: Town) -> None:
    program = make_program(town.fiscal_year, "PRE-03")
    absolute = make_indicator(program, "PRE-03-01", target=Decimal(12), target_kind="absolute")
    make_indicator(program, "PRE-03-02")
    make_measurement(absolute, 1, 2, 2)
    table = reader.get("/2016/programas/PRE-03/?mes=1").context["page"].charts[1].table
    assert table.rows == (
        ("PRE-03-01 Solicitudes atendidas PRE-03-01", "2 Solicitudes", "1 Solicitudes", "12 Solicitudes", "16.67 %",
         "verde"),
        ("PRE-03-02 Solicitudes atendidas PRE-03-02", "sin captura", "100.00 %", "100.00 %", "—",
         "sin captura"),
    )  # fmt: skip


def test_after_an_adjusted_target_bar_and_figures_are_of_the_one_in_force(reader: Client, town: Town) -> None:
    """50 of what was 100 and is 60 from February on: 83.33 % of it."""
    program = make_program(town.fiscal_year, "PRE-03")
    indicator = make_indicator(program, "PRE-03-01")
    make_measurement(indicator, 1, 1, 2)
    TargetAdjustment.objects.create(
        indicator=indicator, effective_month=2, target=60, reason="Menos personal", authorized_by="Cabildo",
        instrument="Acta 9/2016", created_at=NOW, created_by=make_user("planea"),
    )  # fmt: skip
    for month, said, beside in (
        (1, "50.00 % de su meta", "50.00 de 100.00 %"),
        (2, "83.33 % de su meta", "50.00 de 60.00 %"),
    ):
        chart = reader.get(f"/2016/programas/PRE-03/?mes={month}").context["page"].charts[1]
        assert said in chart.drawing and beside in chart.drawing
        assert chart.table.headings[3:5] == ("Meta anual vigente", "Parte de la meta")
        assert f"{chart.table.rows[0][4]} de su meta" == said


def test_names_of_300_letters_and_extreme_figures(reader: Client, town: Town) -> None:
    name = "Solicitudes <atendidas> " * 12
    program = make_program(town.fiscal_year, "PRE-03", name=name)
    make_measurement(make_indicator(program, "PRE-03-01", name=name), 1, "0.0001", "100000")
    make_measurement(make_indicator(program, "PRE-03-02", name=name), 1, 10, 1)
    page = text_of(reader.get("/2016/programas/PRE-03/?mes=1"))
    assert "<atendidas>" not in page and "1,000.00 %" in page and "0.00 %" in page


@pytest.mark.django_db
@pytest.mark.parametrize(("programs", "indicators"), [(1, 2), (12, 2), (2, 30)])
def test_the_page_takes_nine_queries_whatever_the_size(django_assert_num_queries, programs, indicators) -> None:
    make_municipality(programs=programs, indicators_each=indicators)
    client = sign_in(Client(), make_user("lectora", "reader"))
    for url in ("/2016/programas/DAA-01/?mes=3", "/2016/programas/DAA-01/"):
        with django_assert_num_queries(9):
            assert client.get(url).status_code == 200


def test_a_programme_of_which_nothing_is_asked_for_any_more_says_since_when(reader: Client, town: Town) -> None:
    indicators = Indicator.objects.filter(action__program=town.program)
    first = indicators.order_by("code").first()
    assert first is not None
    indicators.update(retired_from=7)
    assert "Programa retirado desde julio" in text_of(reader.get("/2016/programas/PRE-02/?mes=9"))
    Indicator.objects.filter(pk=first.pk).update(retired_from=None)
    assert "Programa retirado" not in text_of(reader.get("/2016/programas/PRE-02/?mes=9"))
