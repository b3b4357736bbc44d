"""The catalogue's import, from the file to the database and back; the command is how it is called here."""

import hashlib
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from catalog.imports import applying
from catalog.models import CatalogImport
from core.models import TrailEntry
from indicators.models import Indicator, Period, TargetAdjustment
from programs.models import Action, Axis, Department, FiscalYear, Objective, Plan, Program, ProgramObjective, Strategy
from tests.catalog.doors import run
from tests.catalog.workbooks import row, write_csv, write_xlsx
from tests.factories import make_measurement, make_user

DURANGO = Path(settings.BASE_DIR) / "data" / "pat-durango-2016.xlsx"
MODELS = (Plan, FiscalYear, Axis, Objective, Strategy, Department, Program, ProgramObjective, Action, Indicator)

pytestmark = pytest.mark.django_db


def rows_written() -> int:
    return sum(model._base_manager.count() for model in MODELS) + TrailEntry.objects.count()


def test_the_real_catalogue_of_durango_is_imported() -> None:
    status, text = run("import_catalog", DURANGO)
    assert (status, "11 se agregan, 0 cambian, 0 quedan igual, 0 fallan" in text) == (0, True)
    assert list(Program.objects.values_list("code", flat=True)) == [f"PRE-0{n}" for n in range(1, 6)]
    assert Indicator.objects.count() == 11
    assert Program.objects.get(code="PRE-02").name == "Coordinación de Intercacción Institucional"
    indicator = Indicator.objects.get(code="PRE-02-01")
    assert indicator.numerator_label == "Número de reuniones de Gabinete de Gobierno realizadas"
    assert indicator.denominator_label == "Total de reuniones programadas"
    assert (indicator.target, indicator.target_kind) == (Decimal(100), "percentage")
    department = Department.objects.get()
    assert (department.number, department.prefix, department.name) == (1, "PRE", "Presidencia Municipal")
    assert Plan.objects.get().name == "Plan Municipal de Desarrollo 2014 - 2016"
    assert Program.objects.get(code="PRE-02").objectives.count() == 3
    assert list(Period.objects.values_list("month", flat=True)) == list(range(1, 13))


def test_what_is_imported_stands_in_the_trail() -> None:
    run("import_catalog", DURANGO)
    entry = TrailEntry.objects.get(subject_type="indicators.indicator", subject_label__startswith="PRE-02-01")
    assert entry.action == "importar"
    assert entry.changes["target"] == [None, "100.0000"]
    assert entry.scope_id == Department.objects.get().pk
    assert "pat-durango-2016.xlsx" in entry.reason and "SHA-256" in entry.reason
    for model in (Plan, FiscalYear, Axis, Objective, Strategy, Department, Program, Action):
        assert TrailEntry.objects.filter(subject_type=model._meta.label_lower).exists(), model
    assert Department.objects.get().search == "pre presidencia municipal"


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_export_and_import_change_nothing(suffix: str, tmp_path: Path) -> None:
    run("import_catalog", DURANGO)
    before = rows_written()
    file = tmp_path / f"catalogo.{suffix}"
    assert run("export_catalog", file, year=2016)[0] == 0
    status, text = run("import_catalog", file)
    assert status == 0
    assert "Sin cambios" in text and "0 se agregan, 0 cambian, 11 quedan igual, 0 fallan" in text
    assert rows_written() == before


def test_an_export_into_an_empty_database_makes_the_same_catalogue(tmp_path: Path) -> None:
    file, again = tmp_path / "a.csv", tmp_path / "b.csv"
    write_xlsx(tmp_path / "in.xlsx", _varied_rows())
    assert run("import_catalog", tmp_path / "in.xlsx")[0] == 0
    run("export_catalog", file, year=2016)
    CatalogImport.objects.all().delete()
    Indicator.objects.all().delete()
    for model in (Action, ProgramObjective, Program, Period, FiscalYear, Strategy, Objective, Axis, Department, Plan):
        model._base_manager.all().delete()
    assert run("import_catalog", file)[0] == 0
    run("export_catalog", again, year=2016)
    assert again.read_bytes() == file.read_bytes()


