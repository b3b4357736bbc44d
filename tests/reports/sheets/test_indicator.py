"""An indicator's ficha: twelve months, and who may see which figures in them."""

import re
from datetime import datetime
from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import Role
from indicators import services
from indicators.models import Indicator, Period, State, TargetAdjustment
from tests.factories import (
    NOW,
    access_of,
    make_department,
    make_indicator,
    make_measurement,
    make_program,
    make_user,
    make_year,
)
from tests.reports.conftest import Town, sign_in
from tests.support.pages import text_of

SEE_DRAFTS = ("liaison", "director", "planning", "comptroller")


def test_shows_every_attribute_of_the_catalogue(reader: Client, town: Town) -> None:
    Indicator.objects.filter(code="PRE-02-01").update(
        definition="Qué se mide",
        dimension="calidad",
        baseline=Decimal("80.5"),
        baseline_year=2013,
        verification="Minutas",
        source="Oficialía de partes",
        responsible_area="Secretaría Particular",
    )
    page = text_of(reader.get("/2016/indicadores/PRE-02-01/?mes=1"))
    for value in (
        "Qué se mide",
        "calidad",
        "80.5 % (2013)",
        "Minutas",
        "Oficialía de partes",
        "Secretaría Particular",
        "mensual",
        "suma",
        "ascendente",
        "porcentaje",
        "constante (según el tipo de meta)",
        "Un Gobierno Incluyente",
    ):
        assert value in page
    assert '= <span class="num">120</span> / <span class="num">130</span> × 100' in page


def test_links_last_years_indicator(reader: Client, town: Town) -> None:
    before = make_indicator(make_program(make_year(2015), "PRE-07"), "PRE-07-01")
    Indicator.objects.filter(code="PRE-02-01").update(previous=before)
    page = text_of(reader.get("/2016/indicadores/PRE-02-01/"))
    assert '<a href="/2015/indicadores/PRE-07-01/">PRE-07-01 (2015)</a>' in page


def test_months_accumulate_to_the_cut_off_and_say_what_is_not_due(reader: Client, town: Town) -> None:
    indicator = make_indicator(town.program, "PRE-02-05", frequency=3)
    make_measurement(indicator, 3, 1, 2)
    make_measurement(indicator, 6, 2, 2)
    page = text_of(reader.get("/2016/indicadores/PRE-02-05/?mes=6"))
    assert page.count("no corresponde</span>") == 8
    assert page.count('<span class="detail">después del corte') == 6
    assert re.search(r'<td class="num">3 / 4</td> <td class="num"><a [^>]*>75.00 %</a></td>', page)
    assert "2 de 2 meses" in page


@pytest.mark.parametrize("role", SEE_DRAFTS)
def test_drafts_and_returned_figures_for_those_who_may_see_them(client: Client, town: Town, role: str) -> None:
    sign_in(client, town.people[role])
    page = text_of(client.get("/2016/indicadores/PRE-02-03/?mes=12"))
    assert "cifra en borrador: 98,761 / 98,765" in page
    assert "cifra observada: 54,321 / 54,329" in page
    assert "en captura" not in page


def test_other_readers_see_only_that_a_capture_is_under_way(client: Client, town: Town) -> None:
    elsewhere = make_user("elsewhere", Role.LIAISON, make_department("OPM", "Obras Públicas"))
    for person in (town.people["reader"], elsewhere):
        sign_in(client, person)
        for scope in ("oficial", "preliminar"):
            page = text_of(client.get(f"/2016/indicadores/PRE-02-03/?mes=12&alcance={scope}"))
            assert page.count("en captura</span>") == 2
            assert "98,76" not in page and "54,32" not in page
            assert "borrador" not in page and "observado" not in page


def test_a_hidden_correction_hides_its_justification_but_not_the_validated_pair(client: Client, town: Town) -> None:
    make_measurement(
        town.indicators["PRE-02-04"], 1, 9, 8, State.RETURNED, validated=(5, 10), justification="Se contó dos veces"
    )
    sign_in(client, town.people["reader"])
    page = text_of(client.get("/2016/indicadores/PRE-02-04/?mes=1"))
    assert "validado, en corrección" in page
    assert '<td class="num">5</td> <td class="num">10</td>' in page
    assert "Se contó dos veces" not in page and "9 / 8" not in page
    sign_in(client, town.people["director"])
    page = text_of(client.get("/2016/indicadores/PRE-02-04/?mes=1"))
    assert "corrección observada: 9 / 8" in page
    assert "Se contó dos veces" in page


def test_a_submitted_correction_stands_beside_the_validated_pair(reader: Client, town: Town) -> None:
    make_measurement(town.indicators["PRE-02-04"], 1, 9, 10, State.SUBMITTED, validated=(5, 10), submitted_at=NOW)
    official = text_of(reader.get("/2016/indicadores/PRE-02-04/?mes=1"))
    assert "corrección enviada: 9 / 10" in official
    assert '<td class="num">5</td> <td class="num">10</td> <td class="num">50.00 %</td>' in official
    preliminary = text_of(reader.get("/2016/indicadores/PRE-02-04/?mes=1&alcance=preliminar"))
    assert "última cifra validada: 5 / 10" in preliminary
    assert '<td class="num">90.00 %</td>' in preliminary


