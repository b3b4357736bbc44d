"""A year's history on the screen: who may, what is shown, what is asked, and what is written."""

import io
import zipfile
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from core.models import TrailEntry
from indicators.models import Indicator, Measurement, NoActivity, Origin, State
from indicators.results.year import load_results
from programs.models import FiscalYear
from tests.factories import make_measurement, make_user, make_year, signed_in
from tests.indicators.migrated.books import book, wide

ADDRESS = "/2016/historia/"


@pytest.fixture
def client(people: dict[str, User]) -> Client:
    return signed_in(people["planning"])


def sent(client: Client, *contents: bytes, names: tuple[str, ...] = ("historia.xlsx", "otra.xlsx")) -> str:
    """The address of the preview."""
    files = [SimpleUploadedFile(name, data) for name, data in zip(names, contents, strict=False)]
    answer = client.post(ADDRESS, {"file": files})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def looked(client: Client, *contents: bytes, **answers: Any) -> tuple[str, dict[str, Any]]:
    """The address and what the preview shows, with what was answered."""
    address = sent(client, *contents)
    if answers:
        address = client.post(address, {"act": "ver", "asked": list(answers), **answers})["Location"]
    return address, client.get(address).context["page"]


def confirmed(client: Client, address: str, page: dict[str, Any]) -> list[str]:
    """What the next page says."""
    answer = client.post(address, {"act": "confirmar", "seen": page["seen"]}, follow=True)
    return [str(message) for message in answer.context["messages"]]


WHOLE = wide(["PRE-01-01", 3, 4, 0, 0, 7, 5], ["SPM-01-01", 1, 2])


def test_from_the_file_to_validated_figures(client: Client, year: FiscalYear) -> None:
    address, page = looked(client, WHOLE)
    assert page["title"] == "Vista previa: todavía no se ha escrito nada" and not Measurement.objects.exists()
    assert [count[0] for count in page["counts"]] == ["4", "0", "0"]
    assert page["notes"] == [
        "De una cifra 0/0 no consta el motivo: queda como «migrado; no consta».",
        "De una cifra con numerador mayor que el denominador no consta la justificación: "
        "queda con «migrado; no consta».",
    ]
    assert [(row["code"], row["before"], row["after"]) for row in page["outcome"]["rows"]] == [
        ("PRE-01", "sin datos", "111.11 %"),
        ("SPM-01", "sin datos", "50.00 %"),
    ]
    assert confirmed(client, address, page) == ["Se registraron 4 cifras de 2016, como validadas y migradas."]
    assert set(Measurement.objects.values_list("state", "origin")) == {(State.VALIDATED, Origin.MIGRATION)}
    assert Measurement.objects.get(month=2).validated_no_activity == NoActivity.NOT_RECORDED
    entries = TrailEntry.objects.filter(subject_type="indicators.measurement")
    assert entries.count() == 4 and {entry.action for entry in entries} == {"migrar"}
    found = {sheet.code: sheet.result.global_ for sheet in load_results(year, month=12).programs}
    assert (round(found["PRE-01"], 2), found["SPM-01"]) == (Decimal("111.11"), Decimal(50))
    assert "migrado; no consta" in client.get("/2016/historia/PRE-01-01/2/").content.decode()


def test_the_same_file_again_changes_nothing(client: Client) -> None:
    confirmed(client, *looked(client, WHOLE))
    entries = TrailEntry.objects.count()
    _, page = looked(client, WHOLE)
    assert page["title"].startswith("Sin cambios") and not page["confirms"]
    assert [count[0] for count in page["counts"]] == ["0", "4", "0"]
    assert TrailEntry.objects.count() == entries


def test_never_over_a_figure_that_is_there(client: Client, people: dict[str, User]) -> None:
    indicator = Indicator.objects.get(code="PRE-01-01")
    make_measurement(indicator, 1, 2, 4, State.DRAFT)
    address, page = looked(client, WHOLE)
    (error,) = page["errors"]
    assert (error["row"], error["column"], error["value"]) == ("3", "ENE N", "3")
    assert error["message"].startswith("Ya hay una cifra capturada (2 / 4, borrador)")
    assert page["outcome"] is None and not page["confirms"]
    confirmed(client, address, page)
    assert Measurement.objects.count() == 1


