"""The import as planning does it on the screen: upload, preview, confirm."""

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from catalog.imports import session
from catalog.models import CatalogImport
from catalog.workbook import catalog_file
from core.models import TrailEntry
from indicators.models import Indicator, Period, TargetAdjustment
from programs.models import Axis, Department, Strategy
from tests.catalog.doors import UPLOAD, act, confirm, upload
from tests.catalog.layout.pages import say
from tests.catalog.workbooks import Row, row, write_csv, write_xlsx
from tests.factories import make_department, make_measurement, make_people, make_user
from tests.support.pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def stored(planning: Client, tmp_path: Path) -> Path:
    """Three indicators of PRE-01, imported by the officer."""
    confirm(planning, upload(planning, write_xlsx(tmp_path / "base.xlsx", [row(1), row(2), row(3)])))
    assert Indicator.objects.count() == 3
    return tmp_path


def rows(*changes: Row) -> list[Row]:
    """The three stored rows with the changes of each."""
    padded = [*changes, *({} for _ in range(3 - len(changes)))]
    return [row(number, **change) for number, change in enumerate(padded, start=1)]


def test_upload_preview_confirm(planning: Client, tmp_path: Path) -> None:
    page = upload(planning, write_xlsx(tmp_path / "c.xlsx", [row(1), row(2)]))
    text = text_of(page)
    assert "todavía no se ha escrito nada" in text and "indicadores se agregan" in text
    assert "El ejercicio 2016 todavía no existe" in text
    assert Indicator.objects.count() == 0
    done = confirm(planning, page)
    assert Indicator.objects.count() == 2 and Period.objects.count() == 12
    record = CatalogImport.objects.get()
    assert done.redirect_chain[-1][0] == reverse("catalog:record", args=[2016, record.pk])
    assert record.actor.username == "planeacion" and record.before == ""
    assert record.counts == {"add": 2, "change": 0, "stay": 0, "fail": 0}
    assert TrailEntry.objects.filter(action="importar").first().actor == record.actor
    again = upload(planning, tmp_path / "c.xlsx", "/2016/catalogo/importar/")
    assert "Sin cambios" in text_of(again)
    assert "Confirmar la importación" not in text_of(again)
    confirm(planning, again)
    assert CatalogImport.objects.count() == 1


def test_the_export_says_no_changes(stored: Path, planning: Client) -> None:
    for form in ("xlsx", "csv"):
        given = planning.get(reverse("catalog:export", kwargs={"year": 2016, "form": form}))
        (stored / f"e.{form}").write_bytes(given.content)
        assert "Sin cambios" in text_of(upload(planning, stored / f"e.{form}")), form


def test_what_changes_is_told_in_the_catalogues_words(stored: Path, planning: Client) -> None:
    changed = rows(
        {"Programa": "Otro nombre"},
        {"Meta": 80, "Programa": "Otro nombre"},
        {"Numerador": "Otro", "Programa": "Otro nombre"},
    )[:2]
    page = upload(planning, write_csv(stored / "c.csv", [*changed, row(4, Programa="Otro nombre")]))
    sections = page.context["waiting"].shown["sections"]
    assert sections["renamed"] == [[2, "programa", "PRE-01", "nombre", "Programa PRE-01", "Otro nombre"]]
    assert sections["target"][0][3:] == ["meta", "100 %", "80 %"]
    assert [line[2] for line in sections["absent"]] == ["PRE-01-03", "PRE-01-03"]
    assert sections["added"][-1][1:3] == ["indicador", "PRE-01-04 Atender las solicitudes 4"]
    assert "Se quedan como están: una importación nunca borra" in text_of(page)


def test_a_target_is_written_as_everywhere(stored: Path, planning: Client) -> None:
    page = upload(planning, write_csv(stored / "c.csv", [row(1, Meta="1500%"), row(2), row(3)]))
    assert page.context["waiting"].shown["sections"]["target"][0][3:] == ["meta", "100 %", "1,500 %"]


