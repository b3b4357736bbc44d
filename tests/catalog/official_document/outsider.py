"""Programas Anuales de Trabajo of two other municipalities, drawn without a look at how they are read.

Both follow the structure of Durango's document (1. Dependencia, 1.1 Programa (PRE-01), alignment, description,
objectives, table, global indicator) and set it in their own way, with what printed papers have around it. What the
reader makes of them says how it does with a document that nobody had in mind while it was written; so they are not
made easier, nor more like Durango's, when it fails.

``gaceta.typ``: letter size, a serif face justified and hyphenated, small capitals, the alignment as a small table,
the action in one cell beside all of its indicators, footnotes, a chart.
``informe.typ``: landscape, letters joined as word processors save them (ﬁ), the alignment as four labelled lines, the
code in a column of its own, formulas as fractions with a bar, some of them wider than their column.
"""

import csv
import json
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

import typst

HERE = Path(__file__).resolve().parent
FONTS = HERE.parents[2] / "core" / "pdf" / "fonts"
GACETA, INFORME = "gaceta", "informe"

Row = dict[str, str]

PROGRAM = (
    "Plan", "Ejercicio", "Eje rector", "Objetivo", "Estrategia", "Número de dependencia", "Dependencia",
    "Número de programa", "Clave del programa", "Programa", "Descripción", "Objetivos del programa",
)  # fmt: skip
INDICATOR = ("Clave de la acción", "Acción", "Unidad", "Meta", "Clave del indicador", "Numerador", "Denominador")
FIELDS = PROGRAM + INDICATOR

_SECOND = (
    "La atención se presta en oficinas y en jornadas de campo, con personal técnico-operativo que conoce las zonas "
    "y sus necesidades; el diagnóstico de 2015 mostró que el 62.5% de las peticiones se concentra en 18 colonias.",
    "Los flujos de trabajo se coordinan con el gobierno del estado y con los comités vecinales –rurales y urbanos– "
    "para que los beneficios sean verificables, de acuerdo con el artículo 115, fracción III, de la Constitución.",
    "Objetivos de Desarrollo del Milenio, Agenda desde lo Local y Plan Municipal 2014–2016 son el marco en el que se "
    "definen las prioridades; la “ventanilla única” y el «gobierno de puertas abiertas» son su forma cotidiana.",
    "Se complementa con lo que hacen otras áreas, en especial con el programa 3.2 (SEC-02), y su costo–beneficio "
    "se revisa cada seis meses en reunión de gabinete. Las acciones que no se concluyan se reprograman.",
)
_MORE_OBJECTIVES = (
    "Fortalecer la infraestructura, la profesionalización y la infraestructura socio-económica del municipio, "
    "con perspectiva de género y sin discriminación.",
    "Reflejar en los informes trimestrales –oficiales y ciudadanos– los avances, rezagos y áreas de oportunidad.",
)
_PLACES = (
    "",
    "",
    " en colonias, fraccionamientos y comunidades rurales del municipio, conforme al calendario autorizado",
    "",
    " (incluye las delegaciones de Villa Unión y El Salto)",
)
_COUNTED = ("", "", "", " y/o verificados en campo", "", " (zona urbana y rural)")
_UNITS = {"Reportes": "Reportes ciudadanos", "Apoyos": "Apoyos entregados"}


def read_export(path: Path) -> list[Row]:
    """The rows of a catalogue exported as CSV, under its headers without the asterisk of what is required."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return [{name.rstrip("*"): cell for name, cell in row.items()} for row in csv.DictReader(lines)]


def as_written(rows: Iterable[Row], programs: int) -> list[Row]:
    """The rows of so many programmes, in the order of a document and in longer words than a made-up catalogue has.

    Fewer programmes than there are come from several departments: two of each. These rows are what a document says.
    """
    ordered = sorted(rows, key=_place)
    per_department: dict[str, list[str]] = {}
    for row in ordered:
        codes = per_department.setdefault(row["Número de dependencia"], [])
        if row["Clave del programa"] not in codes:
            codes.append(row["Clave del programa"])
    everything = sum(map(len, per_department.values()))
    each = 2 if programs < everything else everything
    chosen = [code for codes in per_department.values() for code in codes[:each]][:programs]
    return [
        _worded(row, chosen.index(row["Clave del programa"])) for row in ordered if row["Clave del programa"] in chosen
    ]


Changes = Sequence[tuple[str, str]]
_GACETA_TABLE = "columns: (1fr, 2.1cm, 1.7cm, 6.6cm), stroke: 0.4pt"
_PLAN_TABLE = "columns: (3.2cm, 1fr), stroke: 0.4pt"
_INFORME_TABLE = "stroke: 0.5pt + luma(150), inset: 5pt"
_INFORME_ALIGN = "else if x in (2, 3) { center } else { left }"
VARIANTS: dict[str, tuple[str, Changes]] = {
    "gaceta sin líneas": (GACETA, [(_GACETA_TABLE, _GACETA_TABLE.replace("0.4pt", "none, row-gutter: 4pt"))]),
    "gaceta angosta": (GACETA, [("margin: (x: 2.2cm", "margin: (x: 3.2cm"), ("size: 10.5pt", "size: 9.5pt")]),
    "gaceta con alineación centrada": (
        GACETA, [(_PLAN_TABLE, _PLAN_TABLE.replace("1fr)", "5cm), align: left + horizon"))],
    ),
    "gaceta en letra grande": (GACETA, [('paper: "us-letter"', 'paper: "us-legal"'), ("size: 10.5pt", "size: 12pt")]),
    "informe sin líneas": (INFORME, [(_INFORME_TABLE, "stroke: none, inset: 5pt")]),
    "informe angosto": (INFORME, [("11.5cm)", "7.5cm)")]),
    "informe con celdas a media altura": (
        INFORME, [(_INFORME_ALIGN, "else if x in (2, 3) { center + horizon } else { left + horizon }")],
    ),
}  # fmt: skip
"""The same two with other margins and lines: what was found with the first two is found in these as well.