@pytest.mark.parametrize("role", ["liaison", "director", "reader", "comptroller"])
def test_only_planning(role: str, people: dict[str, User], client: Client) -> None:
    address = sent(client, WHOLE)
    other = signed_in(people[role])
    for page in (ADDRESS, address, f"{address}errores/"):
        assert other.get(page).status_code == 404
    assert other.post(ADDRESS, {"file": SimpleUploadedFile("a.xlsx", WHOLE)}).status_code == 404
    assert other.post(address, {"act": "confirmar"}).status_code == 404
    assert Client().get(ADDRESS).status_code == 302
    assert not Measurement.objects.exists()


def test_a_slip_is_its_owners_and_its_years(client: Client, people: dict[str, User], year: FiscalYear) -> None:
    address = sent(client, WHOLE)
    other = signed_in(make_user("otra", "planning"))
    answer = other.get(address, follow=True)
    assert [str(message) for message in answer.context["messages"]] == [
        "Esta carga es de otra persona: suba usted el archivo."
    ]
    assert client.get(address[:-4] + "xxx/").status_code == 302


def test_a_locked_year_is_refused_in_a_sentence(client: Client) -> None:
    address, page = looked(client, WHOLE)
    FiscalYear.objects.update(locked=True)
    assert "ya no admite cambios" in client.get(ADDRESS).content.decode()
    assert client.get(address).context["page"]["file_errors"] == [
        "2016: El ejercicio está cerrado y ya no admite cambios."
    ]
    confirmed(client, address, page)
    assert not Measurement.objects.exists()


def test_what_changed_since_the_preview_is_shown_again(client: Client) -> None:
    address, page = looked(client, WHOLE)
    make_measurement(Indicator.objects.get(code="PRE-01-01"), 1, 3, 4)
    (told,) = confirmed(client, address, page)
    assert told.startswith("Alguien guardó cifras después de la vista previa")
    assert Measurement.objects.count() == 1
    assert confirmed(client, address, client.get(address).context["page"])[0].startswith("Se registraron 3 cifras")