def test_a_section_is_shown_whole_by_pages(planning: Client, tmp_path: Path) -> None:
    page = upload(planning, write_csv(tmp_path / "c.csv", [row(n) for n in range(1, 251)]))
    text = text_of(page)
    assert "PRE-03-50" not in text and "?seccion=added" in text
    whole = planning.get(page.context["here"] + "?seccion=added&pagina=6")
    assert "PRE-03-50" in text_of(whole) and "Página 6 de" in text_of(whole)


def test_every_error_comes_at_once_and_in_their_own_workbook(planning: Client, tmp_path: Path) -> None:
    file = write_xlsx(tmp_path / "c.xlsx", [row(1, Meta="cien"), row(2), row(3, Frecuencia="diaria")])
    book = openpyxl.load_workbook(file)
    book.active["A1"].font = openpyxl.styles.Font(bold=True, color="00FF00")
    book.active["F3"].value = "=1+1"
    book.active["F3"].data_type = "s"
    book.active.title = "Mi hoja"
    book.save(file)
    page = upload(planning, file)
    text = text_of(page)
    assert "«cien» no es un número" in text and "«diaria» no es una opción" in text
    assert "Confirmar la importación" not in text
    confirm(planning, page)
    assert Indicator.objects.count() == 0
    back = openpyxl.load_workbook(io.BytesIO(planning.get(page.context["errors_url"]).content))
    sheet = back["Mi hoja"]
    assert sheet["A1"].font.color.rgb == "0000FF00" and sheet["F3"].data_type == "s"
    headers = [cell.value for cell in sheet[1]]
    assert headers[-1] == "Errores"
    assert "«cien» no es un número" in sheet.cell(2, len(headers)).value
    assert sheet.cell(3, len(headers)).value.startswith("Número de dependencia")


def test_the_workbook_of_errors_gives_back_every_cell_and_the_same_errors(planning: Client, tmp_path: Path) -> None:
    file = write_xlsx(
        tmp_path / "c.xlsx",
        [
            row(1, **{"Número de programa": 1.1, "Meta": 1, "Tipo de meta": "", "Medio de verificación": ""}),
            row(2, **{"Número de programa": 1.1, "Meta": "cien", "Medio de verificación": "-Bitácora\n+Acta"}),
        ],
        {"Número de programa": "0.00", "Meta": "0%"},
    )
    book = openpyxl.load_workbook(file)
    headers = [cell.value for cell in book.active[1]]
    book.active.cell(2, headers.index("Medio de verificación") + 1).value = '=HYPERLINK("http://x","Bitácora")'
    book.save(file)
    first = upload(planning, file)
    assert len(first.context["page"]["errors"]) == 2
    again = tmp_path / "errores.xlsx"
    again.write_bytes(planning.get(first.context["errors_url"]).content)
    before, after = openpyxl.load_workbook(file).active, openpyxl.load_workbook(again).active
    for line in before.iter_rows():
        for cell in line:
            same = after[cell.coordinate]
            assert (same.value, same.data_type, same.number_format) == (cell.value, cell.data_type, cell.number_format)
    second = upload(planning, again)
    assert second.context["page"]["errors"] == first.context["page"]["errors"]
    assert second.context["page"]["notes"] == first.context["page"]["notes"]


def test_blank_hierarchy_cells_are_asked_about(planning: Client, tmp_path: Path) -> None:
    blank = {"Eje rector": "", "Objetivo": "", "Estrategia": ""}
    page = upload(planning, write_xlsx(tmp_path / "c.xlsx", [row(1), row(2, **blank)]))
    assert "3 celdas de la jerarquía están vacías debajo de una llena" in text_of(page)
    assert page.context["page"]["has_errors"]
    filled = act(planning, page, fill_down="on")
    assert not filled.context["page"]["has_errors"]
    assert "se tomaron como «lo mismo que arriba»" in text_of(filled)
    confirm(planning, filled)
    assert Strategy.objects.count() == 1
    assert CatalogImport.objects.get().options["fill_down"] is True