def _varied_rows() -> list[dict[str, Any]]:
    return [
        row(1, **{"Tipo de meta": "absoluta", "Meta": 12, "Programación": "lineal", "Frecuencia": "trimestral"}),
        row(2, **{"Programación": "0; 0; 10; 10; 25; 40; 50; 62.5; 75; 75; 90; 100", "Considerado": "no"}),
        row(3, **{"Sentido": "descendente", "Dimensión": "economía", "Línea base": 12.5, "Año de línea base": 2015}),
        row(4, **{"Acumulación numerador": "último", "Fuente": "=1+1", "Descripción": "Uno\n\nDos",
                  "Objetivos del programa": "Primero\nSegundo"}),
    ]  # fmt: skip


def test_a_one_with_percent_format_is_a_hundred_percent(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "c.xlsx", [row(1, Meta=1)], formats={"Meta": "0%"})
    assert run("import_catalog", tmp_path / "c.xlsx")[0] == 0
    assert Indicator.objects.get().target == Decimal(100)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"Meta": "cien"}, "fila 2 · Meta: «cien» no es un número"),
        ({"Meta": -5}, "fila 2 · Meta: «-5»"),
        ({"Clave del programa": "PRE-2"}, "¿quiso decir «PRE-02»?"),
        ({"Ejercicio": 2019}, "fila 2 · Ejercicio: «2019»"),
        ({"Numerador": ""}, "fila 2 · Numerador:"),
        ({"Frecuencia": "quincenal"}, "fila 2 · Frecuencia: «quincenal»"),
    ],
)
def test_a_bad_cell_is_an_error_and_nothing_is_written(changes: dict[str, Any], expected: str, tmp_path: Path) -> None:
    write_xlsx(tmp_path / "c.xlsx", [row(1, **changes), row(2)])
    status, text = run("import_catalog", tmp_path / "c.xlsx")
    assert (status, expected in text) == (1, True), text
    assert rows_written() == 0


def test_all_errors_come_at_once_one_a_line(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "c.xlsx", [row(1, Meta="cien"), row(2), row(3, Meta="mil", Frecuencia="diario"), row(2)])
    status, text = run("import_catalog", tmp_path / "c.xlsx")
    lines = [line for line in text.splitlines() if line.startswith("fila")]
    assert status == 1
    assert [line.split(":")[0] for line in lines] == [
        "fila 2 · Meta",
        "fila 4 · Meta",
        "fila 4 · Frecuencia",
        "fila 5 · Clave del indicador",
    ]
    assert rows_written() == 0


def test_the_errors_go_back_in_the_rows_of_their_file(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "c.xlsx", [row(1, Meta="cien"), row(2)])
    assert run("import_catalog", tmp_path / "c.xlsx", errors=str(tmp_path / "e.xlsx"))[0] == 1
    sheet = openpyxl.load_workbook(tmp_path / "e.xlsx").active
    header, first, second = list(sheet.iter_rows(values_only=True))[:3]
    assert header[-1] == "Errores" and "«cien» no es un número" in first[-1] and not second[-1]
    # Corrected, that same file can be imported.
    sheet.cell(2, header.index("Meta") + 1, 90)
    sheet.parent.save(tmp_path / "m.xlsx")
    assert run("import_catalog", tmp_path / "m.xlsx")[0] == 0


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "c.xlsx", [{k: v for k, v in row(1).items() if k != "Unidad"}])
    status, text = run("import_catalog", tmp_path / "c.xlsx")
    assert (status, "falta la columna «Unidad»" in text) == (1, True), text


