"""A file in a layout of its own on the screen: what its columns are is proposed, said, and remembered."""

import json
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from catalog.layout.reading import bundle_name
from catalog.models import CatalogImport, ColumnMemory
from core.models import TrailEntry
from indicators.models import Indicator
from programs.models import FiscalYear
from tests.catalog.doors import UPLOAD, act, confirm, upload
from tests.catalog.layout.books import HEAD, book_of, imported, line, write
from tests.catalog.layout.pages import fields, say
from tests.factories import make_department, make_user, signed_in
from tests.support.pages import text_of

pytestmark = pytest.mark.django_db


def targets(page):
    return {column["name"]: column["target"] for column in page.context["page"]["columns"]}


def test_upload_columns_preview_confirm(planning, tmp_path):
    page = upload(planning, write(tmp_path / "poa.xlsx", {"POA": [["H. AYUNTAMIENTO"], HEAD, line(1), line(2)]}))
    text = text_of(page)
    assert "¿Qué es cada columna?" in text and "UNIDAD DE MEDIDA" in text
    assert targets(page)["LÍNEA DE ACCIÓN"] == "action" and targets(page)["VARIABLE B"] == "denominator"
    assert page.context["page"]["rows"]["numbers"] == ["3", "4"]
    assert dict(page.context["page"]["rows"]["lines"])["Acción"] == ["Bachear calles 1", "Bachear calles 2"]
    preview = say(planning, page)
    assert "Sus columnas se leyeron como usted dijo" in text_of(preview)
    assert not FiscalYear.objects.exists()
    confirm(planning, preview)
    assert sorted(Indicator.objects.values_list("code", flat=True)) == ["OBR-01-01", "OBR-01-02"]
    assert CatalogImport.objects.get().options["mapping"]["encabezado"] == [2, 2]


def test_the_next_file_with_that_header_is_read_like_it_and_says_so(planning, officer, tmp_path):
    confirm(planning, say(planning, upload(planning, write(tmp_path / "a.xlsx", {"POA": [HEAD, line(1)]}))))
    entry = TrailEntry.objects.get(action="decir las columnas")
    assert entry.actor == officer and entry.subject_label == "Columnas de «a.xlsx»"
    later = upload(planning, write(tmp_path / "b.xlsx", {"Hoja1": [["Título"], HEAD, line(1), line(2)]}))
    text = text_of(later)
    assert "Sus columnas se leyeron como las de otro archivo con el mismo encabezado" in text
    assert later.context["page"]["counts"][0] == ("1", "indicador se agrega", "added")
    page = planning.get(later.context["columns_url"])
    assert targets(page)["META ANUAL"] == "target"
    say(planning, page, **{"column-11": ""}, act="ver")
    assert ColumnMemory.objects.count() == 1


def test_a_value_for_every_row_is_looked_at_again_in_the_next_file(planning, tmp_path):
    rows = [row[2:] for row in (HEAD, line(1), line(2))]
    page = upload(planning, write(tmp_path / "a.xlsx", {"POA": rows}))
    assert page.context["page"]["lacks"] == "Falta decir de dónde sale: Plan, Ejercicio."
    refused = say(planning, page, **{"constant-plan": "Plan Municipal de Desarrollo 2014 - 2016"})
    assert refused.context["page"]["wrong"] == "Falta decir de dónde sale: Ejercicio."
    refused = say(planning, refused, **{"constant-year": "dos mil"})
    assert refused.context["page"]["wrong"].startswith("Ejercicio: «dos mil» no es un año")
    assert refused.context["page"]["constants"][0]["value"].startswith("Plan Municipal")
    confirm(planning, say(planning, refused, **{"constant-year": "2016"}))
    assert FiscalYear.objects.get().year == 2016
    again = upload(planning, write(tmp_path / "b.xlsx", {"POA": rows}))
    assert "Revise los valores fijos" in text_of(again)
    assert {one["name"]: one["value"] for one in again.context["page"]["constants"]}["year"] == "2016"
    assert "Sin cambios" in text_of(say(planning, again))