def test_a_sheet_is_chosen_when_there_are_several(planning: Client, tmp_path: Path) -> None:
    file = write_xlsx(tmp_path / "c.xlsx", [row(1)])
    book = openpyxl.load_workbook(file)
    book.active.title = "PAT 2016"
    book.create_sheet("Resumen").append(["Total", 1])
    book.save(file)
    page = upload(planning, file)
    chosen = {sheet["name"]: sheet["chosen"] for sheet in page.context["page"]["sheets"]}
    assert chosen == {"PAT 2016": True, "Resumen": False}
    assert "se agrega" in text_of(say(planning, page))
    wrong = say(planning, page, sheet=["Resumen"])
    assert "Falta decir de dónde sale" in text_of(wrong)


def test_a_confirmation_with_other_answers_is_looked_at_again(planning: Client, tmp_path: Path) -> None:
    page = upload(planning, write_xlsx(tmp_path / "c.xlsx", [row(1), row(2, Estrategia="Otra")]))
    page.context["form"].fields.pop("sheet")
    again = act(planning, page, "confirmar", fill_down="on")
    assert "Sus respuestas cambiaron" in text_of(again)
    assert Indicator.objects.count() == 0


class TestRenames:
    AXIS = {"Eje rector": "Un Gobierno Cercano"}

    def test_a_name_that_takes_over_all_children_is_offered_and_not_assumed(self, stored, planning) -> None:
        page = upload(planning, write_csv(stored / "c.csv", rows(*[self.AXIS] * 3)))
        text = text_of(page)
        assert "¿Es un cambio de nombre?" in text and "«Un Gobierno Incluyente»" in text
        assert not page.context["page"]["has_errors"] and page.context["page"]["offers"][0]["below"] == "1 programa"
        confirm(planning, page)
        assert sorted(Axis.objects.values_list("name", flat=True)) == ["Un Gobierno Cercano", "Un Gobierno Incluyente"]

    def test_an_accepted_rename_is_no_second_tree(self, stored, planning) -> None:
        page = upload(planning, write_csv(stored / "c.csv", rows(*[self.AXIS] * 3)))
        key = page.context["page"]["offers"][0]["key"]
        accepted = act(planning, page, renames=[key])
        assert accepted.context["waiting"].shown["sections"].keys() == {"renamed", "same"}
        confirm(planning, accepted)
        assert [axis.name for axis in Axis.objects.all()] == ["Un Gobierno Cercano"]
        assert CatalogImport.objects.first().options["renames"] == [key]
        assert "Sin cambios" in text_of(upload(planning, stored / "c.csv"))

    def test_a_corrected_accent_is_offered_beside_its_error(self, stored, planning) -> None:
        page = upload(planning, write_csv(stored / "c.csv", rows(*[{"Eje rector": "UN GOBIERNO INCLUYENTE"}] * 3)))
        assert "ya existe como «Un Gobierno Incluyente»" in text_of(page)
        fixed = act(planning, page, renames=[page.context["page"]["offers"][0]["key"]])
        assert not fixed.context["page"]["has_errors"]

    def test_it_is_not_offered_where_a_child_stays_behind(self, stored, planning) -> None:
        other = row(1, **{"Clave del programa": "PRE-09", "Clave de la acción": "PRE-09-01"})
        confirm(planning, upload(planning, write_csv(stored / "b.csv", [*rows(), other])))
        page = upload(planning, write_csv(stored / "c.csv", rows(*[self.AXIS] * 3)))
        assert page.context["page"]["offers"] == []

    def test_both_levels_are_offered_one_after_the_other(self, stored, planning) -> None:
        both = {**self.AXIS, "Objetivo": "Un Gobierno Más Cercano"}
        page = upload(planning, write_csv(stored / "c.csv", rows(*[both] * 3)))
        assert [offer["what"] for offer in page.context["page"]["offers"]] == ["eje rector"]
        page = act(planning, page, renames=[page.context["page"]["offers"][0]["key"]])
        assert [offer["what"] for offer in page.context["page"]["offers"]] == ["eje rector", "objetivo"]

    def test_a_department_with_the_same_prefix(self, stored, planning) -> None:
        new = {"Dependencia": "Presidencia del Municipio", "Número de dependencia": ""}
        page = upload(planning, write_csv(stored / "c.csv", rows(*[new] * 3)))
        assert page.context["page"]["has_errors"]
        fixed = act(planning, page, renames=[page.context["page"]["offers"][0]["key"]])
        confirm(planning, fixed)
        assert Department.objects.get().name == "Presidencia del Municipio"

    def test_a_strategy_of_a_year_that_is_not_the_files_is_not_renamed(self, stored, planning) -> None:
        """Without a programme in the year nothing says that it is the same strategy."""
        page = upload(planning, write_csv(stored / "c.csv", [row(1, Ejercicio=2015, Estrategia="Otra")]))
        assert page.context["page"]["offers"] == []


