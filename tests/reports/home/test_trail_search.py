"""La bitácora searched: who did it and to whom, act, department, instrument, figure, day, list, all in the address."""

import csv
import io
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote

import openpyxl
import pytest
from django.http import QueryDict
from django.test import Client

from accounts.access import Access
from accounts.acts import AccountAct, MembershipAct
from accounts.models import Membership, Role, User
from catalog.acts import YearAct
from catalog.models import CatalogImport
from core import trail
from core.models import TrailEntry
from core.text import fold
from indicators.acts import CalendarAct, FigureAct, TargetAct
from indicators.models import Extension, Period, State, TargetAdjustment
from reports.home import trail as pages
from reports.home.trail_search import asked_trail, pattern
from tests.factories import (
    access_of,
    make_department,
    make_indicator,
    make_measurement,
    make_program,
    make_user,
    make_year,
    signed_in,
)
from tests.support.pages import text_of
from tests.support.shared import shared

pytestmark = pytest.mark.django_db


@pytest.fixture
@shared
def written() -> dict[str, Any]:
    """Of everything that is looked for, one act that is found and others that are not."""
    year = make_year()
    ana = make_user("ana", first_name="Ána", last_name="Núñez")
    eva = make_user("eva", first_name="Eva", last_name="Soto")
    pre, works = make_program(year, "PRE-01"), make_program(year, "OBR-01", department=make_department("OBR", "Obras"))
    indicator, other = make_indicator(pre), make_indicator(works)
    march, may = (make_measurement(indicator, month, 1, 2, State.VALIDATED) for month in (3, 5))
    theirs = make_measurement(other, 3, 1, 2)
    adjustment = TargetAdjustment.objects.create(
        indicator=indicator, effective_month=10, target=80, reason="Recorte", authorized_by="Cabildo",
        instrument="Acta 9", created_at=at(4), created_by=ana,
    )  # fmt: skip
    extension = Extension.objects.create(
        department=pre.department, period=Period.objects.get(fiscal_year=year, month=3), until=date(2016, 12, 1),
        reason="x", instrument="Oficio 12/2016", granted_by=ana, granted_at=at(5),
    )  # fmt: skip
    named = Membership.objects.create(
        user=eva, role=Role.LIAISON, department=pre.department, starts_on=date(2016, 1, 1)
    )
    own = pre.department_id
    acts: list[tuple[Any, Any, Any, int, int | None, dict[str, Any], str]] = [
        (march, FigureAct.VALIDATE, ana, 1, own, {}, ""),
        (may, FigureAct.SAVE, eva, 2, own, {}, ""),
        (theirs, FigureAct.VALIDATE, ana, 3, works.department_id, {}, ""),
        (adjustment, TargetAct.ADJUST, ana, 4, own, {"instrument": [None, "Acta 9 del Cabildo"]}, "Recorte"),
        (extension, CalendarAct.GRANT_EXTENSION, ana, 5, own, {"instrument": [None, "Oficio 12/2016"]}, "Cambio"),
        (march, FigureAct.CORRECT, ana, 6, own, {}, "Faltó un acta (OFICIO 12/2016)"),
        (named, MembershipAct.NAME, ana, 7, own, {}, ""),
        (eva, AccountAct.CHANGE_DATA, ana, 8, None, {}, ""),
        (year, TargetAct.CHANGE_THRESHOLDS, ana, 9, None, {}, "Acuerdo"),
        (year, YearAct.REOPEN, ana, 10, None, {}, "Sentencia"),
    ]
    for subject, act, actor, day, scope, changes, reason in acts:
        trail.record(
            subject=subject, action=act, actor=actor, at=at(day), changes=changes, reason=reason, scope_id=scope
        )
    return {"indicator": indicator, "march": march, "eva": eva, "department": pre.department}


def at(day: int) -> datetime:
    return datetime(2016, 11, day, 18, tzinfo=UTC)


def comptroller() -> Access:
    return access_of(
        User.objects.filter(memberships__role=Role.COMPTROLLER).first() or make_user("c", Role.COMPTROLLER)
    )


