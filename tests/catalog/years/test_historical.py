"""A year that comes from earlier papers: asked where it is made, closed months, nobody asked, reminded or late."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from accounts.models import User
from core.models import TrailEntry
from indicators import services
from indicators.models import Measurement, Origin, Period
from indicators.reminders import notices
from programs.models import FiscalYear
from reports.sheets import reading
from tests.catalog.doors import act, confirm, run, upload
from tests.catalog.workbooks import row, write_csv
from tests.catalog.years.test_years import LIST, NEW, done
from tests.factories import access_of, make_department, make_indicator, make_people, make_program, make_year
from tests.support.pages import text_of

pytestmark = pytest.mark.django_db
NOW = datetime(2016, 10, 3, 12, 0, tzinfo=ZoneInfo("America/Monterrey"))
HISTORICAL = "/catalogo/ejercicios/2015/historico/"


class TestAsked:
    def test_the_preview_of_a_past_year_asks_and_takes_nothing_before(self, planning: Client, tmp_path: Path) -> None:
        page = upload(planning, write_csv(tmp_path / "c.csv", [row(1)]))
        assert "2016 ya pasó: ¿cómo entra?" in text_of(page)
        assert "Confirmar la importación" not in text_of(page)
        assert "falta responder" in text_of(act(planning, page, "confirmar"))
        assert not FiscalYear.objects.exists()
        page = act(planning, page, historical="si")
        confirm(planning, page, historical="si")
        year = FiscalYear.objects.get()
        assert year.historical and not year.periods.filter(closed_on__isnull=True).exists()

    def test_month_by_month_is_the_other_answer(self, planning: Client, tmp_path: Path) -> None:
        confirm(planning, upload(planning, write_csv(tmp_path / "c.csv", [row(1)])), historical="no")
        assert not FiscalYear.objects.exists()  # the answer came with the confirmation: it is looked at first
        confirm(planning, upload(planning, write_csv(tmp_path / "c.csv", [row(1)])))
        year = FiscalYear.objects.get()
        assert not year.historical and year.periods.filter(closed_on__isnull=True).count() == 12

    def test_a_year_that_is_there_is_not_asked_about(self, planning: Client, tmp_path: Path) -> None:
        confirm(planning, upload(planning, write_csv(tmp_path / "c.csv", [row(1)])))
        assert "ya pasó" not in text_of(upload(planning, write_csv(tmp_path / "d.csv", [row(1), row(2)])))

    def test_the_command(self, tmp_path: Path) -> None:
        status, said = run("import_catalog", write_csv(tmp_path / "c.csv", [row(1)]), "--historical")
        assert status == 0 and "ya pasó" not in said
        assert FiscalYear.objects.get().historical
        assert not Period.objects.filter(closed_on__isnull=True).exists()

    def test_the_command_without_an_answer_says_so(self, tmp_path: Path) -> None:
        _, said = run("import_catalog", write_csv(tmp_path / "c.csv", [row(1)]))
        assert "2016 ya pasó y no se dijo si es histórico" in said
        assert not FiscalYear.objects.get().historical

    def test_an_empty_past_year(self, planning: Client) -> None:
        make_year(2016)
        refused = done(planning, NEW, year="2017")
        assert "2017 ya pasó: diga si es histórico" in text_of(refused)
        done(planning, NEW, year="2017", historical="si")
        year = FiscalYear.objects.get(year=2017)
        assert year.historical and year.periods.filter(closed_on__isnull=True).count() == 0
        entry = TrailEntry.objects.get(action="abrir ejercicio", subject_type="programs.fiscalyear")
        assert entry.changes["historical"] == [None, True]


class TestChanged:
    def test_planning_says_it_with_a_reason_and_takes_it_back(self, planning: Client, officer: User) -> None:
        year = make_year(2015)
        Period.objects.filter(fiscal_year=year, month=1).update(closed_on=date(2015, 2, 20), close_reason="Cierre")
        assert "Escriba por qué" in text_of(done(planning, HISTORICAL, reason=" "))
        assert "es histórico: sus meses están cerrados" in text_of(done(planning, HISTORICAL, reason="Hoja de 2015"))
        year.refresh_from_db()
        assert year.historical and not year.periods.filter(closed_on__isnull=True).exists()
        entry = TrailEntry.objects.get(action="marcar como histórico")
        assert (entry.actor, entry.reason, entry.changes["closed_months"]) == (officer, "Hoja de 2015", [None, 11])
        assert "histórico" in text_of(planning.get(LIST))

        done(planning, HISTORICAL, reason="Sí se captura")
        year.refresh_from_db()
        # January was closed by planning, and stays so.
        assert not year.historical and list(year.periods.filter(closed_on__isnull=False)) == [year.periods.get(month=1)]

    def test_its_months_do_not_open_one_by_one(self, officer: User) -> None:
        year = make_year(2015, historical=True)
        month = year.periods.get(month=3)
        with pytest.raises(services.ServiceError, match="es histórico"):
            services.set_period(
                access=access_of(officer),
                period=month,
                opens_on=month.opens_on,
                due_on=month.due_on,
                closed_on=None,
                reason="x",
                now=NOW,
            )

    def test_the_page_of_its_month_says_of_no_day_that_it_is_due(self, planning: Client) -> None:
        make_indicator(make_program(make_year(2015, historical=True)))
        page = text_of(planning.get("/2015/captura/PRE/9/"))
        assert "Septiembre 2015" in page and "vence el" not in page and "venció el" not in page

    def test_the_calendar_offers_to_open_none_of_them(self, planning: Client) -> None:
        make_year(2015, historical=True)
        page = text_of(planning.get("/2015/calendario/9/"))
        assert "no se abren uno por uno" in page and "Abrir septiembre de nuevo" not in page

    def test_not_in_a_locked_year_nor_by_others(self, planning: Client, client: Client) -> None:
        year = make_year(2015)
        FiscalYear.objects.update(locked=True)
        assert "está cerrado" in text_of(planning.post(HISTORICAL, {"reason": "x"}))
        year.refresh_from_db()
        assert not year.historical
        client.force_login(make_people(make_department())["liaison"])
        assert client.get(HISTORICAL).status_code == 404


class TestNobodyIsAsked:
    @pytest.fixture
    def people(self) -> dict[str, User]:
        return make_people(make_department())

    def test_reminded_or_late(self, people: dict[str, User]) -> None:
        year = make_year(2015, historical=True)
        indicator = make_indicator(make_program(year))
        assert not notices.by_calendar(on=date(2016, 10, 3), days_before=5).notices
        assert not reading.open_periods()
        officer = access_of(people["planning"])
        department = indicator.action.program.department
        with pytest.raises(services.ServiceError, match="no se recuerda a nadie"):
            services.remind_department(
                access=officer, period=year.periods.get(month=3), department=department, base_url="x", now=NOW
            )

        pair = services.PairInput(indicator.pk, Decimal(3), Decimal(4))
        services.save_pairs(access=officer, period=year.periods.get(month=3), pairs=[pair], now=NOW)
        services.submit_month(access=officer, period=year.periods.get(month=3), department_id=department.pk, now=NOW)
        sent = Measurement.objects.get()
        assert (sent.origin, sent.undated, sent.late) == (Origin.MIGRATION, True, False)

    def test_the_same_year_captured_month_by_month_is(self, people: dict[str, User]) -> None:
        make_indicator(make_program(make_year(2015)))
        assert notices.by_calendar(on=date(2016, 10, 3), days_before=5).notices
        assert reading.open_periods()


class TestAFileOfAnotherYear:
    @pytest.fixture
    def other(self, planning: Client, tmp_path: Path) -> Path:
        confirm(planning, upload(planning, write_csv(tmp_path / "a.csv", [row(1), row(2)])))
        changes = {"Clave del programa": "OBR-07", "Dependencia": "Obras Públicas", "Número de dependencia": 2}
        return write_csv(
            tmp_path / "b.csv", [row(n, **changes, **{"Clave de la acción": f"OBR-07-0{n}"}) for n in (1, 2, 3)]
        )

    def test_it_is_asked_about_first(self, planning: Client, other: Path) -> None:
        page = upload(planning, other)
        assert not page.context["page"]["has_errors"], text_of(page)
        assert "3 se agregan y 2 no están: ¿es el ejercicio correcto?" in text_of(page)
        assert "Confirmar la importación" not in text_of(page)
        sure = act(planning, page, right_year="on")
        confirm(planning, sure)
        assert FiscalYear.objects.get().programs.filter(code="OBR-07").exists()

    def test_by_the_command_too(self, planning: Client, other: Path) -> None:
        status, said = run("import_catalog", other)
        assert (
            status == 1 and "3 se agregan y 2 no están. ¿Es el ejercicio correcto?" in said and "--right-year" in said
        )
        assert not FiscalYear.objects.get().programs.filter(code="OBR-07").exists()
        assert run("import_catalog", other, "--right-year")[0] == 0