class TestAdjustedTargets:
    ANSWER = {"effective_month": 9, "reason": "Recorte", "authorized_by": "Cabildo", "instrument": "Acta 12"}

    @pytest.fixture
    def captured(self, stored: Path) -> Path:
        make_measurement(Indicator.objects.get(code="PRE-01-01"), 1, 1, 2)
        return write_csv(stored / "c.csv", rows({"Meta": 80}, {"Meta": 70}))

    def test_it_asks_from_which_month_and_why(self, captured, planning, officer) -> None:
        page = upload(planning, captured)
        text = text_of(page)
        assert "será una meta ajustada" in text and "Confirmar la importación" not in text
        confirm(planning, page)
        assert TargetAdjustment.objects.count() == 0
        missing = act(planning, page, reason="Recorte")
        assert "Escriba el instrumento." in text_of(missing) and "Elija el mes desde el que rige." in text_of(missing)
        answered = act(planning, page, **self.ANSWER)
        assert answered.context["waiting"].shown["sections"]["adjusted"][0][1:] == [
            "indicador",
            "PRE-01-01",
            "meta desde septiembre",
            "100 %",
            "80 %",
        ]
        confirm(planning, answered)
        made = TargetAdjustment.objects.get()
        assert (made.target, made.effective_month, made.created_by) == (80, 9, officer)
        assert Indicator.objects.get(code="PRE-01-01").target == 100
        assert Indicator.objects.get(code="PRE-01-02").target == 70  # nothing was measured against it yet
        entry = TrailEntry.objects.get(action="ajustar meta")
        assert entry.changes["target"] == ["100.0000", "80.0000"] and entry.reason == "Recorte"
        assert "Recorte" in text_of(
            planning.get(reverse("catalog:record", args=[2016, CatalogImport.objects.first().pk]))
        )
        assert "Sin cambios" in text_of(upload(planning, captured))
        before = upload(planning, write_csv(captured, rows({"Meta": 100}, {"Meta": 70})))
        assert "Conservan su meta ajustada: PRE-01-01 (80 % desde septiembre)" in text_of(before)
        assert "Sin cambios" in text_of(before)

    def test_never_from_a_closed_month(self, captured, planning) -> None:
        page = upload(planning, captured)
        answered = act(planning, page, **self.ANSWER)
        Period.objects.filter(month__lte=9).update(closed_on="2016-10-10")
        late = confirm(planning, answered)
        assert "no se ajusta hacia atrás" in text_of(late)
        assert TargetAdjustment.objects.count() == 0
        months = [month for month, _ in late.context["form"].fields["effective_month"].choices if month]
        assert months == [10, 11, 12]

    def test_never_from_a_validated_month(self, captured, planning) -> None:
        indicator = Indicator.objects.get(code="PRE-01-01")
        page = upload(planning, captured)
        text = text_of(page)
        assert "PRE-01-01: ya tiene cifra validada de enero; puede ser desde febrero." in text
        assert '<option value="2">' in text and '<option value="1">' not in text
        answered = act(planning, page, **self.ANSWER)
        make_measurement(indicator, 9, 1, 2)
        late = text_of(confirm(planning, answered))
        assert "PRE-01-01: ya tiene cifra validada de septiembre" in late
        assert "hacia atrás: ya tiene cifra validada de septiembre; puede ser desde octubre" in late
        assert TargetAdjustment.objects.count() == 0
        make_measurement(indicator, 12, 1, 2)
        assert "PRE-01-01: ya tiene cifra validada de diciembre y ya no queda ningún mes" in text_of(
            upload(planning, captured)
        )

    def test_a_formula_with_captures_is_refused_with_its_reason(self, captured, planning, tmp_path) -> None:
        page = upload(planning, write_csv(tmp_path / "f.csv", rows({"Numerador": "Otro"})))
        assert "no cambia, porque cambiaría lo que ya se midió" in text_of(page)