def found(query: str) -> list[str]:
    """The days of November of what is found: those of the acts above."""
    entries = asked_trail(comptroller(), QueryDict(query)).entries
    return sorted({str(entry.at.day) for entry in entries.filter(at__gte=at(1))}, key=int)


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ("quien=nunez", "1 3 4 5 6 7 8 9 10"),  # without accents; what she did
        ("quien=Eva+SOTO", "2 7 8"),  # what she did and what was done to her
        ("quien=eva%40nadie", ""),
        ("acto=validó", "1 3"),
        ("acto=VALIDO", "1 3"),
        ("acto=otorgó", "5"),
        ("acto=bailó", ""),
        ("dependencia=OBR", "3"),
        ("dependencia=NADA", ""),
        ("instrumento=oficio+12/2016", "5 6"),
        ("instrumento=ACTA+9", "4"),
        ("instrumento=oficio+13", ""),
        ("indicador=PRE-01-01", "1 2 4 6"),
        ("indicador=pre-01-01&mes=3", "1 6"),
        ("indicador=PRE-01-01&mes=10", "4"),
        ("indicador=PRE-09-09", ""),
        ("indicador=PRE-01-01&mes=13", ""),
        ("desde=2016-11-09", "9 10"),
        ("desde=2016-11-04&hasta=2016-11-05", "4 5"),
        ("lista=correcciones", "6"),
        ("lista=metas", "4"),
        ("lista=umbrales", "9"),
        ("lista=prorrogas", "5"),
        ("lista=nombramientos", "7"),
        ("lista=reaperturas", "10"),
        ("lista=otra&acto=validó", "1 3"),
        ("quien=nunez&acto=validó&dependencia=PRE&indicador=PRE-01-01&mes=3&desde=2016-11-01", "1"),
    ],
)
def test_what_is_found(query: str, days: str, written: dict[str, Any]) -> None:
    assert found(query) == days.split()


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("quien=nadie+así", "Nadie se llama «nadie así»"),
        ("acto=bailó", "Ningún acto se llama «bailó»"),
        ("dependencia=NADA", "No hay una dependencia «NADA»"),
        ("indicador=PRE-99", "Ningún indicador tiene la clave «PRE-99»"),
        ("indicador=PRE-01-01&mes=13", "«13» no es un mes"),
        ("mes=3", "escriba también la clave del indicador"),
        ("desde=ayer", "«ayer» no es una fecha"),
    ],
)
def test_what_cannot_be_found_is_said(query: str, told: str, written: dict[str, Any]) -> None:
    page = text_of(signed_in(make_user("c", Role.COMPTROLLER)).get(f"/bitacora/?{query}"))
    assert told in page


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Núñez Ávila", "nunez avila"), ("GESTIÓN Pingüino", "gestion pingüino"),
        ("Oficio n.º 12, 1.ª vez", "N.O 12, 1.A"),
        ("a.b (c) [d] {e} ^$|*+?\\", "a.b (c) [d] {e} ^$|*+?\\"), ("dos  blancos", "dos blancos"), ("Ñandú", "ÑANDÚ"),
    ],
)  # fmt: skip
def test_the_database_compares_as_the_product_does(text: str, words: str, written: dict[str, Any]) -> None:
    trail.record(subject=written["eva"], action=AccountAct.INVITE, actor=None, at=at(20), changes={}, reason=text)
    assert fold(words) in fold(text)
    assert TrailEntry.objects.filter(reason__regex=pattern(words)).values_list("reason", flat=True).get() == text


@pytest.mark.parametrize("words", ["a.c", "((", "[", "a{2}", "*", "\\", ".*"])
def test_signs_stand_for_themselves(words: str, written: dict[str, Any]) -> None:
    assert found(f"instrumento={quote(words)}") == []


def test_the_search_stays_in_the_links(written: dict[str, Any]) -> None:
    page = signed_in(make_user("c", Role.COMPTROLLER)).get("/bitacora/?lista=correcciones&quien=ana&acto=corrigio")
    text = page.content.decode()
    assert 'href="/bitacora.csv?lista=correcciones&amp;quien=ana&amp;acto=corrigio"' in text
    assert 'href="?lista=metas&amp;quien=ana&amp;acto=corrigio"' in text and "1 acto." in text