@pytest.mark.parametrize(
    ("name", "data"),
    [("vacio.xlsx", b""), ("informe.xlsx", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3"), ("roto.xlsx", b"PK\x03\x04nada")],
)
def test_a_file_that_is_no_workbook_ends_in_one_sentence(name: str, data: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    status, text = run("import_catalog", tmp_path / name)
    assert status == 1 and "Traceback" not in text and text.strip()
    assert rows_written() == 0


def test_wrong_calls_end_with_2(tmp_path: Path) -> None:
    assert run("import_catalog", tmp_path / "no.xlsx")[0] == 2
    assert run("import_catalog", DURANGO, sheet="Otra hoja")[0] == 2
    assert run("export_catalog", tmp_path / "c.xlsx", year=1999)[0] == 2
    run("import_catalog", DURANGO)
    assert run("export_catalog", tmp_path / "c.pdf", year=2016)[0] == 2
    assert run("export_catalog", tmp_path / "no" / "c.xlsx", year=2016)[0] == 2


def test_a_dry_run_writes_nothing() -> None:
    status, text = run("import_catalog", DURANGO, dry_run=True)
    assert (status, "11 se agregan" in text) == (0, True)
    assert rows_written() == 0


def test_blank_hierarchy_cells_mean_as_above_only_when_asked(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "c.xlsx", [row(1), row(2, **{"Eje rector": "", "Objetivo": "", "Estrategia": ""})])
    assert run("import_catalog", tmp_path / "c.xlsx")[0] == 1
    assert run("import_catalog", tmp_path / "c.xlsx", fill_down=True)[0] == 0
    assert Strategy.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_crash_half_way_leaves_the_database_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying._Writer, "_write_objectives", _crash)
    with pytest.raises(RuntimeError):
        run("import_catalog", DURANGO)
    assert rows_written() == 0
    assert Period.objects.count() == 0


def _crash(writer: Any) -> None:
    assert Indicator.objects.count() == 11
    raise RuntimeError("la luz se fue")


def test_the_number_of_queries_does_not_grow_by_the_row(tmp_path: Path) -> None:
    counts = []
    run("import_catalog", write_xlsx(tmp_path / "first.xlsx", [row(1)]))  # the plan and its hierarchy
    for count, year in ((20, 2014), (200, 2015)):
        file = write_xlsx(tmp_path / f"{count}.xlsx", [row(n, Ejercicio=year) for n in range(1, count + 1)])
        with CaptureQueriesContext(connection) as queries:
            assert run("import_catalog", file)[0] == 0
        again = CaptureQueriesContext(connection)
        with again:
            run("import_catalog", file)
        counts.append((len(queries) - _batches(queries), len(again)))
    assert counts[0] == counts[1]
    assert counts[0][1] <= 20


def _batches(queries: CaptureQueriesContext) -> int:
    """SQLite takes few parameters a statement: inserts come in batches there. On PostgreSQL many rows are copied."""
    ways = ("INSERT", "COPY", "SELECT nextval")
    return sum(query["sql"].startswith(ways) for query in queries.captured_queries)


# Comparing with what is stored


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    file = write_xlsx(tmp_path / "stored.xlsx", [row(1), row(2), row(3)])
    assert run("import_catalog", file)[0] == 0
    return tmp_path


def again(folder: Path, *rows: dict[str, Any], **options: Any) -> tuple[int, str]:
    return run("import_catalog", write_csv(folder / "otra.csv", list(rows)), **options)


def test_a_row_that_is_missing_is_reported_and_stays(stored: Path) -> None:
    status, text = again(stored, row(1))
    assert status == 0
    assert "No están en el archivo y se quedan como estaban: acción PRE-01-02, indicador PRE-01-02" in text
    assert Indicator.objects.count() == 3


def test_a_name_that_differs_in_case_or_accents_is_no_second_tree(stored: Path) -> None:
    before = rows_written()
    for header, value in (
        ("Eje rector", "UN GOBIERNO INCLUYENTE"),
        ("Estrategia", "Conducir la politica interior"),
        ("Dependencia", "Presidencia municipal"),
        ("Plan", "Plan municipal de desarrollo 2014 - 2016"),
    ):
        status, text = again(stored, *(row(n, **{header: value, "Número de dependencia": ""}) for n in (1, 2, 3)))
        assert status == 1, header
        assert f"«{value}»" in text and ("ya existe como" in text or "escríbalo igual" in text), text
    assert rows_written() == before


def test_a_key_makes_a_corrected_name_a_rename(stored: Path) -> None:
    key = {"Clave del eje": "E1"}
    assert again(stored, *(row(n, **key) for n in (1, 2, 3)))[0] == 0
    status, text = again(stored, *(row(n, **key, **{"Eje rector": "Un Gobierno Cercano"}) for n in (1, 2, 3)))
    assert status == 0
    assert "eje rector Un Gobierno Cercano: cambia de nombre" in text
    axis = Axis.objects.get()
    assert (axis.key, axis.name) == ("E1", "Un Gobierno Cercano")
    entry = TrailEntry.objects.filter(subject_type="programs.axis").first()
    assert entry is not None and entry.changes == {"name": ["Un Gobierno Incluyente", "Un Gobierno Cercano"]}


def test_a_department_is_renamed_only_with_its_number(stored: Path) -> None:
    new = {"Dependencia": "Presidencia del Municipio"}
    status, text = again(stored, *(row(n, **new, **{"Número de dependencia": ""}) for n in (1, 2, 3)))
    assert (status, "dé también su número" in text) == (1, True), text
    assert again(stored, *(row(n, **new) for n in (1, 2, 3)))[0] == 0
    department = Department.objects.get()
    assert (department.name, department.search) == ("Presidencia del Municipio", "pre presidencia del municipio")


def test_changes_are_told_old_to_new_and_written(stored: Path) -> None:
    status, text = again(
        stored, row(1, Meta=80), row(2, Numerador="Número de oficios"), row(3, **{"Indicador": "Otro nombre"})
    )
    assert status == 0
    assert "0 se agregan, 3 cambian, 0 quedan igual" in text
    assert "indicador PRE-01-01: cambia la meta, meta: «100 %» → «80 %»" in text
    assert "indicador PRE-01-02: cambia la fórmula" in text
    assert "indicador PRE-01-03: cambia de nombre" in text
    assert Indicator.objects.get(code="PRE-01-03").search == "pre-01-03 otro nombre"
    assert Indicator.objects.get(code="PRE-01-01").target == 80
    entry = TrailEntry.objects.filter(subject_label__startswith="PRE-01-01 ", action="importar").first()
    assert entry is not None and entry.changes == {"target": ["100.0000", "80.0000"]}


def test_a_programme_moves_to_another_strategy(stored: Path) -> None:
    status, text = again(stored, *(row(n, Estrategia="Otra estrategia") for n in (1, 2, 3)))
    assert status == 0
    assert "estrategia Otra estrategia: se agrega" not in text
    assert "programa PRE-01: se mueve, estrategia: «Conducir la política interior» → «Otra estrategia»" in text
    assert Program.objects.get().strategy.name == "Otra estrategia"


def test_a_programme_moves_to_another_department_and_keeps_its_code(stored: Path) -> None:
    other = {"Dependencia": "Obras Públicas", "Número de dependencia": 2}
    status, text = again(stored, *(row(n, Prefijo="DOP", **other) for n in (1, 2, 3)))
    assert status == 0
    assert "programa PRE-01: se mueve, dependencia: «Presidencia Municipal» → «Obras Públicas»" in text
    assert Program.objects.get().department.prefix == "DOP"
    # Once the department exists its name is enough, in a file without prefixes.
    assert "Sin cambios" in again(stored, *(row(n, **other) for n in (1, 2, 3)))[1]
    run("export_catalog", stored / "fuera.xlsx", year=2016)
    assert "Sin cambios" in run("import_catalog", stored / "fuera.xlsx")[1]


def test_a_column_that_is_missing_leaves_what_is_stored(stored: Path) -> None:
    Indicator.objects.filter(code="PRE-01-01").update(definition="La que había", frequency=3)
    status, text = again(stored, *(row(n) for n in (1, 2, 3)))
    assert (status, "Sin cambios" in text) == (0, True)
    status, text = again(stored, row(1, Definición=""), row(2, Definición=""), row(3, Definición=""))
    assert "«La que había» → «»" in text


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"Meta": 80}, "meta ajustada"),
        ({"Numerador": "Otra cosa"}, "no cambia, porque cambiaría lo que ya se midió"),
        ({"Acumulación numerador": "último"}, "la acumulación del numerador no cambia"),
        ({"Frecuencia": "anual"}, "la frecuencia no cambia"),
        ({"Sentido": "descendente"}, "el sentido no cambia"),
        ({"Programación": "lineal"}, "la programación no cambia"),
    ],
)
def test_captures_freeze_the_formula_and_the_target(stored: Path, changes: dict[str, Any], expected: str) -> None:
    make_measurement(Indicator.objects.get(code="PRE-01-01"), 1, 1, 2)
    status, text = again(stored, row(1, **changes), row(2), row(3))
    assert (status, expected in text) == (1, True), text
    # The same change where there are none is an ordinary one, and so is a corrected accent.
    assert again(stored, row(1, Numerador="Numero de solicitudes ATENDIDAS 1"), row(2, **changes), row(3))[0] == 0