def test_a_catalogue_that_changed_in_between_is_previewed_again(stored: Path, planning: Client) -> None:
    page = upload(planning, write_csv(stored / "c.csv", rows({"Meta": 80})))
    Indicator.objects.filter(code="PRE-01-01").update(target=70)
    again = confirm(planning, page)
    assert "El catálogo cambió desde que usted vio la vista previa" in text_of(again)
    assert again.context["waiting"].shown["sections"]["target"][0][4:] == ["70 %", "80 %"]
    assert Indicator.objects.get(code="PRE-01-01").target == 70
    confirm(planning, again)
    assert Indicator.objects.get(code="PRE-01-01").target == 80


def test_what_was_there_before_can_be_imported_back(stored: Path, planning: Client) -> None:
    page = upload(planning, write_csv(stored / "c.csv", rows({"Meta": 80}, {"Indicador": "Otro"})))
    confirm(planning, page)
    record = CatalogImport.objects.first()
    before = planning.get(reverse("catalog:record_before", args=[2016, record.pk]))
    (stored / "antes.csv").write_bytes(b"".join(before.streaming_content))
    file = planning.get(reverse("catalog:record_file", args=[2016, record.pk]))
    assert b"".join(file.streaming_content) == (stored / "c.csv").read_bytes()
    assert 'filename="c.csv"' in file["Content-Disposition"]
    confirm(planning, upload(planning, stored / "antes.csv"))
    assert Indicator.objects.get(code="PRE-01-01").target == 100
    names = [indicator.name for indicator in Indicator.objects.order_by("code")]
    assert names[1] == "Atender las solicitudes 2"