def test_pages_by_key_show_every_act_once(written: dict[str, Any]) -> None:
    for number in range(130):
        trail.record(
            subject=written["eva"], action=AccountAct.UNLOCK, actor=None, at=at(20), changes={}, label=f"n.º {number}"
        )
    client = signed_in(make_user("c", Role.COMPTROLLER))
    address, seen, back = "/bitacora/?texto=n.º", [], ""
    while address:
        page = client.get(address).context["trail"]
        seen += [line.subject for line, _ in page.lines]
        back, address = page.newer, f"/bitacora/{page.older}" if page.older else ""
    assert seen == [f"n.º {number}" for number in reversed(range(130))]
    before = client.get(f"/bitacora/{back}").context["trail"]
    assert [line.subject for line, _ in before.lines] == seen[50:100] and before.newer and before.older


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_file_has_all_of_them(form: str, written: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "READ_AT_ONCE", 7)
    for number in range(30):
        trail.record(
            subject=written["eva"], action=AccountAct.UNLOCK, actor=None, at=at(20), changes={}, label=f"n.º {number}"
        )
    answer = signed_in(make_user("c", Role.COMPTROLLER)).get(f"/bitacora.{form}?texto=n.º")
    assert answer.streaming
    data = answer.getvalue()
    if form == "csv":
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
        subjects = [row["Sobre qué"] for row in rows]
    else:
        head, *lines = openpyxl.load_workbook(io.BytesIO(data))["Bitácora"].values
        subjects = [line[head.index("Sobre qué")] for line in lines]
    assert subjects == [f"n.º {number}" for number in reversed(range(30))]


def test_what_one_sheet_does_not_hold_goes_on_in_the_next(
    written: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "SHEET_ROWS", 4)
    book = openpyxl.load_workbook(
        io.BytesIO(signed_in(make_user("c", Role.COMPTROLLER)).get("/bitacora.xlsx?quien=nunez").getvalue())
    )
    assert book.sheetnames == ["Bitácora", "Bitácora 2", "Bitácora 3", "Acerca de"]
    assert [book[name].max_row for name in book.sheetnames[:3]] == [5, 5, 2]


@pytest.mark.parametrize("query", ["", "?quien=nunez", "?acto=validó&indicador=PRE-01-01&instrumento=oficio"])
def test_the_queries_are_bounded(query: str, written: dict[str, Any], django_assert_max_num_queries: Any) -> None:
    """Frame 5, acts 2, departments, people and indicator 3, one a kind of subject (10) and of what has files (4)."""
    client = signed_in(make_user("c", Role.COMPTROLLER))
    with django_assert_max_num_queries(24):
        assert client.get(f"/bitacora/{query}").status_code == 200


def test_subjects_lead_to_their_pages(written: dict[str, Any]) -> None:
    client = signed_in(make_user("c", Role.COMPTROLLER))
    page = client.get("/bitacora/").context["trail"]
    urls = {linked.url for _, linked in page.lines if linked.url}
    assert "/2016/historia/PRE-01-01/3/" in urls and "/2016/indicadores/PRE-01-01/?mes=12#adjustments" in urls
    assert f"/catalogo/personas/{written['eva'].pk}/" in urls and "/2016/catalogo/umbrales/" in urls
    assert [url for url in urls if client.get(url).status_code != 200] == []


def test_whoever_reads_no_catalogue_is_not_led_there(written: dict[str, Any]) -> None:
    client = signed_in(make_user("d", Role.DIRECTOR, written["department"]))
    page = client.get("/bitacora/").context["trail"]
    urls = {linked.url for _, linked in page.lines if linked.url}
    assert "/2016/historia/PRE-01-01/3/" in urls and not [url for url in urls if "/catalogo/" in url]
    assert [url for url in urls if client.get(url).status_code != 200] == []


@pytest.mark.parametrize(
    ("role", "days"), [(Role.LIAISON, "1"), (Role.DIRECTOR, "1"), (Role.PLANNING, "1 3"), (Role.READER, None)]
)
def test_a_search_finds_what_one_may_read(role: str, days: str | None, written: dict[str, Any]) -> None:
    bound = written["department"] if role in (Role.LIAISON, Role.DIRECTOR) else None
    client = signed_in(make_user("alguien", role, bound))
    answer = client.get("/bitacora.csv?acto=validó")
    if days is None:
        assert answer.status_code == 404
        return
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert sorted(row["Fecha"] for row in rows) == [f"2016-11-0{day}" for day in days.split()]
    assert Client().get("/bitacora.csv?acto=validó").status_code == 302


