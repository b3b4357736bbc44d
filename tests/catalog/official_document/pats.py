"""Draws a *Programa Anual de Trabajo* as PDF, in several layouts, from rows of a catalogue; and says what to expect.

A row is ``{header: value}`` as the catalogue's workbook has it. What a layout does not print is not expected.
"""

import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

import openpyxl
import typst

from catalog.workbook.columns import HEADERS
from core.pdf.rendering import FONTS

Row = Mapping[str, Any]
COMPARED = (
    "Plan", "Ejercicio", "Eje rector", "Objetivo", "Estrategia", "Número de dependencia", "Dependencia",
    "Número de programa", "Clave del programa", "Programa", "Descripción", "Objetivos del programa",
    "Clave de la acción", "Acción", "Unidad", "Meta", "Clave del indicador", "Numerador", "Denominador",
)  # fmt: skip


@dataclass(frozen=True)
class Layout:
    """How a municipality prints its document."""

    name: str
    page: str = "width: 279mm, height: 216mm, margin: (x: 20mm, y: 22mm)"
    text: str = 'font: "Source Sans 3", size: 10pt'
    paragraph: str = "justify: false"
    table: str = "stroke: 0.5pt"
    order: tuple[str, ...] = ("action", "unit", "target", "formula")
    widths: Mapping[str, str] = field(
        default_factory=lambda: {"action": "4fr", "unit": "1.3fr", "target": "1.2fr", "formula": "4fr"}
    )
    align: str = "left + top"
    heads: Mapping[str, str] = field(
        default_factory=lambda: {
            "action": "Acciones", "unit": "Unidad", "target": "Metas \\ Cantidad",
            "formula": "Indicadores de Seguimiento (en porcentaje)",
        }
    )  # fmt: skip
    title: str = "Acciones, Metas e Indicadores"
    bullet: str = "»"
    furniture: bool = True
    capitals: bool = False
    dash: str = "-"
    merged: bool = True
    unit_in_target: bool = False
    variables: bool = False
    each_on_its_page: bool = False


SOURCE = Layout("con líneas")
OPEN = Layout(
    "sin líneas",
    page="width: 216mm, height: 279mm, margin: (x: 18mm, y: 25mm)",
    text='font: "Libertinus Serif", size: 9pt',
    paragraph="justify: true",
    table="stroke: none, row-gutter: 3pt",
    align="(x, y) => if x in (1, 2) { center + horizon } else { left + horizon }",
    bullet="•",
    capitals=True,
    merged=False,
)
BROKEN = Layout(
    "celdas partidas",
    page="width: 216mm, height: 150mm, margin: (x: 20mm, y: 20mm)",
    text='font: "Source Sans 3", size: 11pt, hyphenate: true, lang: "es"',
    paragraph="justify: true",
    table="stroke: (x, y) => (bottom: 0.6pt)",
    order=("unit", "action", "target", "formula"),
    widths={"action": "3fr", "unit": "1.7fr", "target": "1.2fr", "formula": "3.2fr"},
    bullet="–",
    dash="–",
    unit_in_target=True,
    variables=True,
    each_on_its_page=True,
)
LAYOUTS = (SOURCE, OPEN, BROKEN)
KEYS = Layout(
    "claves en su columna",
    table="stroke: none",
    order=("key", "bare", "unit", "target", "plain"),
    widths={"key": "auto", "bare": "3fr", "unit": "1.3fr", "target": "auto", "plain": "4fr"},
    heads={
        "key": "Clave", "bare": "Línea de acción", "unit": "Unidad de medida", "target": "Meta anual",
        "plain": "Fórmula del indicador",
    },
    merged=False,
)  # fmt: skip
NO_KEYS = Layout(
    "sin claves",
    table="stroke: none",
    align="horizon",
    order=("bare", "unit", "target", "plain"),
    widths={"bare": "3fr", "unit": "1.3fr", "target": "1fr", "plain": "3fr"},
    heads={"bare": "Acciones", "unit": "Unidad", "target": "Meta", "plain": "Indicadores"},
    merged=False,
)
APART = Layout(
    "numerador y denominador",
    order=("action", "numerator", "denominator", "unit", "target"),
    widths={"action": "3fr", "numerator": "2fr", "denominator": "2fr", "unit": "1.4fr", "target": "1fr"},
    heads={
        "action": "Acción", "numerator": "Numerador", "denominator": "Denominador", "unit": "Unidad", "target": "Meta",
    },
    merged=False,
)  # fmt: skip
CARDS = Layout("fichas", order=(), title="Acciones")
STACKED = Layout(
    "fracciones",
    page="width: 330mm, height: 216mm, margin: 15mm",
    text="size: 9pt",
    order=("action", "unit", "target", "stacked"),
    widths={"action": "3fr", "unit": "1.2fr", "target": "1fr", "stacked": "4fr"},
    heads={"action": "Acciones", "unit": "Unidad", "target": "Metas", "stacked": "Indicadores"},
    merged=False,
)
MORE = (KEYS, NO_KEYS, APART, CARDS, STACKED)
"""Of documents whose actions have one indicator each."""


