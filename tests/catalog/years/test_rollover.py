"""Next year from this one, as planning does it: choose, see, confirm."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from core.models import TrailEntry
from indicators.models import Indicator, Period, TargetAdjustment
from programs.models import Action, Axis, FiscalYear, Objective, Plan, Program, ProgramObjective, Strategy
from tests.catalog.year_pages import answers, codes, confirm, make_source, preview, successor
from tests.factories import make_department, make_indicator, make_people, make_program, make_year
from tests.support.pages import words_of
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
PATH = "/2016/catalogo/siguiente/"


@pytest.fixture
@shared
def source(officer: User) -> FiscalYear:
    return make_source(officer)


def test_everything_but_what_is_retired_is_carried(source: FiscalYear, planning: Client, officer: User) -> None:
    page = preview(planning)
    text = words_of(page)
    assert "todavía no se ha escrito nada" in text and "2 programas 2 acciones 2 indicadores" in text
    assert "que se traen como quedaron en diciembre: 1." in text
    assert "por estar retirados: 1 indicador." in text and "no se marcaron: 1 programa." in text
    assert not FiscalYear.objects.filter(year=2017).exists()
    done = confirm(planning, page)
    assert "El ejercicio 2017 tiene 2 programas, 2 acciones y 2 indicadores más" in words_of(done)
    year = FiscalYear.objects.get(year=2017)
    assert (year.plan, year.green_from, year.locked, year.demo_data) == (source.plan, 95, False, False)
    assert Period.objects.filter(fiscal_year=year).count() == 12
    assert codes(2017) == ["OBR-01", "PRE-01"] and codes(2017, Indicator) == ["OBR-01-01", "PRE-01-01"]
    program = Program.objects.get(fiscal_year=year, code="PRE-01")
    old = Program.objects.get(fiscal_year=source, code="PRE-01")
    assert (program.previous, program.department, program.strategy) == (old, old.department, old.strategy)
    assert (program.description, program.number, program.search) == ("Atiende", "1.1", old.search)
    assert [row.text for row in program.objectives.all()] == ["Atender a todos"]
    made = successor("OBR-01-01")
    assert (made.schedule, made.frequency, made.previous.fiscal_year) == ("explicit", 3, source)
    assert made.shares[-1] == "100"
    kept = successor("PRE-01-01")
    assert (kept.target, kept.definition, kept.action.text) == (90, "Qué mide", kept.previous.action.text)
    assert not TargetAdjustment.objects.filter(indicator=kept).exists()
    # Codes may be used again, and the old year is as it was.
    assert codes(2016, Indicator) == ["OBR-01-01", "PRE-01-01", "PRE-01-02", "PRE-02-01"]
    assert Indicator.objects.get(fiscal_year=source, code="PRE-01-01").target == 80


def test_every_row_is_in_the_trail(source: FiscalYear, planning: Client, officer: User) -> None:
    confirm(planning, preview(planning))
    entries = TrailEntry.objects.filter(action="traer del ejercicio anterior")
    assert {entry.actor for entry in entries} == {officer} and {entry.capacity for entry in entries} == {"Planeación"}
    by_type = [entry.subject_type for entry in entries]
    # Two programmes and the list of objectives of one of them.
    assert (by_type.count("programs.program"), by_type.count("programs.action")) == (3, 2)
    made = successor("PRE-01-01")
    entry = entries.get(subject_type="indicators.indicator", subject_id=made.pk)
    assert entry.changes["target"] == [None, "90.0000"] and entry.scope_id == make_department().pk
    assert entry.changes["previous"][1].startswith("PRE-01-01")
    summary = entries.get(subject_type="programs.fiscalyear")
    assert summary.changes == {"programas": [None, 2], "acciones": [None, 2], "indicadores": [None, 2]}
    page = words_of(planning.get("/bitacora/"))
    assert "2,016" not in page and "2,017" not in page


def test_targets_as_they_were_programmed_and_retired_ones_if_asked(source: FiscalYear, planning: Client) -> None:
    page = preview(planning, targets="programada", with_retired="on", program=["PRE-01", "PRE-02"])
    assert "Las metas son las programadas al inicio de 2016" in words_of(page)
    confirm(planning, page)
    assert codes(2017, Indicator) == ["PRE-01-01", "PRE-01-02", "PRE-02-01"]
    assert successor("PRE-01-01").target == 80 and successor("PRE-01-02").retired_from is None


def test_a_later_year_is_filled_with_what_it_lacks(source: FiscalYear, planning: Client) -> None:
    confirm(planning, preview(planning, program=["PRE-01"]))
    Program.objects.filter(fiscal_year__year=2017, code="PRE-01").update(name="Corregido", code="PRE-09")
    form = planning.get(PATH + "?ejercicio=2017")
    assert "El ejercicio 2017 ya existe: se completa" in words_of(form)
    assert "ya continúa en 2017 como PRE-09" in words_of(form)
    page = planning.post(PATH, answers(form, program=["PRE-01", "OBR-01"]))
    assert "ya continúa en 2017 como PRE-09" in words_of(page) and "1 programa 1 acción 1 indicador" in words_of(page)
    confirm(planning, page)
    assert codes(2017) == ["OBR-01", "PRE-09"] and Period.objects.filter(fiscal_year__year=2017).count() == 12
    assert Program.objects.get(fiscal_year__year=2017, code="PRE-09").name == "Corregido"
    # Then there is nothing left, and it is said.
    again = planning.post(PATH, answers(planning.get(PATH), program=["OBR-01"]))
    assert "Nada de lo que marcó se puede traer: OBR-01" in words_of(again)


class TestTheTicksFollowTheNewYear:
    """2017 has PRE-01 already; the page opens with the boxes of 2017 and its year is then changed to 2018."""

    @pytest.fixture
    def form(self, source: FiscalYear, planning: Client) -> Any:
        confirm(planning, preview(planning, program=["PRE-01"]))
        return planning.get(PATH)

    @staticmethod
    def ticked(page: Any) -> list[str]:
        return [row["code"] for group in page.context["groups"] for row in group["rows"] if row["marked"]]

    def test_what_the_other_year_lacks_is_ticked_and_shown_first(self, form: Any, planning: Client) -> None:
        assert self.ticked(form) == ["OBR-01"]
        page = planning.post(PATH, answers(form, year="2018"))
        assert self.ticked(page) == ["OBR-01", "PRE-01"]
        text = words_of(page)
        assert (
            "Las marcas eran para 2017. Para 2018 se marcó también 1 programa que para 2017 no se podía traer: revise"
            in text
        )
        shown = planning.post(PATH, answers(page))
        assert "2 programas 2 acciones 2 indicadores" in words_of(shown)
        confirm(planning, shown)
        assert codes(2018) == ["OBR-01", "PRE-01"]

    def test_what_the_officer_unticked_stays_so(self, form: Any, planning: Client) -> None:
        page = planning.post(PATH, answers(form, year="2018", program=[]))
        assert self.ticked(page) == ["PRE-01"] and "marque al menos un programa" not in words_of(page)
        # And what she unticks after that does not come back.
        shown = planning.post(PATH, answers(page, program=["OBR-01"]))
        assert "1 programa 1 acción 1 indicador" in words_of(shown)
        assert self.ticked(planning.post(PATH, answers(page, program=["OBR-01"], act="corregir"))) == ["OBR-01"]

    def test_a_year_that_is_refused_keeps_the_ticks(self, form: Any, planning: Client) -> None:
        page = planning.post(PATH, answers(form, year="20x8"))
        assert self.ticked(page) == ["OBR-01"] and "cuatro cifras" in words_of(page)
        assert self.ticked(planning.post(PATH, answers(page, year="2018"))) == ["OBR-01", "PRE-01"]

    @pytest.mark.parametrize("marks", ["", "x", "99999", "2016", "2016" * 9])
    def test_marks_of_no_year_are_the_new_years(self, marks: str, form: Any, planning: Client) -> None:
        page = planning.post(PATH, answers(form, year="2018", marks=marks))
        assert "1 programa 1 acción 1 indicador" in words_of(page)


def test_a_code_that_the_new_year_uses_is_in_the_way(source: FiscalYear, planning: Client) -> None:
    year = make_year(2017)
    make_indicator(make_program(year, "PRE-07"), "PRE-07-01")
    other = make_program(year, "OBR-09", department=make_department("OBR"))
    Action.objects.create(fiscal_year=year, program=other, code="OBR-01-01", text="Otra cosa", unit="Obras")
    page = preview(planning, program=["PRE-01", "OBR-01"])
    assert "la clave OBR-01-01 ya la usa otro registro de 2017 (acción)" in words_of(page)
    confirm(planning, page)
    assert codes(2017) == ["OBR-09", "PRE-01", "PRE-07"]


class TestAnotherPlan:
    """2016 is here the last year of its plan."""

    @pytest.fixture(autouse=True)
    def _plan(self, source: FiscalYear) -> None:
        Plan.objects.filter(pk=source.plan_id).update(end_year=2016)

    def test_a_new_plan_takes_a_copy_of_the_hierarchy(self, source: FiscalYear, planning: Client) -> None:
        form = planning.get(PATH)
        assert "2017 es de otro plan" in words_of(form)
        assert "Ningún plan abarca 2017" in words_of(preview(planning, plan=""))
        assert "Escriba el nombre del plan nuevo." in words_of(preview(planning))
        # A new plan as long as the former one is offered; only its name is asked.
        page = preview(planning, plan_name="PMD 2017-2019", plan_end="2019")
        assert "Se copian al otro plan 1 eje, 1 objetivo, 1 estrategia" in words_of(page)
        assert Plan.objects.count() == 1
        confirm(planning, page)
        plan = Plan.objects.get(name="PMD 2017-2019")
        assert FiscalYear.objects.get(year=2017).plan == plan
        program = Program.objects.get(fiscal_year__year=2017, code="PRE-01")
        assert program.strategy.objective.axis.plan == plan
        assert program.strategy.name == program.previous.strategy.name
        assert (Axis.objects.count(), Objective.objects.count(), Strategy.objects.count()) == (2, 2, 2)

    def test_what_the_other_plan_has_by_name_is_used_and_a_taken_key_is_left_out(
        self, source: FiscalYear, planning: Client
    ) -> None:
        Axis.objects.update(key="E1")
        Strategy.objects.update(key="1.1")
        plan = Plan.objects.create(name="PMD 2017-2019", start_year=2017, end_year=2019)
        axis = Axis.objects.create(plan=plan, name="Un Gobierno Incluyente", key="I")
        objective = Objective.objects.create(axis=axis, name="Un Gobierno Cercano a la Gente")
        Strategy.objects.create(objective=objective, name="Otra", key="1.1")
        page = preview(planning)
        assert "Se copian al otro plan 1 estrategia; ahí se corrigen. En 1 la clave ya la usa otro" in words_of(page)
        confirm(planning, page)
        made = Program.objects.get(fiscal_year__year=2017, code="PRE-01").strategy
        assert (made.objective, made.key, made.name) == (objective, "", "Conducir la política interior")

    def test_a_name_in_another_spelling_is_no_second_branch(self, source: FiscalYear, planning: Client) -> None:
        plan = Plan.objects.create(name="PMD 2017-2019", start_year=2017, end_year=2019)
        axis = Axis.objects.create(plan=plan, name="UN GOBIERNO INCLUYENTE")
        objective = Objective.objects.create(axis=axis, name="Un gobierno cercano a la  gente")
        page = preview(planning)
        assert "Se copian al otro plan 1 estrategia; ahí se corrigen." in words_of(page)
        confirm(planning, page)
        assert Program.objects.get(fiscal_year__year=2017, code="PRE-01").strategy.objective == objective
        assert plan.axes.get() == axis and axis.objectives.get() == objective

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"plan_name": "", "plan_start": "2017", "plan_end": "2019"}, "Escriba el nombre del plan nuevo."),
            ({"plan_name": "X", "plan_start": "2017", "plan_end": ""}, "Escriba el año."),
            ({"plan_name": "X", "plan_start": "2019", "plan_end": "2017"}, "no puede ser anterior al primero"),
            ({"plan_name": "X", "plan_start": "2018", "plan_end": "2020"}, "El plan nuevo tiene que abarcar 2017."),
            ({"plan_name": "X", "plan_start": "dos mil", "plan_end": "2020"}, "El año son cuatro cifras"),
            ({"plan_name": "Plan Municipal de Desarrollo 2016 - 2018", "plan_start": "2017", "plan_end": "2019"},
             "Ya existe un plan con este nombre"),
            ({"plan_name": "PLAN municipal de  desarrollo 2016 - 2018", "plan_start": "2017", "plan_end": "2019"},
             "Ya existe un plan con este nombre"),
        ],
    )  # fmt: skip
    def test_a_new_plan_that_is_not_right(self, typed: dict[str, str], said: str, planning: Client) -> None:
        refused = preview(planning, plan="nuevo", **typed)
        assert said in words_of(refused), words_of(refused)
        assert "Vista previa" not in words_of(refused) and Plan.objects.count() == 1

    def test_a_plan_that_does_not_cover_the_year(self, source: FiscalYear, planning: Client) -> None:
        assert "va de 2016 a 2016: no abarca 2017" in words_of(preview(planning, plan=str(source.plan_id)))


class TestBadInput:
    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"year": "2016"}, "El ejercicio nuevo tiene que ser posterior a 2016."),
            ({"year": "dos mil"}, "El año son cuatro cifras"),
            ({"year": ""}, "Escriba el año."),
            ({"year": "9999"}, "El año va de 1900 a 2200."),
            ({"program": []}, "No hay nada que traer: marque al menos un programa."),
            ({"program": ["XXX-99"]}, "no hay programas con esas claves."),
            ({"targets": "otra"}, "Elija una de las dos metas."),
            ({"plan": "999999999"}, "Elija un plan de la lista."),
        ],
    )
    def test_is_told_in_one_sentence(
        self, typed: dict[str, Any], said: str, source: FiscalYear, planning: Client
    ) -> None:
        refused = preview(planning, **typed)
        assert refused.status_code == 200 and said in words_of(refused), words_of(refused)
        assert "Vista previa" not in words_of(refused)

    def test_what_was_marked_stays_marked(self, source: FiscalYear, planning: Client) -> None:
        refused = preview(planning, year="2016", program=["OBR-01"])
        boxes = [row["code"] for group in refused.context["groups"] for row in group["rows"] if row["marked"]]
        assert boxes == ["OBR-01"]
        changed = preview(planning, program=["OBR-01"], act="corregir")
        assert [row["marked"] for group in changed.context["groups"] for row in group["rows"]].count(True) == 1

    def test_a_locked_year_takes_nothing(self, source: FiscalYear, planning: Client) -> None:
        FiscalYear.objects.filter(pk=make_year(2017).pk).update(locked=True)
        assert "El ejercicio 2017 está cerrado" in words_of(preview(planning))
        page = preview(planning, year="2018")
        assert "Vista previa de 2018" in words_of(page) and "2 programas 2 acciones" in words_of(page)

    def test_a_confirm_without_the_preview_or_after_a_change_writes_nothing(
        self, source: FiscalYear, planning: Client
    ) -> None:
        message = "cambió desde la vista previa"
        assert message in words_of(preview(planning, act="confirmar"))
        page = preview(planning)
        Indicator.objects.filter(code="PRE-01-01").update(name="Otro nombre")
        again = confirm(planning, page)
        assert message in words_of(again) and not FiscalYear.objects.filter(year=2017).exists()
        # It has been previewed again: what it shows now may be confirmed.
        assert "El ejercicio 2017 tiene" in words_of(confirm(planning, again))
        assert successor("PRE-01-01").name == "Otro nombre"

    def test_a_year_without_programmes(self, planning: Client) -> None:
        make_year(2016)
        assert "no tiene programas" in words_of(planning.get(PATH))
        assert planning.get("/2015/catalogo/siguiente/").status_code == 404


@pytest.mark.parametrize("role", ["liaison", "director", "reader", "comptroller"])
def test_only_planning(role: str, source: FiscalYear, client: Client) -> None:
    client.force_login(make_people(make_department())[role])
    assert client.get(PATH).status_code == 404
    assert client.post(PATH, {"year": 2017, "program": ["PRE-01"], "act": "confirmar"}).status_code == 404
    assert not FiscalYear.objects.filter(year=2017).exists()


def _grow(source: FiscalYear, number: int, *, start: int) -> None:
    for index in range(start, start + number):
        program = make_program(source, f"PRE-{index}")
        ProgramObjective.objects.create(program=program, position=1, text="Uno")
        for _ in range(3):
            make_indicator(program)


def _not_inserts(captured: CaptureQueriesContext) -> int:
    """Inserts go in batches that SQLite limits by columns; what is read must not grow at all."""
    starts = ("INSERT", "COPY", "SAVEPOINT", "RELEASE")
    return sum(not query["sql"].startswith(starts) for query in captured.captured_queries)


def test_the_number_of_queries_does_not_grow_by_the_row(source: FiscalYear, planning: Client) -> None:
    def run(year: int) -> tuple[int, int, int]:
        path = f"{PATH}?ejercicio={year}"
        with CaptureQueriesContext(connection) as asked:
            form = planning.get(path)
        with CaptureQueriesContext(connection) as previewed:
            page = planning.post(PATH, answers(form))
        with CaptureQueriesContext(connection) as confirmed:
            confirm(planning, page)
        if connection.vendor == "postgresql":
            assert len(confirmed) < 70
        return len(asked), len(previewed), _not_inserts(confirmed)

    _grow(source, 1, start=10)
    few = run(2017)
    _grow(source, 20, start=40)
    # ``_number`` asks once a model for the keys of a COPY, once there are enough rows for one.
    many = run(2018)
    assert many[:2] == few[:2] and many[2] <= few[2] + 8
    assert Indicator.objects.filter(fiscal_year__year=2018).count() > 20
    assert successor("PRE-10-01", 2018).previous.fiscal_year == source
    assert Decimal(90) == successor("PRE-01-01", 2018).target