# --- Imports ------------------------------------------------------------------------------------------------------


@pytest.fixture
def imported(written: dict[str, Any]) -> dict[str, Any]:
    """One of the catalogue with its record, of 3 rows; one of captures, of 1; and another of the same moment."""
    ana, month = User.objects.get(username="ana"), written["march"]
    CatalogImport.objects.create(
        fiscal_year=month.fiscal_year,
        at=at(12),
        actor=ana,
        file="a.csv",
        file_name="catalogo.csv",
        sha256="0" * 64,
        size=1,
    )
    rows: list[tuple[Any, Any, int, str]] = [
        *[(written["indicator"], FigureAct.IMPORT, 12, "archivo «catalogo.csv»")] * 3,
        (month, FigureAct.MIGRATE, 13, "archivo «2015.xlsx»"),
        (month, FigureAct.MIGRATE, 13, "archivo «2014.xlsx»"),
    ]
    for subject, act, day, reason in rows:
        trail.record(
            subject=subject, action=act, actor=ana, at=at(day), changes={}, reason=reason,
            scope_id=written["department"].pk,
        )  # fmt: skip
    return written


def page_of_imports(query: str = "") -> Any:
    return pages.trail_page(comptroller(), QueryDict(f"lista=importaciones&{query}"))


def test_an_import_is_one_line_that_leads_to_its_rows(imported: dict[str, Any]) -> None:
    page = page_of_imports()
    assert [(line.file, line.rows, line.act) for line in page.imports] == [
        ("archivo «2014.xlsx»", "1", "Migró la cifra de hojas anteriores"),
        ("archivo «2015.xlsx»", "1", "Migró la cifra de hojas anteriores"),
        ("archivo «catalogo.csv»", "3", "Importó"),
    ]
    assert (page.lines, page.total) == ([], "3")
    record = CatalogImport.objects.get().pk
    assert [bool(line.record_url) for line in page.imports] == [False, False, True]
    client = signed_in(User.objects.get(username="c"))
    shown = text_of(client.get("/bitacora/?lista=importaciones"))
    assert "3 importaciones." in shown and f'href="/2016/catalogo/importaciones/{record}/"' in shown
    rows = client.get(f"/bitacora/{page.imports[2].rows_url}")
    assert len(rows.context["trail"].lines) == 3 and rows.context["trail"].imports is None
    assert 'href="?lista=importaciones">Ver todas las importaciones' in text_of(rows)
    file = b"".join(client.get(f"/bitacora.csv{page.imports[2].rows_url}").streaming_content).decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(file)))) == 4


def test_imports_have_pages_and_keep_the_search(imported: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAGE_SIZE", 2)
    first = page_of_imports("quien=ana")
    assert [line.file[9:13] for line in first.imports] == ["2014", "2015"] and first.total == "3" and not first.newer
    assert "quien=ana" in first.imports[0].rows_url and "quien=ana" in first.older
    second = pages.trail_page(comptroller(), QueryDict(first.older[1:]))
    assert [line.rows for line in second.imports] == ["3"] and not second.older
    assert [line.file for line in pages.trail_page(comptroller(), QueryDict(second.newer[1:])).imports] == [
        line.file for line in first.imports
    ]
    assert not page_of_imports("quien=eva").imports


@pytest.mark.parametrize("key", ["999999", "x", "9" * 40])
def test_rows_of_an_import_that_is_not_there_are_none(imported: dict[str, Any], key: str) -> None:
    page = page_of_imports(f"importacion={key}")
    assert page.lines == [] and page.asked.complaints == ["Esa importación no está entre los actos que usted consulta."]


def test_how_many_imports_there_are_costs_no_query_each(
    imported: dict[str, Any], django_assert_max_num_queries: Any
) -> None:
    access = comptroller()
    with django_assert_max_num_queries(12):
        pages.trail_page(access, QueryDict("lista=importaciones"))
