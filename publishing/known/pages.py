"""The plan, a programme and an indicator as a closing's document has them, each figure beside today's."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from core.lights import LIGHTS, light
from indicators.models import month_name
from indicators.wording import span
from publishing.document.borders import Borders
from publishing.document.differences import Difference, Document, Kind, pairs_of
from publishing.document.telling import field_text, value_text
from publishing.explaining.reading import Known

_PLAN = ("compliance", "global", "with_data", "months_captured")
_PROGRAM = ("compliance", "light", "global", "considered")
_INDICATOR = ("percentage", "target", "expected", "compliance", "light", "months_captured")
_RESULTS = (
    "numerator", "denominator", "percentage", "advance", "target", "expected", "compliance", "annual_compliance",
    "light", "months_captured",
)  # fmt: skip
_RULES = ("frequency", "starts_in", "retired_from", "direction", "schedule", "numerator_mode", "denominator_mode",
          "thresholds", "considered")  # fmt: skip
_WORDS = ("definition", "source", "responsible_area", "numerator_label", "denominator_label", "official_key")
_OUT_OF = {"months_captured": "months_due", "considered": "total", "with_data": "programs"}
GONE = "hoy ya no está"


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure as it was closed and, where it is something else today, as it is today."""

    label: str
    then: str
    today: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    code: str
    name: str
    url: str
    action: str  # of an indicator; empty for what is not one
    cells: list[Cell]
    gone: bool = False


@dataclass(frozen=True, slots=True)
class KnownDepartment:
    """Its own results, and its programmes, which the page folds away."""

    row: Row
    programs: list[Row]

    @property
    def different(self) -> int:
        """How many of its programmes are something else today, so that whoever does not open it knows."""
        return sum(row.gone or any(cell.today for cell in row.cells) for row in self.programs)


@dataclass(frozen=True, slots=True)
class KnownPlan:
    facts: list[Cell]
    axes: list[Row]
    departments: list[KnownDepartment]


@dataclass(frozen=True, slots=True)
class KnownProgram:
    code: str
    name: str
    words: list[Cell]
    facts: list[Cell]
    indicators: list[Row]
    gone: bool


@dataclass(frozen=True, slots=True)
class KnownIndicator:
    code: str
    name: str
    program: Document
    words: list[Cell]
    facts: list[Cell]
    rules: list[Cell]
    months: list[Cell]
    gone: bool


def address(known: Known, page: str, *parts: str) -> str:
    closing = known.closing
    return reverse(f"publishing:{page}", args=[closing.fiscal_year.year, closing.month, closing.version, *parts])


def span_text(known: Known) -> str:
    """«enero–septiembre 2016»."""
    return f"{span(known.then['month'])} {known.then['year']}"


def known_plan(known: Known) -> KnownPlan:
    then, today = known.then, known.today
    programs: dict[str, list[Row]] = {}
    for code, (row, now) in known.programs.items():
        cells = _cells(row, now, _PROGRAM, known.borders(code))
        programs.setdefault(row["department"], []).append(
            Row(code, row["name"], address(known, "known_program", code), "", cells, now is None)
        )
    return KnownPlan(
        facts=[
            *_cells(then["plan_results"], today["plan_results"], _PLAN, known.borders("")),
            *_lights(then["plan_results"]["lights"], today["plan_results"]["lights"]),
        ],
        axes=list(_groups(known, "axes", "axis_results", "key")),
        departments=[
            KnownDepartment(row, programs[row.code])
            for row in _groups(known, "departments", "department_results", "prefix")
        ],
    )


def known_program(known: Known, code: str) -> KnownProgram | None:
    if code not in known.programs:
        return None
    then, now = known.programs[code]
    return KnownProgram(
        code=code,
        name=then["name"],
        words=[
            Cell("Dependencia", _department(known.then, then), _if_other(_department, known, then, now)),
            Cell("En el plan", _line(known.then, then), _if_other(_line, known, then, now)),
            *_cells(then, now, ("description", "objectives"), known.borders(code), empty=False),
        ],
        facts=_cells(then, now, _PROGRAM, known.borders(code)),
        indicators=[
            Row(
                row["code"], row["name"], address(known, "known_indicator", row["code"]), row["action"],
                _cells(row, today, _INDICATOR, known.borders(row["code"])), today is None,
            )
            for row, today in (known.indicators[one["code"]] for one in then["indicators"])
        ],
        gone=now is None,
    )  # fmt: skip