def test_sheets_of_one_header_are_chosen_together_and_read_together(planning, tmp_path):
    sheets = {f"{n:02d} Dependencia": [HEAD, line(1, f"Dependencia {n}", f"D{chr(64 + n)}A")] for n in range(1, 6)}
    page = upload(planning, write(tmp_path / "p.xlsx", {**sheets, "Portada": [["Programa"], ["2016"]]}))
    chosen = {sheet["name"]: sheet["chosen"] for sheet in page.context["page"]["sheets"]}
    assert chosen == {**dict.fromkeys(sheets, True), "Portada": False}
    few = say(planning, page, act="ver", sheet=["01 Dependencia", "02 Dependencia"])
    assert few.context["page"]["rows"]["count"] == "2"
    confirm(planning, say(planning, few))
    assert Indicator.objects.count() == 2


def test_a_sheet_with_another_header_is_left_out_and_says_so_on_both_pages(planning, tmp_path):
    other = ["CVE PP", "PROGRAMA", "INDICADOR", "META ANUAL"]
    sheets = {
        "Uno": [HEAD, line(1)], "Dos": [HEAD, line(2)], "Indicadores": [other, ["OBR-01", "Bacheo", "x", 1]],
        "Portada": [["Hola"]],
    }  # fmt: skip
    page = upload(planning, write(tmp_path / "p.xlsx", sheets))
    why = {sheet["name"]: sheet["why"] for sheet in page.context["page"]["sheets"]}
    apart = "tiene otro encabezado: súbala aparte"
    assert why == {"Uno": "", "Dos": "", "Indicadores": apart, "Portada": "no tiene una tabla como esa"}
    assert f"2 filas · {apart}" in text_of(page)
    preview = say(planning, page, sheet=["Uno"])
    told = [
        "La hoja «Dos» no se lee: no está marcada.",
        f"La hoja «Indicadores» no se lee: {apart}.",
        "La hoja «Portada» no se lee: no tiene una tabla como esa.",
    ]
    assert set(told) <= set(preview.context["page"]["notes"])
    # A file with that header again is read at once: there is no page of the columns that would say it.
    again = upload(planning, write(tmp_path / "q.xlsx", sheets))
    assert f"La hoja «Indicadores» no se lee: {apart}" in text_of(again)


def test_another_header_row_is_chosen_and_its_columns_are_proposed_anew(planning, tmp_path):
    odd = [f"X{n}" for n in range(len(HEAD))]
    page = upload(planning, write(tmp_path / "p.xlsx", {"A": [HEAD, odd, line(1)]}))
    other = say(planning, page, act="ver", first_row="2", last_row="2")
    assert set(targets(other)) == set(odd) and not any(targets(other).values())
    assert other.context["page"]["lacks"].startswith("Falta decir de dónde sale: Plan, Ejercicio")
    back = say(planning, other, act="ver", first_row="1", last_row="1")
    assert targets(back)["META ANUAL"] == "target"


def test_two_columns_that_are_said_to_be_the_same_are_refused_and_nothing_is_lost(planning, tmp_path):
    page = upload(planning, write(tmp_path / "p.xlsx", {"A": [HEAD, line(1)]}))
    refused = say(planning, page, **{"column-12": "target"})
    assert refused.context["page"]["wrong"] == "«Meta» sale de dos columnas, «META ANUAL» y «VARIABLE A»: deje una."
    assert targets(refused)["VARIABLE A"] == "target"
    assert not ColumnMemory.objects.exists()


def test_errors_name_their_sheet_and_their_column_and_the_workbook_is_their_own(planning, tmp_path):
    sheets = {
        "Uno": [HEAD, line(1)],
        "Dos": [["Parques"], HEAD, line(1, "Parques", "PAR", **{"META ANUAL": "cien"})],
    }
    preview = say(planning, upload(planning, write(tmp_path / "p.xlsx", sheets)))
    [error] = preview.context["page"]["errors"]
    assert error[:3] == ["3 de la hoja «Dos»", "Meta («META ANUAL»)", "cien"]
    back = book_of(planning.get(preview.context["errors_url"]).content)
    assert back["Dos"].cell(3, 15).value.startswith("META ANUAL: «cien» no es un número")