In the last one a fraction that is wider than its column is printed over the target beside it.
"""


def draw(layout: str, rows: Sequence[Row], changes: Changes = ()) -> bytes:
    """The PDF of a PAT with these rows, in the layout GACETA or INFORME, with texts of its source changed."""
    source = (HERE / f"{layout}.typ").read_text(encoding="utf-8")
    for old, new in changes:
        if old not in source:
            raise ValueError(f"{layout}.typ has no {old!r}")
        source = source.replace(old, new)
    compiler = typst.Compiler(
        source.encode(),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(_departments(rows), ensure_ascii=False)},
    )
    return compiler.compile(format="pdf")


def expected(rows: Iterable[Row]) -> list[Row]:
    """The rows as a draft has them: a blank line between paragraphs, no key of an indicator that is its action's."""
    return [
        row
        | {"Descripción": row["Descripción"].replace("\n", "\n\n")}
        | ({"Clave del indicador": ""} if row["Clave del indicador"] == row["Clave de la acción"] else {})
        for row in rows
    ]


def _place(row: Row) -> tuple[int, int, str]:
    first, second = row["Número de programa"].split(".")
    return int(first), int(second), row["Clave del indicador"]


def _worded(row: Row, number: int) -> Row:
    """One row in the words of a document; whatever belongs to a programme or an action is the same in all its rows."""
    action = int(row["Clave de la acción"].rsplit("-", 1)[1])
    second = _SECOND[number % len(_SECOND)]
    objectives = row["Objetivos del programa"].split("\n")
    if number % 3 != 1:
        objectives.append(_MORE_OBJECTIVES[number % 2])
    words = {
        "Descripción": f"{row['Descripción']}\n{second}" if number % 5 != 4 else row["Descripción"],
        "Objetivos del programa": "\n".join(objectives),
        "Acción": row["Acción"] + _PLACES[(number + action) % len(_PLACES)],
        "Unidad": _UNITS.get(row["Unidad"], row["Unidad"]) if number % 2 else row["Unidad"],
        "Numerador": row["Numerador"] + _COUNTED[(number + action) % len(_COUNTED)],
    }
    return {field: row[field] for field in FIELDS} | words


def _departments(rows: Sequence[Row]) -> list[dict[str, object]]:
    return [
        {
            "number": number,
            "name": name,
            "programs": [_program(list(group)) for _, group in _by(inside, "Clave del programa")],
        }
        for (number, name), inside in _by(rows, "Número de dependencia", "Dependencia")
    ]  # fmt: skip


def _program(rows: list[Row]) -> dict[str, object]:
    first = rows[0]
    return {
        "plan": first["Plan"],
        "axis": first["Eje rector"],
        "objective": first["Objetivo"],
        "strategy": first["Estrategia"],
        "number": first["Número de programa"],
        "code": first["Clave del programa"],
        "name": first["Programa"],
        "description": first["Descripción"].split("\n"),
        "objectives": first["Objetivos del programa"].split("\n"),
        "actions": [_action(list(group)) for _, group in _by(rows, "Clave de la acción")],
    }


def _action(rows: list[Row]) -> dict[str, object]:
    first = rows[0]
    return {
        "code": first["Clave de la acción"],
        "text": first["Acción"],
        "unit": first["Unidad"],
        "indicators": [
            {
                "code": row["Clave del indicador"],
                "target": row["Meta"],
                "above": row["Numerador"],
                "below": row["Denominador"],
            }
            for row in rows
        ],
    }


def _by(rows: Iterable[Row], *fields: str) -> Iterable[tuple[tuple[str, ...], list[Row]]]:
    for key, group in groupby(rows, lambda row: tuple(row[field] for field in fields)):
        yield key, list(group)