def known_indicator(known: Known, code: str) -> KnownIndicator | None:
    if code not in known.indicators:
        return None
    then, now = known.indicators[code]
    borders = known.borders(code)
    return KnownIndicator(
        code=code,
        name=then["name"],
        program=known.program_of(code),
        words=[*_cells(then, now, ("action", "unit"), borders), *_cells(then, now, _WORDS, borders, empty=False)],
        facts=_cells(then, now, _RESULTS, borders),
        rules=_cells(then, now, _RULES, borders, empty=False),
        months=list(_months(then, now)),
        gone=now is None,
    )


# --- Figures --------------------------------------------------------------------------------------------------------


def _cells(
    then: Document, now: Document | None, names: Iterable[str], borders: Borders, *, empty: bool = True
) -> list[Cell]:
    """``empty``: told with a dash where neither has it."""
    found = []
    for name in names:
        parts = (name, _OUT_OF[name]) if _is_counted(name, then) else (name,)
        before = [then[part] for part in parts]
        after = before if now is None else [now[part] for part in parts]
        if empty or before[0] not in (None, "", []) or after != before:
            texts = _texts(name, then, then if now is None else now, borders)
            found.append(Cell(field_text(name).capitalize(), texts[0], texts[1] if after != before else ""))
    return found


def _texts(name: str, then: Document, now: Document, borders: Borders) -> tuple[str, str]:
    if name == "light":
        return light(then[name]), light(now[name])
    one = Difference(Kind.RESULT, "", name, then[name], now[name])
    before, after = value_text(one, then[name], borders), value_text(one, now[name], borders)
    return before + _unit(name, then), after + _unit(name, now)


def _is_counted(name: str, row: Document) -> bool:
    """«3 de 4»: of an indicator, ``considered`` says whether it is."""
    return _OUT_OF.get(name) in row


def _unit(name: str, row: Document) -> str:
    if _is_counted(name, row):
        return f" de {row[_OUT_OF[name]]:,}"
    if name in ("target", "expected") and row[name] is not None:
        return " %" if row["target_kind"] == "percentage" else f" {row['unit']}".rstrip()
    return ""


def _lights(then: Mapping[str, int], now: Mapping[str, int]) -> list[Cell]:
    return [
        Cell(LIGHTS[code][0].capitalize(), f"{then[code]:,}", f"{now[code]:,}" if now[code] != then[code] else "")
        for code in LIGHTS
        if code in then
    ]


def _groups(known: Known, names: str, results: str, key: str) -> Iterable[Row]:
    now = {row[key]: row for row in known.today[results]}
    for named, row in zip(known.then[names], known.then[results], strict=True):
        if row["programs"]:
            cells = _cells(row, now.get(row[key]), ("compliance", "global", "with_data"), known.borders(""))
            yield Row(row[key], named["name"], "", "", cells, row[key] not in now)


def _months(then: Document, now: Document | None) -> Iterable[Cell]:
    was = pairs_of(then)
    becomes = was if now is None else pairs_of(now)
    for month in sorted({*was, *becomes}):
        one = Difference(Kind.FIGURE, then["code"], "pair", was.get(month), becomes.get(month), month)
        today = "" if one.before == one.after else value_text(one, one.after, ())
        yield Cell(month_name(month).capitalize(), value_text(one, one.before, ()), today)


# --- Words ----------------------------------------------------------------------------------------------------------


def _if_other(words: Any, known: Known, then: Document, now: Document | None) -> str:
    told: str = words(known.today, now) if now is not None else ""
    return "" if told == words(known.then, then) else told


def _department(document: Document, program: Document) -> str:
    return next((row["name"] for row in document["departments"] if row["prefix"] == program["department"]), "")


def _line(document: Document, program: Document) -> str:
    """«Eje › Objetivo › Estrategia»."""
    names, level = [], document["axes"]
    for part, below in (("axis", "objectives"), ("objective", "strategies"), ("strategy", "")):
        found = next(row for row in level if row["key"] == program[part])
        names.append(found["name"])
        level = found.get(below, ())
    return " › ".join(names)