def test_several_files_are_one_import(planning, tmp_path):
    files = [
        SimpleUploadedFile(
            f"{prefix}.xlsx", write(tmp_path / f"{prefix}.xlsx", {"A": [HEAD, line(1, prefix, prefix)]}).read_bytes()
        )
        for prefix in ("OBR", "PAR")
    ]
    page = planning.post(UPLOAD, {"file": files}, follow=True)
    assert [sheet["name"] for sheet in page.context["page"]["sheets"]] == ["OBR.xlsx · A", "PAR.xlsx · A"]
    preview = say(planning, page)
    assert "2 archivos: OBR.xlsx y PAR.xlsx" in text_of(page) and "2 archivos: OBR.xlsx y PAR.xlsx" in text_of(preview)
    done = confirm(planning, preview)
    record = CatalogImport.objects.get()
    assert Indicator.objects.count() == 2 and record.file.name.endswith(".zip")
    assert record.file_name == "2 archivos: OBR.xlsx y PAR.xlsx" and record.file_name in text_of(done)
    kept = planning.get(reverse("catalog:record_file", args=[2016, record.pk]))
    assert "OBR.xlsx y PAR.xlsx.zip" in unquote(kept["Content-Disposition"])


def test_two_files_of_one_name_are_told_apart(planning, tmp_path):
    files = []
    for prefix in ("OBR", "PAR"):
        book = write(tmp_path / f"{prefix}.xlsx", {"A": [HEAD, line(1, prefix, prefix)]})
        files.append(SimpleUploadedFile("poa.xlsx", book.read_bytes()))
    page = planning.post(UPLOAD, {"file": files}, follow=True)
    assert [sheet["name"] for sheet in page.context["page"]["sheets"]] == ["poa.xlsx · A", "poa (2).xlsx · A"]
    confirm(planning, say(planning, page))
    assert sorted(Indicator.objects.values_list("code", flat=True)) == ["OBR-01-01", "PAR-01-01"]


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["a.xlsx", "b.csv", "c.xlsx"], "3 archivos: a.xlsx, b.csv y c.xlsx"),
        ([f"{number:02d} {'x' * 40}.xlsx" for number in range(1, 13)],
         f"12 archivos: 01 {'x' * 40}.xlsx, 02 {'x' * 40}.xlsx y 10 más"),
        (["y" * 200, "b.csv"], "2 archivos"),
    ],
)  # fmt: skip
def test_several_files_are_called_by_their_names(names, told):
    assert bundle_name(names) == told


def test_rows_that_are_no_indicators_are_shown_and_left_out(planning, tmp_path):
    rows = [HEAD, line(1), ["TOTAL", *[None] * 10, 300], [None, "Elaboró: C.P. X", None, "Vo. Bo. Z"]]
    page = upload(planning, write(tmp_path / "p.xlsx", {"A": rows}))
    assert [stray["row"] for stray in page.context["page"]["strays"]] == ["3", "4"]
    assert "No se leen las filas 3, 4: no son de indicadores." in say(planning, page).context["page"]["notes"]
    sent = {name: value for name, value in fields(page).items() if name != "skip_strays"}
    preview = planning.post(page.context["here"], {**sent, "act": "leer"}, follow=True)
    assert {error[0] for error in preview.context["page"]["errors"]} == {"3", "4"}


def test_a_file_with_our_headers_goes_straight_to_its_preview_and_may_be_looked_at(planning, tmp_path):
    from tests.catalog.workbooks import row, write_xlsx

    preview = upload(planning, write_xlsx(tmp_path / "c.xlsx", [row(1)]))
    assert "indicador se agrega" in text_of(preview) and "Revisar cómo se leyeron las columnas" in text_of(preview)
    page = planning.get(preview.context["columns_url"])
    assert targets(page)["Eje rector"] == "axis" and page.context["preview_url"]
    assert not page.context["page"]["lacks"]


def test_a_book_without_a_table_says_what_lacks(planning, tmp_path):
    page = upload(planning, write(tmp_path / "p.xlsx", {"A": [["Hola"], ["Nada"]], "B": [["x", "y"]]}))
    assert page.context["page"]["lacks"].startswith("Falta decir de dónde sale: Plan")
    assert say(planning, page).context["page"]["wrong"].startswith("Falta decir de dónde sale: Plan")