def test_somebody_elses_upload_a_forged_one_and_an_old_one(
    stored: Path, planning: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = upload(planning, write_csv(stored / "c.csv", rows({"Meta": 80})))
    planning.force_login(make_user("otra", Role.PLANNING))
    assert "es de otra persona" in text_of(confirm(planning, page))
    forged = planning.post("/catalogo/importar/inventado/", {"act": "confirmar"}, follow=True)
    assert "ya no está disponible" in text_of(forged)
    planning.force_login(User.objects.get(username="planeacion"))
    monkeypatch.setattr("django.core.signing.time", SimpleNamespace(time=lambda: 4e9))
    assert "ya no está disponible" in text_of(confirm(planning, page))
    assert Indicator.objects.get(code="PRE-01-01").target == 100


def test_a_confirmed_upload_is_not_confirmed_twice(planning: Client, tmp_path: Path) -> None:
    page = upload(planning, write_csv(tmp_path / "c.csv", [row(1)]))
    confirm(planning, page)
    assert "ya se importó" in text_of(confirm(planning, page))
    assert CatalogImport.objects.count() == 1


def test_a_file_over_the_limit_is_refused(planning: Client, tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_bytes(b"a,b\n" * (21 * 2**18))
    assert "pesa más de 20 MB" in text_of(upload(planning, tmp_path / "c.csv"))


PAGES = [
    ("import", [2016]), ("template", [2016]), ("records", [2016]), ("import", []), ("template", []),
]  # fmt: skip
READ_BY_CONTRALORIA = ("records", "record", "record_file")  # what was imported, and from which file


@pytest.mark.parametrize("role", [role for role in Role if role != Role.PLANNING])
def test_for_everybody_else_these_pages_do_not_exist(client: Client, role: str, officer: User, tmp_path: Path) -> None:
    client.force_login(officer)
    confirm(client, upload(client, write_csv(tmp_path / "c.csv", [row(1)])))
    record = CatalogImport.objects.get()
    client.force_login(make_people(make_department())[role])
    for name, args in [*PAGES, ("record", [2016, record.pk]), ("record_file", [2016, record.pk])]:
        found = 200 if role == Role.COMPTROLLER and name in READ_BY_CONTRALORIA else 404
        assert client.get(reverse(f"catalog:{name}", args=args)).status_code == found, name
    exported = client.get("/2016/catalogo/exportar.xlsx")
    assert exported.status_code == (200 if role == Role.COMPTROLLER else 404)
    assert client.post(UPLOAD, {}).status_code == 404
    client.logout()
    assert client.get(UPLOAD).status_code == 302


def test_a_year_that_does_not_exist_is_not_found(planning: Client) -> None:
    assert planning.get("/2031/catalogo/importar/").status_code == 404
    assert planning.get(UPLOAD).status_code == 200


def test_the_template_is_read_back(planning: Client) -> None:
    given = planning.get(reverse("catalog:template")).content
    empty = catalog_file.read_catalog(io.BytesIO(given), name="p.xlsx")
    assert [error.message for error in empty.parsed.errors] == [
        "la hoja tiene encabezados pero ningún indicador: escriba uno en cada fila de abajo"
    ]
    examples = catalog_file.read_catalog(io.BytesIO(given), name="p.xlsx", sheet="Ejemplos")
    assert (len(examples.parsed.rows), examples.parsed.errors, examples.parsed.notes) == (3, [], [])
    book = openpyxl.load_workbook(io.BytesIO(given))
    assert book.sheetnames == ["Catálogo", "Instrucciones", "Ejemplos"]
    lists = {rule.formula1 for rule in book["Catálogo"].data_validations.dataValidation}
    assert '"mensual,bimestral,trimestral,cuatrimestral,semestral,anual"' in lists
    assert book["Catálogo"]["A1"].comment is not None


def test_the_choices_of_the_template_are_those_that_the_import_takes() -> None:
    from catalog.workbook.columns import COLUMNS
    from core.spreadsheets.cells import text_cell

    for column, spec in zip(catalog_file.export_columns(), COLUMNS, strict=True):
        for choice in column.choices:
            spec.parse(text_cell(choice))


def test_the_records_take_few_queries(stored: Path, planning: Client, django_assert_max_num_queries: Any) -> None:
    for target in (90, 80, 70):
        confirm(planning, upload(planning, write_csv(stored / "c.csv", rows({"Meta": target}))))
    assert CatalogImport.objects.count() == 4
    with django_assert_max_num_queries(10):
        page = planning.get(reverse("catalog:records", args=[2016]))
    assert text_of(page).count("Ana Ruiz") >= 4
    record = CatalogImport.objects.first()
    assert record.sha256 in text_of(planning.get(reverse("catalog:record", args=[2016, record.pk])))


def test_a_failed_import_leaves_no_file(stored: Path, kept_files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from catalog.imports import applying

    def crash(*_: Any) -> None:
        raise RuntimeError("la luz se fue")

    before = sorted(path for path in (kept_files / "importaciones-catalogo").iterdir())
    file = write_csv(stored / "c.csv", rows({"Meta": 80}))
    with file.open("rb") as opened:
        read = catalog_file.read_catalog(opened, name="c.csv")
    monkeypatch.setattr(applying._Writer, "_write_objectives", crash)
    from tests.factories import NOW

    with pytest.raises(RuntimeError):
        applying.import_catalog(parsed=read.parsed, fields=read.fields, source=read.source, actor=None, now=NOW)
    assert sorted((kept_files / "importaciones-catalogo").iterdir()) == before
    assert CatalogImport.objects.count() == 1


def test_what_a_killed_import_left_is_swept(stored: Path, kept_files: Path) -> None:
    import os
    import time

    from django.utils import timezone

    from catalog.imports.recording import sweep

    orphan = kept_files / "importaciones-catalogo" / "huerfano.csv"
    orphan.write_text("x")
    assert sweep(timezone.now()) == 0
    os.utime(orphan, (time.time() - 3 * 86_400,) * 2)
    assert sweep(timezone.now()) == 1
    assert len(list(orphan.parent.iterdir())) == 1


def test_the_preview_is_not_worked_out_again_to_be_paged(
    planning: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = upload(planning, write_csv(tmp_path / "c.csv", [row(n) for n in range(1, 30)]))
    monkeypatch.setattr(session, "_read", None)
    assert planning.get(page.context["here"] + "?seccion=added").status_code == 200