def test_notes_say_where_a_figure_comes_from(reader: Client, town: Town) -> None:
    make_measurement(town.indicators["PRE-02-04"], 1, 0, 0, origin="demo", late=True)
    page = text_of(reader.get("/2016/indicadores/PRE-02-04/?mes=1"))
    for note in ("Sin actividad: sin demanda", "Extemporánea", "Dato de demostración"):
        assert note in page


def test_lists_the_adjusted_targets(reader: Client, town: Town) -> None:
    TargetAdjustment.objects.create(
        indicator=town.indicators["PRE-02-01"],
        effective_month=7,
        target=Decimal(80),
        reason="Recorte",
        authorized_by="Cabildo",
        instrument="Acta 3",
        created_at=NOW,
        created_by=make_user("planner"),
    )
    june = text_of(reader.get("/2016/indicadores/PRE-02-01/?mes=6"))
    assert "Metas ajustadas" in june and "Acta 3" in june
    assert "Meta en vigor al corte" not in june
    july = text_of(reader.get("/2016/indicadores/PRE-02-01/?mes=7"))
    assert "Meta en vigor al corte</dt><dd>80 %" in july


@pytest.mark.parametrize(("role", "sees"), [(role, role != "reader") for role in (*SEE_DRAFTS, "reader")])
def test_the_trail_is_for_those_who_may_read_it(client: Client, town: Town, role: str, sees: bool) -> None:
    services.save_pairs(
        access=access_of(town.people["liaison"]),
        period=Period.objects.get(month=1),
        pairs=[services.PairInput(town.indicators["PRE-02-04"].pk, Decimal(77123), Decimal(88456))],
        now=datetime.fromisoformat("2016-02-01T10:00:00-06:00"),
    )
    sign_in(client, town.people[role])
    page = text_of(client.get("/2016/indicadores/PRE-02-04/"))
    assert ("numerador: 77,123" in page) is sees
    assert ("Bitácora" in page) is sees
    assert ("77,123" in page) is sees


def test_a_month_without_activity_says_its_own_reason(client: Client, db: None) -> None:
    year = make_year()
    indicator = make_indicator(make_program(year))
    for month, reason in ((1, "no_demand"), (2, "not_scheduled"), (3, "suspended")):
        make_measurement(indicator, month, 0, 0, no_activity=reason)
    page = text_of(sign_in(client, make_user("consulta", "reader")).get(f"/2016/indicadores/{indicator.code}/?mes=3"))
    assert all(words in page for words in ("sin demanda", "nada programado", "suspendido"))


def test_expected_and_coverage_stand_beside_every_accumulated_result(reader: Client, town: Town) -> None:
    linear = make_indicator(town.program, "PRE-02-05", target=Decimal(12), target_kind="absolute", frequency=2)
    make_measurement(linear, 2, 1, 1)
    months = reader.get("/2016/indicadores/PRE-02-05/?mes=4").context["page"].months
    assert [(month.expected, month.coverage) for month in months[:5]] == [
        ("1 Solicitudes", "ningún mes exigible aún"), ("2 Solicitudes", "1 de 1 mes"),
        ("3 Solicitudes", "1 de 1 mes"), ("4 Solicitudes", "incompleto: 1 de 2 meses"), ("—", "—"),
    ]  # fmt: skip


def test_the_chart_says_every_month_in_its_table(reader: Client, town: Town) -> None:
    table = reader.get("/2016/indicadores/PRE-02-02/?mes=2").context["page"].trend.table
    assert table.rows[0] == ("ene", "rezago sin demanda", "rezago sin demanda", "100.00 %")
    assert table.rows[1] == ("feb", "sin captura", "rezago sin demanda", "100.00 %")
    assert table.rows[2][1:] == ("después del corte",) * 3


def test_a_year_without_demand_draws_nothing_and_says_why(reader: Client, town: Town) -> None:
    for month in range(1, 13):
        make_measurement(town.indicators["PRE-02-04"], month, 0, 0)
    page = reader.get("/2016/indicadores/PRE-02-04/?mes=12")
    assert "Sin datos hasta el corte" in text_of(page)
    assert {row[1] for row in page.context["page"].trend.table.rows} == {"sin demanda"}


def test_thresholds_say_whose_they_are(reader: Client, town: Town) -> None:
    url = "/2016/indicadores/PRE-02-01/?mes=1"
    assert "verde desde 90 %, amarillo desde 70 %, sobrecumplimiento arriba de 110 %" in text_of(reader.get(url))
    Indicator.objects.filter(code="PRE-02-01").update(green_from=Decimal("95.5"))
    assert "verde desde 95.5 %" in text_of(reader.get(url)) and "(propios de este indicador)" in text_of(
        reader.get(url)
    )


def test_the_ficha_leads_to_the_roll_ups(reader: Client, town: Town) -> None:
    strategy = town.program.strategy
    page = text_of(reader.get("/2016/indicadores/PRE-02-01/?mes=1"))
    for kind, key in (
        ("eje", strategy.objective.axis_id),
        ("objetivo", strategy.objective_id),
        ("estrategia", strategy.pk),
    ):
        assert f"/2016/explicacion/{kind}/{key}/?mes=1&amp;alcance=oficial" in page
