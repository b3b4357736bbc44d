"""Planning's pages of targets and thresholds: the effect first, then the change; nothing backwards, nothing locked."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.test import Client

from accounts.models import User
from core.models import TrailEntry
from indicators.models import Indicator, Period, TargetAdjustment
from indicators.results.year import load_results
from programs.models import FiscalYear
from tests.factories import NOW, make_indicator, make_measurement, make_program, make_year, signed_in
from tests.support.pages import text_of

pytestmark = pytest.mark.django_db
LIST, YEAR = "/2016/catalogo/metas/", "/2016/catalogo/umbrales/"
FREE, CAPTURED = LIST + "PRE-01-01/", LIST + "PRE-01-02/"
OWN = CAPTURED + "umbrales/"
OTHERS = ["liaison", "director", "reader", "comptroller"]
ADJUST = {
    "effective_month": "10", "target": "80 %", "reason": "Recorte de junio", "authorized_by": "Cabildo",
    "instrument": "Acta 12",
}  # fmt: skip
DIRECT = {"target": "12", "target_kind": "absolute", "direction": "ascending", "schedule": "linear", "shares": ""}
BORDERS = {"green_from": "80", "amber_from": "60", "over_above": "120", "missing": "fuera", "reason": "Acuerdo 4"}
AS_TODAY = {"green_from": "90", "amber_from": "70", "over_above": "110", "missing": "fuera", "reason": "Acuerdo 6"}
OWN_BORDERS = {"green_from": "", "amber_from": "", "over_above": "", "reason": "Norma"}
AS_ZERO = {"green_from": "90", "amber_from": "70", "over_above": "110", "missing": "cero", "reason": "Acuerdo 5"}


def close(month: int) -> None:
    Period.objects.filter(month__lte=month).update(closed_on=date(2016, 10, 10))


def see(client: Client, page: str, typed: dict[str, str]) -> Any:
    return client.post(page, {**typed, "act": "ver"})


def confirm(client: Client, page: str, typed: dict[str, str]) -> Any:
    """See the effect, then send the hidden fields of that page back, as its button does."""
    seen = see(client, page, typed)
    assert "Qué cambiaría" in text_of(seen), text_of(seen)
    form = seen.context["form"]
    posted = {name: form[name].value() or "" for name in form.fields}
    return client.post(page, {**posted, "seen": seen.context["mark"], "act": "confirmar"}, follow=True)


def indicator(code: str) -> Indicator:
    return Indicator.objects.get(code=code)


def lights(month: int = 2) -> dict[str, str]:
    year = FiscalYear.objects.get(year=2016)
    sheet = load_results(year, month=month).programs[0]
    return {"program": sheet.result.light, **{row.code: row.light for row in sheet.indicators}}


# --- Who ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", OTHERS)
def test_for_everybody_but_planning_these_pages_do_not_exist(people, role):
    client = signed_in(people[role])
    for page in ("/2016/catalogo/metas.csv", LIST, FREE, OWN, YEAR):
        reads = role == "comptroller" and page != OWN
        assert client.get(page).status_code == (200 if reads else 404)
    for page, typed in ((FREE, DIRECT), (CAPTURED, ADJUST), (OWN, BORDERS), (YEAR, BORDERS)):
        assert client.post(page, {**typed, "act": "confirmar"}).status_code == 404
    assert not TargetAdjustment.objects.exists() and lights()["PRE-01-02"] == "amber"


def test_nobody_without_signing_in(people):
    assert Client().get(FREE)["Location"] == f"/entrar/?next={FREE}"


@pytest.mark.parametrize("path", ["/2015/catalogo/metas/", "/2015/catalogo/umbrales/", LIST + "PRE-09-01/"])
def test_what_does_not_exist_is_404(planning, path):
    assert planning.get(path).status_code == 404


def test_the_ficha_leads_planning_and_nobody_else_to_the_target(people, planning):
    page = "/2016/indicadores/PRE-01-02/"
    assert CAPTURED in text_of(planning.get(page))
    for role in OTHERS:
        assert CAPTURED not in text_of(signed_in(people[role]).get(page))


# --- The list ----------------------------------------------------------------------------------------------------


def test_the_list_finds_without_accents_and_filters(planning):
    make_indicator(make_program(FiscalYear.objects.get(), "SIN-01"), name="Gestión de trámites", green_from=Decimal(95))
    assert "Gestión" in text_of(planning.get(LIST, {"buscar": "GESTION tramites"}))
    only = text_of(planning.get(LIST, {"solo": "propios"}))
    assert "SIN-01-01" in only and "verde desde 95 %" in only and "PRE-01-02" not in only
    free = text_of(planning.get(LIST, {"solo": "sin-capturas"}))
    assert "PRE-01-01" in free and "PRE-01-02" not in free
    assert "PRE-01-02" not in text_of(planning.get(LIST, {"dependencia": "SIN"}))
    assert "Ningún indicador de 2016 coincide" in text_of(planning.get(LIST, {"buscar": "zzz"}))


def test_the_list_costs_the_same_for_many(planning, django_assert_num_queries):
    planning.get(LIST)
    with django_assert_num_queries(9):
        planning.get(LIST)
    program = make_program(FiscalYear.objects.get(), "SIN-01")
    for _ in range(30):
        make_indicator(program)
    with django_assert_num_queries(9):
        planning.get(LIST)


def test_the_list_is_taken_away_as_it_is_narrowed(planning):
    program = make_program(FiscalYear.objects.get(), "SIN-01", name="=Programa")
    own = make_indicator(program, name="Gestión de trámites", target=12, target_kind="absolute", green_from=Decimal(95))
    TargetAdjustment.objects.create(
        indicator=own,
        effective_month=7,
        target=10,
        reason="Recorte",
        authorized_by="Cabildo",
        instrument="Acta 12",
        created_by=User.objects.get(username="planning"),
        created_at=NOW,
    )
    query = "?buscar=tramites&amp;solo=propios"
    page = planning.get(LIST, {"buscar": "tramites", "solo": "propios"}).content.decode()
    for form in ("xlsx", "csv"):
        assert f'href="/2016/catalogo/metas.{form}{query}"' in page
    response = planning.get("/2016/catalogo/metas.xlsx?buscar=tramites&solo=propios")
    assert response["Content-Disposition"] == 'attachment; filename="metas-2016.xlsx"'
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    head, row = book["Metas"].values
    found = dict(zip(head, row, strict=True))
    assert (found["Clave"], found["Programa"], found["Unidad"]) == ("SIN-01-01", "=Programa", "Solicitudes")
    assert (found["Meta programada"], found["Meta ajustada"], found["Ajustada desde"]) == (12, 10, "julio")
    assert (found["Verde desde"], found["Amarillo desde"], found["Umbrales"]) == (0.95, 0.7, "propios")
    assert ("Solo", "con umbrales propios") in list(book["Acerca de"].values)
    everything = planning.get("/2016/catalogo/metas.csv").content.decode("utf-8-sig").splitlines()
    assert len(everything) == 4 and "'=Programa" in everything[3] and "100%" in everything[1]
    assert len(planning.get("/2016/catalogo/metas.csv?dependencia=NADA").content.splitlines()) == 4, "as the page"


# --- The kind of a target with captures -------------------------------------------------------------------------

KIND, WHY = CAPTURED + "tipo/", {"target_kind": "absolute", "reason": "Eran 100 informes"}


def test_the_kind_of_a_captured_target_is_corrected_after_its_effect_was_shown(planning):
    assert "Corregir el tipo de meta" in text_of(planning.get(CAPTURED))
    page = planning.get(KIND)
    assert "pasa a leerse como <strong>100 Solicitudes</strong>" in text_of(page)
    seen = text_of(see(planning, KIND, WHY))
    assert "100 % → <strong>100 Solicitudes</strong>" in seen
    # 170 of 100 by linear schedule: 100 · 2/12 expected, 1,020 %; before 85 % of 100 %.
    assert "85.00 %" in seen and "1,020.00 %" in seen and "sobrecumplimiento" in seen.lower()
    assert indicator("PRE-01-02").target_kind == "percentage", "seeing writes nothing"
    text = text_of(confirm(planning, KIND, WHY))
    assert "Se corrigió el tipo de meta de PRE-01-02: 100 Solicitudes." in text
    row = indicator("PRE-01-02")
    assert (row.target, row.target_kind, row.schedule) == (100, "absolute", "")
    entry = TrailEntry.objects.get(action="corregir tipo de meta")
    assert entry.changes == {"target_kind": ["percentage", "absolute"]} and entry.reason == "Eran 100 informes"


def test_the_number_is_corrected_in_the_same_act(planning):
    page = planning.get(KIND)
    assert 'name="target" value="100"' in text_of(page) and "En Solicitudes. Cámbiela solo si" in text_of(page)
    both = {**WHY, "target": "1,200"}
    seen = text_of(see(planning, KIND, both))
    assert "100 % → <strong>1,200 Solicitudes</strong>" in seen and "1,020.00 %" not in seen
    assert indicator("PRE-01-02").target == 100, "seeing writes nothing"
    assert "Se corrigió el tipo de meta de PRE-01-02: 1,200 Solicitudes." in text_of(confirm(planning, KIND, both))
    row = indicator("PRE-01-02")
    assert (row.target, row.target_kind) == (1200, "absolute")
    entry = TrailEntry.objects.get(action="corregir tipo de meta")
    assert entry.changes == {"target_kind": ["percentage", "absolute"], "target": ["100.0000", "1200.0000"]}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("0", "La meta es mayor que 0"),
        ("cien", "cien"),
        ("50 %", "es un porcentaje y la meta es una cantidad"),
        ("-3", ""),
    ],
)
def test_a_bad_number_corrects_nothing(planning, typed, said):
    page = text_of(see(planning, KIND, {**WHY, "target": typed}))
    assert said in page and "Qué cambiaría" not in page and f'value="{typed}"' in page
    row = indicator("PRE-01-02")
    assert (row.target, row.target_kind) == (100, "percentage")


def test_its_adjusted_targets_keep_their_numbers_and_are_shown(planning):
    confirm(planning, CAPTURED, ADJUST)
    seen = text_of(see(planning, KIND, WHY))
    assert "80 % → <strong>80 Solicitudes</strong>" in seen
    confirm(planning, KIND, WHY)
    assert TargetAdjustment.objects.get().target == 80


def test_a_descending_one_stays_flat(planning):
    Indicator.objects.filter(code="PRE-01-02").update(direction="descending")
    confirm(planning, KIND, WHY)
    assert load_results(FiscalYear.objects.get(), month=2).programs[0].indicators[1].expected == 100


def test_the_kind_needs_a_reason_and_is_corrected_once(planning):
    assert "Escriba por qué se corrige el tipo de meta." in text_of(see(planning, KIND, {**WHY, "reason": " "}))
    seen = see(planning, KIND, WHY)
    again = {**WHY, "seen": seen.context["mark"], "act": "confirmar"}
    planning.post(KIND, again)
    assert "ya es de tipo absoluta" in text_of(planning.post(KIND, again))
    assert indicator("PRE-01-02").target_kind == "absolute"


def test_what_a_colleague_changed_meanwhile_is_shown_again(planning):
    seen = see(planning, KIND, WHY)
    Indicator.objects.filter(code="PRE-01-02").update(schedule="linear")
    late = planning.post(KIND, {**WHY, "seen": seen.context["mark"], "act": "confirmar"})
    assert "El efecto cambió desde que lo vio" in text_of(late)
    assert indicator("PRE-01-02").target_kind == "percentage"


def test_the_kind_in_a_locked_year_stays(planning):
    seen = see(planning, KIND, WHY)
    FiscalYear.objects.update(locked=True)
    assert "está cerrado: sus metas ya no cambian" in text_of(planning.get(KIND))
    assert "Corregir el tipo" not in text_of(planning.get(CAPTURED))
    planning.post(KIND, {**WHY, "seen": seen.context["mark"], "act": "confirmar"})
    assert indicator("PRE-01-02").target_kind == "percentage"


@pytest.mark.parametrize("role", OTHERS)
def test_the_kind_is_planning_s_alone(people, role):
    assert signed_in(people[role]).post(KIND, {**WHY, "act": "confirmar"}).status_code in (403, 404)
    assert indicator("PRE-01-02").target_kind == "percentage"


def test_the_kind_that_nobody_captured_is_changed_on_its_own_page(planning):
    assert planning.get(FREE + "tipo/").url == FREE


# --- Without captures: direct ------------------------------------------------------------------------------------


def test_a_target_that_nobody_captured_is_changed_after_its_effect_was_shown(planning):
    seen = text_of(see(planning, FREE, DIRECT))
    assert "100 % → <strong>12 Solicitudes</strong>" in seen and "10" not in indicator("PRE-01-01").schedule
    assert indicator("PRE-01-01").target == 100, "seeing writes nothing"
    assert not TrailEntry.objects.filter(action="cambiar meta").exists()
    assert "Se cambió la meta de PRE-01-01." in text_of(confirm(planning, FREE, DIRECT))
    row = indicator("PRE-01-01")
    assert (row.target, row.target_kind, row.schedule) == (12, "absolute", "linear")
    entry = TrailEntry.objects.get(action="cambiar meta")
    assert entry.changes["target"] == ["100.0000", "12.0000"] and entry.capacity == "Planeación"


def test_a_schedule_month_by_month(planning):
    shares = "0; 0; 25; 25; 25; 50; 50; 50; 75; 75; 75; 100"
    confirm(planning, FREE, {**DIRECT, "schedule": "explicit", "shares": shares})
    assert indicator("PRE-01-01").shares == shares.split("; ")


def test_descending_to_zero(planning):
    confirm(planning, FREE, {**DIRECT, "target": "0", "direction": "descending", "schedule": "flat"})
    assert indicator("PRE-01-01").target == 0


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"target": ""}, "Escriba la meta."),
        ({"target": "0"}, "La meta es mayor que 0; solo un indicador descendente puede tener meta 0."),
        ({"target": "1E309"}, "«1E309» está en notación científica"),
        ({"target": "-5"}, "«-5» es negativo"),
        ({"target": "9" * 13}, "es demasiado grande"),
        ({"target": "80%"}, "«80%» es un porcentaje y la meta es una cantidad"),
        ({"target_kind": "otro"}, "«otro» no es una opción"),
        ({"direction": "descending"}, "Un indicador descendente siempre tiene programación constante."),
        ({"schedule": "explicit"}, "Escriba los doce porcentajes acumulados"),
        ({"schedule": "explicit", "shares": "10; 5"}, "son doce porcentajes acumulados que no bajan"),
        ({"schedule": "explicit", "shares": "a; b"}, "«a» no es un número"),
        ({"shares": "0; 0; 25; 25; 25; 50; 50; 50; 75; 75; 75; 100"}, "van solo con la programación mes por mes"),
        ({"reason": "x" * 2001}, "caben 2,000 letras"),
    ],
)
def test_a_target_typed_wrong_is_a_sentence_and_stays_typed(planning, change, sentence):
    page = text_of(see(planning, FREE, {**DIRECT, **change}))
    assert page.count(sentence) == 1 and "Qué cambiaría" not in page
    for value in change.values():
        assert not value or value in page
    assert indicator("PRE-01-01").target == 100


# --- With captures: adjusted -------------------------------------------------------------------------------------


def test_an_adjusted_target_shows_both_cut_offs_and_leaves_the_earlier_one_alone(planning):
    page = see(planning, CAPTURED, ADJUST)
    february, october = page.context["effect"]
    assert february.cut_off == "enero–febrero 2016" and not february.changes
    assert (october.before.light, october.after.light) == ("amber", "green")
    assert (october.before.compliance, october.after.compliance) == ("85.00 %", "106.25 %")
    assert (october.before.program_compliance, october.after.program_compliance) == ("85.00 %", "100.00 %")
    assert not TargetAdjustment.objects.exists()
    done = text_of(confirm(planning, CAPTURED, ADJUST))
    assert "PRE-01-02 tiene meta de 80 % desde octubre." in done and "Acta 12" in done
    file = "/2016/indicadores/PRE-01-02/metas.csv"
    assert f'href="{file}"' in done and "Recorte de junio" in planning.get(file).content.decode()
    assert lights(2)["PRE-01-02"] == lights(9)["PRE-01-02"] == "amber" and lights(10)["PRE-01-02"] == "green"
    assert TrailEntry.objects.get(action="ajustar meta").reason == "Recorte de junio"


def test_what_is_shown_is_what_results_say_afterwards(planning):
    """One arithmetic: the effect of the page is digit by digit what every other page then computes."""
    shown = see(planning, CAPTURED, {**ADJUST, "effective_month": "3", "target": "97.3"}).context["effect"][1].after
    confirm(planning, CAPTURED, {**ADJUST, "effective_month": "3", "target": "97.3"})
    sheet = load_results(FiscalYear.objects.get(), month=3).programs[0]
    row = next(row for row in sheet.indicators if row.code == "PRE-01-02")
    assert row.compliance is not None and shown.compliance == f"{row.compliance:.2f} %"
    assert (shown.light, shown.program_light) == (row.light, sheet.result.light)


def test_the_form_says_from_which_month_and_offers_no_other(planning):
    page = text_of(planning.get(CAPTURED))
    assert "hacia atrás: ya tiene cifra validada de febrero; puede ser desde marzo." in page
    assert '<option value="3">' in page and '<option value="2">' not in page
    assert "elija uno de los meses de la lista" in text_of(see(planning, CAPTURED, {**ADJUST, "effective_month": "2"}))
    close(9)
    page = text_of(planning.get(CAPTURED))
    assert "Una meta no se ajusta hacia atrás: septiembre ya está cerrado; puede ser desde octubre." in page
    assert '<option value="10">' in page and '<option value="9">' not in page
    assert "elija uno de los meses de la lista" in text_of(see(planning, CAPTURED, {**ADJUST, "effective_month": "9"}))
    confirm(planning, CAPTURED, ADJUST)
    page = text_of(planning.get(CAPTURED))
    assert "ya tiene una meta ajustada desde octubre" in page and '<option value="10">' not in page


def test_no_month_is_left(planning):
    close(12)
    page = text_of(planning.get(CAPTURED))
    assert "diciembre ya está cerrado y ya no queda ningún mes." in page and "Ver qué cambia" not in page


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"effective_month": ""}, "Elija el mes desde el que rige."),
        ({"effective_month": "13"}, "elija uno de los meses de la lista"),
        ({"target": "0"}, "La meta es mayor que 0"),
        ({"target": "1E309"}, "notación científica"),
        ({"reason": " "}, "Escriba el motivo."),
        ({"authorized_by": ""}, "Escriba quién autoriza."),
        ({"instrument": ""}, "Escriba el instrumento"),
        ({"instrument": "x" * 201}, "caben 200 letras"),
    ],
)
def test_an_adjustment_lacks_something(planning, change, sentence):
    assert sentence in text_of(see(planning, CAPTURED, {**ADJUST, **change}))
    assert not TargetAdjustment.objects.exists()


def test_a_confirmation_of_something_else_is_shown_again(planning):
    """Somebody's figure arrived in between, or the hidden fields were changed: nothing is written unseen."""
    mark = see(planning, CAPTURED, ADJUST).context["mark"]
    other = planning.post(CAPTURED, {**ADJUST, "target": "70", "seen": mark, "act": "confirmar"})
    assert "El efecto cambió desde que lo vio" in text_of(other) and not TargetAdjustment.objects.exists()
    assert "Qué cambiaría" in text_of(planning.post(CAPTURED, {**ADJUST, "act": "confirmar"}))
    assert not TargetAdjustment.objects.exists()


