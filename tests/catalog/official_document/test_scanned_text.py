# ruff: noqa: E501 -- the lines of the tables are those of the document
"""The scanned text of Durango's document of 2016 arrives in its columns, with the spelling that the scanner gave it.

The tables were written by hand, looking at the text.
"""

import io
from pathlib import Path

import pytest

from catalog.official_document.draft import draft_of, write_draft
from catalog.official_document.reading import read_document
from tests.catalog.official_document.pats import drafted

SCANNED = Path(__file__).with_name("pat-2016-presidencia-municipal.txt")
ACTIONS = """
PRE-01-01 | Recibir, analizar, canalizar y dar seguimiento a las solicitudes presentadas por la ciudadania | Solicitudes | NUumero de solicitudes atendidas | Total de solicitudes recibidas
PRE-02-01 | Coordinar las reuniones de Gabinete de Gobierno con los directores municipales con el Presidente Municipal | Reuniones | NUumero de reuniones de Gabinete de Gobierno realizadas | Total de reuniones programadas
PRE-02-02 | Dar seguimiento a los acuerdos tomados entre los titulares de las dependencias, institutos y organismos de la Administracién Publica Municipal | Acuerdos | NUmero de acuerdos con seguimiento concluido | Total de acuerdos registrados
PRE-02-03 | Evaluar los proyectos, programas y acciones especificas del Gobierno Municipal | Proyecto | Nimero de proyectos evaluados | Total de proyectos viables presentados
PRE-02-04 | Recibir, analizar, canalizar y dar seguimiento a la correspondencia oficial dirigida a la administracién municipal | Documentos | NUmero de documentos atendidos | Total de documentos recibidos
PRE-03-01 | Coordinar y gestionar la logistica de los eventos solicitados por las dependencias, institutos y organisos de la Administracién Publica Municipal | Eventos | Numero de eventos coordinados y gestionados | Total de eventos solicitados
PRE-04-01 | Planear, organizar y llevar a cabo eventos que promueven las relaciones publicas | Eventos | NUmero de eventos realizados | Total de eventos programados y/o solicitados
PRE-04-02 | Mantener actualizados los directorios de los principales funcionarios y personalidades municipales | Proceso | NUmero de etapas de actualizacién realizadas | Total de etapas programadas
PRE-04-03 | Programar y llevar a cabo la Estrategia de Comunicacion Telefénica | Proceso | NUmero de etapas realizadas | Total de etapas programadas
PRE-05-01 | Coordinar la generacién y gestidn de proyectos especificos de la Administracion Publica Municipal | Proyecto | NUmero de proyectos gestionados | Total de proyectos elaborados
PRE-05-02 | Mantener la participacidn en redes y asociaciones Municipalistas | Reuniones | NUmero de reuniones atendidas | Total de reuniones convocadas
"""
PROGRAMS = {
    "PRE-01": ("1.1", "Proximidad Ciudadana", "En cada una de las acciones", "ciudadania y la administracién municipal permite la comunicacién y una mejor atencidn a problematicas comunes."),
    "PRE-02": ("1.2", "Coordinacion de Intercaccidn Institucional", "El quehacer de la administracion", "adecuadamente coordinado e impulsor de programas especificos exitosos."),
    "PRE-03": ("1.3", "Eventos Especiales", "Es muy importante tener un desempefio", "asi como la entrega de beneficios de los programas municipales."),
    "PRE-04": ("1.4", "Relaciones Publicas de la Administracion Municipal", "Vivimos en un mundo globalizado", "expresada y una reputacién distinguida."),
    "PRE-05": ("1.5", "Gestion y Participacion Cooperativa", "El orden de gobierno con mayor", "municipio de Durango y aumentar su prestigio."),
}  # fmt: skip
OBJECTIVES = {
    "PRE-01": ["Favorecer la colaboracién de las dependencias e institutos municipales para brindar una atencién eficaz a las solicitudes de la ciudadana."],
    "PRE-02": [
        "Gestionar y asegurar una adecuada vinculacidon entre las dependencias, institutos y organismos descentralizados de la Administracion Publica Municipal.",
        "Coordinar la gestion estratégica del gobierno municipal y dar seguimiento a los acuerdos del gabinete municipal traducidos en programas, proyectos, obras y acciones.",
        "Gestionar la continua comunicacién y promover la colaboracidn con los organismos gubernamentales de todos los niveles y no gubernamentales nacionales y extranjeros, con la finalidad de dar cumplimiento a los requerimientos aplicables a la administracion municipal y buscar la concordancia de causas comunes para conseguir el aumento del bienestar social de los ciudadanos del Municipio.",
    ],
    "PRE-03": ["Realizar eventos especiales que contribuyan a la comunicacién con la ciudadania y promuevan la buena imagen de la Administraciéon Pdblica Municipal."],
    "PRE-04": [
        "Aumentar la aceptacién de la administracién municipal con los diferentes grupos de interés, y asi lograr involucramiento, fortalecimiento y cooperacién de las personas y organizaciones con quienes se interactua, de tal forma que coadyuve en la mejora de la calidad de vida de los ciudadanos del Municipio.",
        "Establecer un procedimiento de comunicacidén con la ciudadania, con la finalidad de informar las acciones de la administracién municipal y recibir retroalimentacién de los beneficiarios.",
    ],
    "PRE-05": [
        "Coordinar la generacion de proyectos especificos de la Administracidn Publica municipal, asi como las labores de gestidn de recursos para la ejecucion de estos.",
        "Promover la participacion del Gobierno Municipal en redes y asociaciones Municipalistas del orden nacional e internacional.",
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    buffer = io.BytesIO()
    write_draft(draft_of(read_document(SCANNED.read_bytes())), buffer)
    return drafted(buffer.getvalue())


def _first_rows(rows: list[dict[str, str]]) -> dict[str, dict[str, str]]:
    return {row["Clave del programa"]: row for row in reversed(rows)}


def test_the_eleven_actions_with_their_units_targets_and_both_labels(rows: list[dict[str, str]]) -> None:
    expected = [tuple(cell.strip() for cell in line.split("|")) for line in ACTIONS.strip().splitlines()]
    names = ("Clave de la acción", "Acción", "Unidad", "Numerador", "Denominador")
    assert [tuple(row[name] for name in names) for row in rows] == expected
    assert {row["Meta"] for row in rows} == {"100%"}


def test_the_five_programmes_with_their_whole_descriptions(rows: list[dict[str, str]]) -> None:
    scanned = " ".join(SCANNED.read_text(encoding="utf-8").split())
    by_program = _first_rows(rows)
    assert sorted(by_program) == list(PROGRAMS)
    for code, (number, name, begins, ends) in PROGRAMS.items():
        row = by_program[code]
        assert (row["Número de programa"], row["Programa"]) == (number, name)
        description = " ".join(row["Descripción"].split())
        assert description.startswith(begins) and description.endswith(ends)
        assert description in scanned  # to the letter: nothing is lost, nothing is mended


def test_the_nine_objectives(rows: list[dict[str, str]]) -> None:
    found = {code: row["Objetivos del programa"].split("\n") for code, row in _first_rows(rows).items()}
    assert found == OBJECTIVES
    assert sum(map(len, found.values())) == 9


def test_the_hierarchy_and_the_department(rows: list[dict[str, str]]) -> None:
    for row in rows:
        assert row["Plan"] == "Plan Municipal de Desarrollo 2014 - 2016"
        assert row["Eje rector"] == "Un Gobierno Incluyente, Honesto, Transparente y de Resultados"
        assert row["Objetivo"] == "Un Gobierno Incluyente y Cercano a la Gente"
        assert row["Estrategia"].startswith("Conducir la politica interior del Municipio en un marco democrdtico,")
        assert row["Estrategia"].endswith("de la sociedad en los asuntos publicos.")
        assert (row["Número de dependencia"], row["Dependencia"]) == ("1", "Presidencia Municipal")
        assert row["Ejercicio"] == "2016"


def test_where_each_row_comes_from_is_a_line_of_the_text(rows: list[dict[str, str]]) -> None:
    lines = SCANNED.read_text(encoding="utf-8").split("\n")
    for row in rows:
        assert lines[int(row["Línea"]) - 1].split()[:3] == row["Acción"].split()[:3]


@pytest.mark.parametrize(
    ("code", "doubt"),
    [
        ("PRE-01-01", "«NUumero» ¿es «Número»?"),
        ("PRE-01-01", "«politica» ¿es «política»?"),
        ("PRE-01-01", "«democrdtico» ¿es «democrático»?"),
        ("PRE-01-01", "«cooperacién» ¿es «cooperación»?"),
        ("PRE-02-01", "«Intercaccidn» ¿es «Interacción»?"),
        ("PRE-02-01", "«6rdenes» ¿es «"),
        ("PRE-02-03", "«Nimero» ¿es «Número»?"),
        ("PRE-03-01", "«desempefio» ¿es «desempeño»?"),
        ("PRE-01-01", "Ejercicio: se tomó de «DOS MIL DIECISEIS»"),
    ],
)
def test_faults_of_the_scanner_are_proposed_beside_the_cell(rows: list[dict[str, str]], code: str, doubt: str) -> None:
    (row,) = [row for row in rows if row["Clave de la acción"] == code]
    assert doubt in row["Dudas"]