def test_an_answer_that_no_browser_sends_changes_nothing(planning, tmp_path):
    page = upload(planning, write(tmp_path / "p.xlsx", {"A": [HEAD, line(1)]}))
    odd = {"first_row": "²", "last_row": "9" * 30, "sheet": ["Otra"], "column-0": "nada", "constant-nada": "x"}
    assert planning.post(page.context["here"], {**odd, "act": "ver"}, follow=True).status_code == 200
    assert planning.post(page.context["here"], {"act": "leer"}, follow=True).status_code == 200
    assert not FiscalYear.objects.exists()


@pytest.mark.parametrize("role", ["director", "liaison", "comptroller", "reader"])
def test_nobody_else_sees_it(planning, role, tmp_path):
    page = upload(planning, write(tmp_path / "p.xlsx", {"A": [HEAD, line(1)]}))
    place = make_department("ZZZ") if role in ("director", "liaison") else None
    director = signed_in(make_user("otra", role, department=place))
    assert director.get(page.context["here"]).status_code == 404
    assert director.post(page.context["here"], {"act": "leer"}).status_code == 404
    assert not ColumnMemory.objects.exists()


MATRIX = [
    ["Matriz de Indicadores para Resultados 2016"], ["Programa presupuestario: Seguridad para todos"],
    ["Dependencia: Seguridad Pública"], [],
    ["Nivel", "Resumen narrativo", "Indicador", None, None, None, None, "Supuestos"],
    [None, None, "Nombre", "Método de cálculo", "Frecuencia", "Meta", "Unidad de medida", None],
    ["Fin", "Contribuir a la paz", "Delitos", "Delitos resueltos / Delitos denunciados", "Anual", "60%", "%", "X"],
    ["Propósito", "Vivir con paz", "% de percepción", "(Seguras / Encuestadas) x 100", "Anual", "60%", "%", "X"],
]  # fmt: skip
PLACE = {
    "constant-plan": "Plan Municipal de Desarrollo 2014 - 2016", "constant-axis": "Eje 1",
    "constant-objective": "Objetivo 1", "constant-strategy": "Estrategia 1",
}  # fmt: skip


def test_a_matrix_without_keys_gets_codes_by_order_and_keeps_them(planning, tmp_path):
    page = upload(planning, write(tmp_path / "mir.xlsx", {"MIR": MATRIX}))
    assert page.context["page"]["lacks"] == "Falta decir de dónde sale: Plan, Eje rector, Objetivo, Estrategia."
    preview = say(planning, page, **PLACE)
    assert preview.context["waiting"].shown["unanswered"][-1] == "codes"
    text = text_of(preview)
    assert "El archivo no trae claves: proponemos estas 3. ¿Las usamos?" in text
    assert "no tienen la forma" not in text and "La clave de su archivo" not in text
    confirm(planning, act(planning, preview, accepts_codes="on", historical="no"), accepts_codes="on")
    first = Indicator.objects.order_by("code").values_list("code", "name", "numerator_label", "denominator_label")
    assert list(first) == [
        ("SEG-01-01", "Delitos", "Delitos resueltos", "Delitos denunciados"),
        ("SEG-01-02", "% de percepción", "Seguras", "Encuestadas"),
    ]
    more = [*MATRIX[:6], ["Actividad", "Patrullar", "Rondas", "Hechas / Programadas", "Mensual", "90%", "%", "X"]]
    more += MATRIX[6:]
    again = say(planning, upload(planning, write(tmp_path / "mir2.xlsx", {"MIR": more})))
    again = act(planning, again, accepts_codes="on")
    added = again.context["waiting"].shown["sections"]["added"]
    assert [entry[2] for entry in added] == ["SEG-01-03", "SEG-01-03 Rondas"]
    assert again.context["waiting"].shown["counts"]["stay"] == 2


def test_the_command_gives_the_same_codes(tmp_path):
    book, made = write(tmp_path / "mir.xlsx", {"MIR": MATRIX}), tmp_path / "mapa.json"
    imported(book, "--propose-mapping", made)
    given = json.loads(made.read_text())
    given["valores"] |= {
        "Plan": PLACE["constant-plan"], "Eje rector": "E", "Objetivo": "O", "Estrategia": "S",
    }  # fmt: skip
    made.write_text(json.dumps(given))
    status, said = imported(book, "--mapping", made, "--propose-codes")
    assert status == 0, said
    assert sorted(Indicator.objects.values_list("code", flat=True)) == ["SEG-01-01", "SEG-01-02"]