def test_going_back_to_correct_keeps_what_was_typed(planning):
    page = text_of(planning.post(CAPTURED, {**ADJUST, "act": "corregir"}))
    assert "Recorte de junio" in page and "Ver qué cambia" in page and "Qué cambiaría" not in page


def test_captures_that_arrive_meanwhile_turn_a_direct_change_into_an_adjustment(planning, people):
    mark = see(planning, FREE, DIRECT).context["mark"]
    make_measurement(indicator("PRE-01-01"), 1, 1, 2, by=people["liaison"])
    page = text_of(planning.post(FREE, {**DIRECT, "seen": mark, "act": "confirmar"}))
    assert "Ajustar la meta" in page and indicator("PRE-01-01").target == 100


def test_a_retired_indicator_takes_no_target_from_its_retirement_on(planning):
    Indicator.objects.filter(code="PRE-01-02").update(retired_from=8)
    assert "PRE-01-02 se retiró desde agosto: ya no tiene meta." in text_of(see(planning, CAPTURED, ADJUST))
    assert "Qué cambiaría" in text_of(see(planning, CAPTURED, {**ADJUST, "effective_month": "7"}))


def test_the_trail_tells_it_in_words(planning):
    confirm(planning, CAPTURED, ADJUST)
    confirm(planning, YEAR, BORDERS)
    page = text_of(planning.get("/bitacora/"))
    assert "Ajustó la meta" in page and "Cambió los umbrales del semáforo" in page
    assert "verde desde (% de cumplimiento): 90 → 80" in page