def test_a_locked_year_takes_nothing(stored: Path) -> None:
    FiscalYear.objects.update(locked=True)
    status, text = again(stored, row(1), row(4))
    assert (status, "está cerrado" in text) == (1, True)


def test_what_changed_since_the_preview_is_not_written(stored: Path) -> None:
    from catalog.imports.comparison import compare
    from catalog.workbook import catalog_file
    from tests.factories import NOW

    file = write_csv(stored / "otra.csv", [row(1, Meta=80), row(2), row(3)])
    with file.open("rb") as opened:
        read = catalog_file.read_catalog(opened, name="otra.csv")
    fingerprint = compare(read.parsed, read.fields).fingerprint
    Indicator.objects.filter(code="PRE-01-01").update(target=Decimal(70))
    with pytest.raises(applying.CatalogChangedError):
        applying.import_catalog(parsed=read.parsed, fields=read.fields, actor=None, now=NOW, fingerprint=fingerprint)
    assert Indicator.objects.get(code="PRE-01-01").target == 70


def test_evidence_is_asked_for_and_stays_so_without_its_column(tmp_path: Path) -> None:
    file = tmp_path / "c.xlsx"
    assert run("import_catalog", write_xlsx(file, [row(1, Evidencia="sí"), row(2)]))[0] == 0
    assert list(Indicator.objects.order_by("code").values_list("requires_evidence", flat=True)) == [True, False]
    assert run("import_catalog", write_xlsx(file, [row(1), row(2)]))[0] == 0
    assert list(Indicator.objects.order_by("code").values_list("requires_evidence", flat=True)) == [True, False]
    run("export_catalog", file, year=2016)
    assert "Sin cambios" in run("import_catalog", file, dry_run=True)[1]