def test_a_crash_half_way_leaves_nothing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    address, page = looked(client, WHOLE)

    def crash(*_: Any, **__: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("core.trail.write", crash)
    with pytest.raises(RuntimeError):
        confirmed(client, address, page)
    monkeypatch.undo()
    assert not Measurement.objects.exists() and not TrailEntry.objects.filter(action="migrar").exists()
    assert confirmed(client, address, page)[0].startswith("Se registraron 4 cifras")


class TestQuestions:
    def test_months_that_a_frequency_does_not_ask_for(self, client: Client) -> None:
        content = wide(["PRE-01-02", 1, 10, 2, 10, 3, 12])
        address, page = looked(client, content)
        assert page["title"].startswith("Falta una decisión suya") and page["off_months"]["one"]
        assert [way[2] for way in page["off_months"]["ways"]] == [True, False, False]
        (period,) = page["off_months"]["rows"][0]["periods"]
        assert period["becomes"] == ["marzo 6 / 12", "marzo 3 / 12", "marzo 6 / 32"]
        confirmed(client, address, page)
        assert not Measurement.objects.exists()
        address, page = looked(client, content, off_months="suma")
        assert confirmed(client, address, page)[0].startswith("Se registró 1 cifra")
        row = Measurement.objects.get()
        assert (row.month, row.validated_numerator, row.validated_denominator) == (3, 6, 32)

    def test_marks_of_no_data(self, client: Client) -> None:
        content = wide(["PRE-01-01", 3, 4, "N/A", "N/A"])
        _, page = looked(client, content)
        assert page["no_data"]["count"] == "2" and not page["confirms"] and not page["file_errors"]
        _, page = looked(client, content, no_data="on")
        assert page["confirms"] and page["counts"][0][0] == "1"

    def test_decimals(self, client: Client) -> None:
        address, page = looked(client, wide(["PRE-01-01", "1.500", 2000]))
        assert page["decimal"]["comma"] == "1,500" and not page["confirms"]
        address = client.post(address, {"act": "decimal-coma"})["Location"]
        confirmed(client, address, client.get(address).context["page"])
        assert Measurement.objects.get().validated_numerator == 1500

    def test_sheets(self, client: Client) -> None:
        head = ["CLAVE", "ENE N", "ENE D", "FEB N", "FEB D"]
        content = book({"PRE": [head, ["PRE-01-01", 1, 2]], "SPM": [head, ["SPM-01-01", 3, 4]], "Notas": [["hola"]]})
        address, page = looked(client, content)
        assert [(sheet["name"], sheet["chosen"]) for sheet in page["sheets"]] == [("PRE", True), ("SPM", True)]
        assert page["counts"][0][0] == "2"
        address, page = looked(client, content, sheets="", sheet=["1"])
        assert page["counts"][0][0] == "1"
        # A choice that was not applied is shown before it is confirmed.
        answer = client.post(address, {"act": "confirmar", "asked": "sheets", "sheet": "0", "seen": page["seen"]})
        assert answer["Location"] != address and not Measurement.objects.exists()

    def test_a_sheet_that_says_another_year_is_read_only_where_it_is_chosen(self, client: Client) -> None:
        head = ["CLAVE", "ENE N", "ENE D", "FEB N", "FEB D"]
        rows = [["CONCENTRADO DEL PLAN 2014-2016"], head, ["PRE-01-01", 1, 2]]
        _, page = looked(client, book({"2016": rows, "2015": rows}))
        assert [(sheet["name"], sheet["chosen"]) for sheet in page["sheets"]] == [("2016", True), ("2015", True)]
        rows[0] = ["CAPTURAS"]
        _, page = looked(client, book({"2016": rows, "2015": rows}))
        assert [sheet["chosen"] for sheet in page["sheets"]] == [True, False]
        assert page["counts"][0][0] == "1" and "«2015» dice 2015 y no se lee" in page["notes"][0]
        lone = book({"Hoja1": [["CAPTURAS 2015"], *rows[1:]]})
        _, page = looked(client, lone)
        assert page["file_errors"] == ["La hoja «Hoja1» no se lee: dice 2015, y aquí se suben las cifras de 2016."]
        _, page = looked(client, lone, sheets="", sheet=["0"])
        assert page["confirms"] and page["counts"][0][0] == "1"

    def test_several_files_come_back_with_their_errors(self, client: Client) -> None:
        address, page = looked(client, wide(["PRE-01-01", "x", 4]), wide(["SPM-09-09", 1, 2], ["SPM-01-01", 1, "85%"]))
        assert page["error_total"] == "3" and page["errors"][0]["sheet"] == "historia.xlsx · 2016"
        answer = client.get(f"{address}errores/")
        with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
            assert packed.namelist() == ["01-historia.xlsx", "02-otra.xlsx"]
            sheet = openpyxl.load_workbook(io.BytesIO(packed.read("02-otra.xlsx"))).active
        cells = [row[-1].value for row in sheet.iter_rows()]
        assert cells[1] == "Errores"
        assert cells[2] == "CLAVE: «SPM-09-09» no es un indicador del ejercicio 2016."
        assert cells[3].startswith("ENE D: «85%» es un porcentaje")

    def test_the_globals_that_the_file_has(self, client: Client) -> None:
        rows = [
            ["CLAVE", "ENE N", "ENE D", "FEB N", "FEB D", "INDICADOR GLOBAL"],
            ["PRE-01-01", 1, 3, None, None, 33.33],
            ["SPM-01-01", 1, 2, None, None, "51.00%"],
        ]
        _, page = looked(client, book({"x": rows}))
        assert [(row["said"], row["differs"]) for row in page["outcome"]["rows"]] == [
            ("33.33", False),
            ("51.00%", True),
        ]
        assert (page["outcome"]["compared"], page["outcome"]["differ"]) == ("2", "1")


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04no"])
def test_what_is_no_workbook_ends_in_a_sentence(content: bytes, client: Client) -> None:
    address, page = looked(client, content)
    assert len(page["file_errors"]) == 1 and not page["confirms"]
    assert client.get(f"{address}errores/").status_code == 200


def test_a_year_without_catalogue_says_what_comes_first(client: Client) -> None:
    make_year(2014)
    assert "Importar el catálogo de 2014" in client.get("/2014/historia/").content.decode()
    assert client.get("/1999/historia/").status_code == 404
    assert ADDRESS in client.get("/catalogo/ejercicios/").content.decode()


def test_the_number_of_queries_does_not_grow(client: Client, django_assert_max_num_queries: Any) -> None:
    few = sent(client, wide(["PRE-01-01", 1, 2]))
    many = sent(client, wide(*[[code, *[1, 2] * 12] for code in ("PRE-01-01", "SPM-01-01", "SPM-01-02")]))
    with django_assert_max_num_queries(100) as context:
        client.get(few)
    with django_assert_max_num_queries(len(context.captured_queries)):
        client.get(many)