# --- A locked year -----------------------------------------------------------------------------------------------


def test_a_locked_year_is_frozen(planning):
    FiscalYear.objects.update(locked=True)
    for page, typed in ((FREE, DIRECT), (CAPTURED, ADJUST), (OWN, BORDERS), (YEAR, BORDERS)):
        shown = text_of(planning.get(page))
        assert "está cerrado" in shown and "Ver qué cambia" not in shown
        planning.post(page, {**typed, "act": "ver"})
        planning.post(page, {**typed, "act": "confirmar", "seen": "x"})
    assert not TrailEntry.objects.filter(action__in=("cambiar meta", "ajustar meta", "cambiar umbrales")).exists()
    assert indicator("PRE-01-01").target == 100 and lights()["program"] == "amber"


def test_a_year_without_captures_or_indicators_shows_its_effect(planning):
    make_year(2017)
    page = text_of(see(planning, "/2017/catalogo/umbrales/", BORDERS))
    assert "Ningún programa cambia de semáforo." in page
    assert "no tiene indicadores todavía" in text_of(planning.get("/2017/catalogo/metas/"))


# --- Instruments --------------------------------------------------------------------------------------------------

CITED = {"instrument": "  Oficio 12/2016  "}
OTHER_KIND = {"target_kind": "absolute", "target": "12", "reason": "Se leyó mal"}