# What the screen asks, answered by options; and what is recorded


def test_an_import_is_recorded_with_its_file_and_what_was_there(stored: Path, kept_files: Path) -> None:
    make_user("planeacion", Role.PLANNING)
    assert again(stored, row(1, Meta=80), row(2), row(3), user="planeacion")[0] == 0
    record, first = CatalogImport.objects.all()
    assert (record.actor.username, record.file_name) == ("planeacion", "otra.csv")
    assert record.sha256 == hashlib.sha256((stored / "otra.csv").read_bytes()).hexdigest()
    assert (kept_files / record.file.name).read_bytes() == (stored / "otra.csv").read_bytes()
    assert record.counts == {"add": 0, "change": 1, "stay": 2, "fail": 0}
    assert record.changes["target"] == [[2, "indicador", "PRE-01-01", "meta", "100 %", "80 %"]]
    assert (first.actor, first.before.name) == (None, "")
    # What was there before is imported back by the command as well.
    status, text = run("import_catalog", kept_files / record.before.name)
    assert (status, "«80 %» → «100 %»" in text) == (0, True)


def test_a_file_that_changes_nothing_or_is_refused_is_not_recorded(stored: Path) -> None:
    again(stored, row(1), row(2), row(3))
    again(stored, row(1, Meta="cien"))
    again(stored, row(1, Meta=70), dry_run=True)
    assert CatalogImport.objects.count() == 1