def rows_of(path: str | Path) -> list[dict[str, Any]]:
    """The rows of a catalogue's workbook, by headers without asterisks."""
    sheet = openpyxl.load_workbook(path).worksheets[0]
    rows = sheet.iter_rows(values_only=True)
    headers = [str(header or "").rstrip("*") for header in next(rows)]
    return [
        {header: "" if value is None else value for header, value in zip(headers, row, strict=True)} for row in rows
    ]


def in_order(rows: Iterable[Row]) -> list[Row]:
    """As documents have them: by department and programme."""
    return sorted(
        rows, key=lambda row: (int(row["Número de dependencia"]), row["Clave del programa"], row["Clave del indicador"])
    )


def draw(rows: Sequence[Row], layout: Layout, *, before: str = "") -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pat.typ"
        path.write_text("\n".join(_document(rows, layout, before)), encoding="utf-8")
        return bytes(typst.compile(str(path), font_paths=[str(FONTS)], ignore_system_fonts=True))


def expected(rows: Iterable[Row], layout: Layout) -> list[dict[str, str]]:
    """The rows that the draft has to have, in the document's own words."""
    return [_expected(row, layout) for row in rows]


def drafted(data: bytes) -> list[dict[str, str]]:
    """The rows of a draft's workbook, each cell as text."""
    return [{header: str(value) for header, value in row.items()} for row in rows_of(io.BytesIO(data))]  # type: ignore[arg-type]


def _expected(row: Row, layout: Layout) -> dict[str, str]:
    told = {header: str(row[header]) for header in COMPARED}
    told["Meta"] = target_of(row)
    if told["Clave del indicador"] == told["Clave de la acción"]:
        told["Clave del indicador"] = ""
    if layout.capitals:
        told["Dependencia"], told["Programa"] = told["Dependencia"].upper(), told["Programa"].upper()
    return told


def target_of(row: Row) -> str:
    value = row["Meta"]
    if row["Tipo de meta"] == "porcentaje":
        return f"{round(float(value) * 100, 4):g}%"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _document(rows: Sequence[Row], layout: Layout, before: str) -> Iterator[str]:
    furniture = (
        "header: [H. Ayuntamiento #h(1fr) Programa Anual de Trabajo 2016], "
        "footer: context align(center)[Página #counter(page).display() de 394]"
    )
    yield f"#set page({layout.page}{', ' + furniture if layout.furniture else ''})"
    yield f"#set text({layout.text})"
    yield f"#set par({layout.paragraph})"
    yield "#show heading: set block(above: 1.2em, below: 0.8em)"
    yield before
    for (number, department), of_department in groupby(
        rows, lambda row: (row["Número de dependencia"], row["Dependencia"])
    ):
        yield "#pagebreak(weak: true)"
        yield f"#heading(level: 1)[{_said(number)}. {_said(_cased(department, layout))}]"
        for code, of_program in groupby(of_department, lambda row: row["Clave del programa"]):
            if layout.each_on_its_page:
                yield "#pagebreak(weak: true)"
            yield from _program(code, list(of_program), layout)


def _program(code: str, rows: Sequence[Row], layout: Layout) -> Iterator[str]:
    first = rows[0]
    yield (
        f"#heading(level: 2)[{_said(first['Número de programa'])} {_said(_cased(first['Programa'], layout))} "
        f"({_said(_dashed(code, layout))})]"
    )
    yield (
        _said(
            f"<< {first['Plan']} > Eje Rector: {first['Eje rector']} > Objetivo: {first['Objetivo']} "
            f"> Estrategia: {first['Estrategia']} >>"
        )
        + "\n"
    )
    if first["Descripción"]:
        yield "*Descripción*\n"
        for paragraph in str(first["Descripción"]).split("\n\n"):
            yield _said(paragraph) + "\n"
    yield "*Objetivos*\n"
    for objective in str(first["Objetivos del programa"]).split("\n"):
        yield f"{layout.bullet} {_said(objective)}\n"
    yield f"*{layout.title}*\n"
    yield from _table(rows, layout)
    yield (
        _said(
            f"Indicador Global del Programa {first['Programa']} = (Sumatoria del porcentaje de avance de cada "
            "indicador considerado / Indicadores considerados)."
        )
        + "\n"
    )