@pytest.mark.parametrize(
    ("path", "typed"), [(YEAR, BORDERS), (OWN, {**OWN_BORDERS, "green_from": "95"}), (CAPTURED + "tipo/", OTHER_KIND)]
)
def test_the_trail_has_the_instrument_that_an_act_cites(planning, path, typed):
    assert "Oficio 12/2016" in text_of(see(planning, path, {**typed, **CITED}))
    confirm(planning, path, {**typed, **CITED})
    entry = TrailEntry.objects.get(changes__has_key="instrument")
    assert entry.changes["instrument"] == [None, "Oficio 12/2016"]
    assert "instrumento: «Oficio 12/2016»" in text_of(planning.get("/bitacora/?instrumento=oficio+12%2F2016"))


def test_without_an_instrument_an_act_cites_none(planning):
    confirm(planning, YEAR, BORDERS)
    assert "instrument" not in TrailEntry.objects.get(action="cambiar umbrales").changes


def test_an_instrument_that_is_too_long_is_told_and_nothing_is_lost(planning):
    page = text_of(see(planning, YEAR, {**BORDERS, "instrument": "x" * 201}))
    assert "El instrumento se cita en 200 letras" in page and "x" * 201 in page and "Acuerdo 4" in page


def test_an_instrument_alone_changes_nothing(planning):
    confirm(planning, YEAR, {**AS_TODAY, **CITED})
    assert not TrailEntry.objects.filter(action="cambiar umbrales").exists()