def test_a_target_of_captured_indicators_is_adjusted_by_options(stored: Path) -> None:
    make_user("planeacion", Role.PLANNING)
    make_measurement(Indicator.objects.get(code="PRE-01-01"), 1, 1, 2)
    rows = (row(1, Meta=80), row(2), row(3))
    given = {"effective_month": 9, "reason": "Recorte", "authorized_by": "Cabildo", "instrument": "Acta 12"}
    assert again(stored, *rows)[0] == 1
    assert again(stored, *rows, effective_month=9)[0] == 2
    assert again(stored, *rows, **given)[0] == 2  # in whose name?
    assert again(stored, *rows, **given, user="nadie")[0] == 2
    status, text = again(stored, *rows, **given | {"effective_month": 1}, user="planeacion")
    assert (status, "ya tiene cifra validada de enero; puede ser desde febrero" in text) == (1, True), text
    status, text = again(stored, *rows, **given, user="planeacion")
    assert (status, "se ajusta la meta, meta desde septiembre: «100 %» → «80 %»" in text) == (0, True), text
    made = TargetAdjustment.objects.get()
    assert (made.target, made.effective_month, made.instrument) == (80, 9, "Acta 12")
    assert "Sin cambios" in again(stored, *rows)[1]
    status, text = again(stored, row(1, Meta=60), row(2), row(3), **given, user="planeacion")
    assert (status, "ya tiene una meta ajustada desde septiembre; puede ser desde octubre" in text) == (1, True)


def test_a_retired_indicator_stays_retired_and_takes_no_target_afterwards(stored: Path) -> None:
    make_user("planeacion", Role.PLANNING)
    make_measurement(Indicator.objects.get(code="PRE-01-01"), 1, 1, 2)
    Indicator.objects.filter(code__in=["PRE-01-01", "PRE-01-02"]).update(retired_from=7)
    before = rows_written()
    status, text = again(stored, row(1), row(2), row(3))
    assert status == 0 and "Sin cambios" in text
    assert "Siguen retirados: PRE-01-01, PRE-01-02; el archivo no los vuelve a pedir" in text
    assert rows_written() == before
    given = {"reason": "Recorte", "authorized_by": "Cabildo", "instrument": "Acta 12", "user": "planeacion"}
    status, text = again(stored, row(1, Meta=80), row(2), row(3), effective_month=9, **given)
    assert (status, "se retiró desde julio, y desde entonces ya no tiene meta" in text) == (1, True), text
    assert again(stored, row(1, Meta=80), row(2, Indicador="Otro"), row(3), effective_month=5, **given)[0] == 0
    assert Indicator.objects.filter(retired_from=7).count() == 2 and TargetAdjustment.objects.count() == 1


def test_a_rename_is_offered_and_accepted_by_an_option(stored: Path) -> None:
    new = [row(n, Estrategia="Conducir con diálogo la política interior") for n in (1, 2, 3)]
    status, text = again(stored, *new, dry_run=True, accept_renames=True)
    assert (status, "estrategia Conducir con diálogo la política interior: cambia de nombre" in text) == (0, True), text
    assert again(stored, *new, accept_renames=True)[0] == 0
    assert [strategy.name for strategy in Strategy.objects.all()] == ["Conducir con diálogo la política interior"]


def test_many_adjustments_take_no_query_each(stored: Path) -> None:
    officer = make_user("planeacion", Role.PLANNING)
    again(stored, *(row(n) for n in range(1, 61)))
    for indicator in Indicator.objects.all():
        make_measurement(indicator, 1, 1, 2)
    counts = []
    for number, month in ((3, 3), (60, 4)):
        rows = [row(n, Meta=80 + month if n <= number else 100) for n in range(1, 61)]
        given = {"effective_month": month, "reason": "R", "authorized_by": "C", "instrument": "A"}
        with CaptureQueriesContext(connection) as queries:
            assert again(stored, *rows, **given, user=officer.username)[0] == 0
        counts.append(len(queries) - _batches(queries))
    assert counts[0] == counts[1]
    assert TargetAdjustment.objects.count() == 63