def _table(rows: Sequence[Row], layout: Layout) -> Iterator[str]:
    if not layout.order:
        for row in rows:
            cells = _cells(row, layout)
            yield f"Acción: {cells['action']}\n\nUnidad de medida: {cells['unit']} #h(2cm) Meta: {cells['target']}\n"
            yield f"Indicador: {cells['formula']}\n"
        return
    widths = ", ".join(layout.widths[name] for name in layout.order)
    yield f"#table(columns: ({widths}), align: {layout.align}, {layout.table},"
    yield "table.header(" + ", ".join(f"[{layout.heads[name]}]" for name in layout.order) + "),"
    for _, group in groupby(rows, lambda row: row["Clave de la acción"]):
        of_action = list(group)
        for at, row in enumerate(of_action):
            cells = _cells(row, layout)
            for name in layout.order:
                if name == "action" and at:
                    if not layout.merged:
                        yield "[],"
                elif name == "action" and layout.merged and len(of_action) > 1:
                    yield f"table.cell(rowspan: {len(of_action)})[{cells[name]}],"
                else:
                    yield f"[{cells[name]}],"
    yield ")"


def _cells(row: Row, layout: Layout) -> dict[str, str]:
    code = _dashed(str(row["Clave del indicador"]), layout)
    action = f"{row['Acción']} ({_dashed(str(row['Clave de la acción']), layout)})."
    target, unit = target_of(row), str(row["Unidad"])
    if layout.unit_in_target and not target.endswith("%"):
        target = f"{target} {unit.lower()}"
    if layout.variables:
        formula = f"{code} = (A/B)*100, donde A = {row['Numerador']}; B = {row['Denominador']}."
    else:
        formula = f"{code} = ({row['Numerador']} / {row['Denominador']}) * (100)."
    cells = {
        "action": action, "unit": unit, "target": target, "formula": formula, "key": str(row["Clave de la acción"]),
        "bare": str(row["Acción"]), "plain": f"({row['Numerador']} / {row['Denominador']}) × 100",
        "numerator": str(row["Numerador"]), "denominator": str(row["Denominador"]),
    }  # fmt: skip
    written = {name: _said(text) for name, text in cells.items()}
    written["stacked"] = f'$ "{code}" = frac("{row["Numerador"]}", "{row["Denominador"]}") times 100 $'
    return written


def _cased(text: Any, layout: Layout) -> str:
    return str(text).upper() if layout.capitals else str(text)


def _dashed(code: str, layout: Layout) -> str:
    return code.replace("-", layout.dash)


def _said(text: Any) -> str:
    """The text as it is, whatever signs it has."""
    return re.sub(r"([\\#$*_`<>@\[\]~=/+\-])", r"\\\1", str(text))


@dataclass
class Measured:
    """Cells by field: right, doubtful (wrong or missing, and the row's doubts name the field), wrong without a word."""

    right: dict[str, int] = field(default_factory=dict)
    doubtful: dict[str, int] = field(default_factory=dict)
    wrong: dict[str, int] = field(default_factory=dict)
    examples: list[tuple[str, str, str, str]] = field(default_factory=list)

    @property
    def share(self) -> float:
        cells = sum(sum(kind.values()) for kind in (self.right, self.doubtful, self.wrong))
        return sum(self.right.values()) / cells if cells else 0.0


def measure(found: Sequence[Mapping[str, str]], wanted: Sequence[Mapping[str, str]]) -> Measured:
    """Compares by the key of the indicator; a row that is not there is wrong in each of its cells."""
    measured = Measured()
    by_code = {_code(row): row for row in found}
    for row in wanted:
        there = by_code.get(_code(row), {})
        for header in COMPARED:
            value = there.get(header, "")
            told = row[header]
            kind = measured.right
            if value != told:
                doubts = there.get("Dudas", "")
                told_of = [line.partition(":")[0] for line in doubts.splitlines()]
                of_the_row = any(name not in HEADERS.values() for name in told_of)
                kind = measured.doubtful if header in told_of or of_the_row else measured.wrong
                measured.examples.append((_code(row), header, told, value))
            kind[header] = kind.get(header, 0) + 1
    return measured


def _code(row: Mapping[str, str]) -> str:
    return row.get("Clave del indicador") or row.get("Clave de la acción", "")
