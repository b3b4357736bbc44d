"""What a catalogue file says of one thing in several rows must be one thing.

Works on the values of all rows, those with errors too, and completes them: what one row of a
programme or department leaves blank another may say.
"""

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from catalog.workbook.cells import quoted
from catalog.workbook.columns import HEADERS, LACKING, Lacking, optional_of
from catalog.workbook.errors import RowError
from core.text import fold
from programs.models import Action, Program

_Values = dict[str, Any]
_EMPTY = ("", (), None)


@dataclass(frozen=True)
class _Rule:
    """Rows with the same ``key`` fields agree in ``same``; a blank in ``optional`` is filled from the others."""

    what: str
    key: tuple[str, ...]
    same: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


_PLACE = ("plan", "axis", "objective", "strategy")
_RULES = (
    _Rule("el plan del ejercicio", ("year",), same=("plan",)),
    _Rule("el eje", _PLACE[:2], optional=("axis_key",)),
    _Rule("el objetivo", _PLACE[:3], optional=("objective_key",)),
    _Rule("la estrategia", _PLACE, optional=("strategy_key",)),
    _Rule("la clave de eje", ("plan", "axis_key"), same=("axis",)),
    _Rule("la clave de objetivo", ("plan", "axis", "objective_key"), same=("objective",)),
    _Rule("la clave de estrategia", ("plan", "axis", "objective", "strategy_key"), same=("strategy",)),
    _Rule("la dependencia", ("department",), optional=("department_number", "department_prefix")),
    _Rule("el prefijo", ("department_prefix",), same=("department",)),
    _Rule("la dependencia número", ("department_number",), same=("department",)),
    _Rule(
        "la clave",
        ("year", "program_code"),
        same=("program", "axis", "objective", "strategy", "department"),
        optional=optional_of(Program),
    ),
    _Rule("la clave", ("year", "action_code"), same=("action", "unit"), optional=optional_of(Action)),
)
_NAMES = ("axis", "objective", "strategy", "department")


class Consistency:
    """Checks the rows of one file; ``notes`` then holds what is only suspicious."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self._errors: list[RowError] = []
        self._told: set[tuple[int, str]] = set()

    def check(self, rows: list[_Values]) -> list[RowError]:
        """The errors; the rows are completed in place."""
        self._one_year(rows)
        _default_prefixes(rows)
        for rule in _RULES:
            self._agree(rule, rows)
        self._unique_indicators(rows)
        for lacking in LACKING:
            self._lacking_in_earnest(lacking, rows)
        for name in _NAMES:
            self._note_near_names(name, rows)
        return self._errors

    def _one_year(self, rows: list[_Values]) -> None:
        """The file's year is what most rows say, whatever else is wrong with them; the first of two as frequent."""
        given = [row for row in rows if row.get("year") is not None]
        counts = Counter(row["year"] for row in given)
        if len(counts) < 2:
            return
        year = max(counts, key=counts.__getitem__)
        for row in given:
            if row["year"] != year:
                message = f"«{row['year']}»: el archivo es del ejercicio {year}; importe un ejercicio a la vez"
                self._error(row, "year", str(row["year"]), message)

    def _agree(self, rule: _Rule, rows: list[_Values]) -> None:
        groups = _grouped(rule.key, rows)
        for name in (*rule.same, *rule.optional):
            for members in groups:
                first = next((row for row in members if row.get(name, "") not in _EMPTY), None)
                if first is None:
                    continue
                expected, blank = first[name], False
                for row in members:
                    value = row.get(name)
                    if value is expected or value == expected or name not in row:
                        continue
                    if value not in _EMPTY:
                        expected = self._settle(rule, name, members)
                        break
                    blank = True
                if blank or expected is not first[name]:
                    for row in members:
                        if name in row and row[name] in _EMPTY:
                            row[name] = expected

    def _settle(self, rule: _Rule, name: str, members: list[_Values]) -> Any:
        """The value that most rows give, the first of them where it is a tie; the others are errors.

        So that one wrong cell is one error, and not one of every row that is right.
        """
        given = [row for row in members if row.get(name, "") not in _EMPTY]
        # What was told already is no model for others.
        trusted = [row for row in given if (row["row"], name) not in self._told] or given
        counts = Counter(row[name] for row in trusted)
        expected = max(counts, key=counts.__getitem__)
        model = next(row for row in trusted if row[name] == expected)
        for row in given:
            if row[name] != expected:
                self._disagree(rule, name, row, model)
        return expected

    def _disagree(self, rule: _Rule, name: str, row: _Values, model: _Values) -> None:
        if (row["row"], name) in self._told:
            return  # one wrong cell is one error, by however many rules it is wrong
        self._told.add((row["row"], name))
        value, expected = _text(row[name]), _text(model[name])
        if name in _NAMES and fold(value) == fold(expected):
            message = f"{quoted(value)} ya está como {quoted(expected)} en la fila {model['row']}; escríbalo igual"
            self._error(row, name, value, message)
            return
        subject = quoted(_text(row[rule.key[-1]]))
        message = f"{quoted(value)} no coincide con la fila {model['row']}, donde {rule.what} {subject} tiene "
        self._error(row, name, value, message + _contrast(value, expected))

    def _error(self, row: _Values, name: str, value: str, message: str) -> None:
        self._errors.append(RowError(row["row"], HEADERS[name], value, message))

    def _unique_indicators(self, rows: list[_Values]) -> None:
        seen: dict[tuple[int, str], _Values] = {}
        for row in rows:
            year, own, action = row.get("year"), row.get("indicator_code"), row.get("action_code")
            code = own or action
            if year is None or own is None or code is None:
                continue
            first = seen.setdefault((year, code), row)
            if first is not row:
                self._duplicate(row, first, own, code)

    def _lacking_in_earnest(self, lacking: Lacking, rows: list[_Values]) -> None:
        """What a row says to have nothing below has nothing in another row."""
        bare = [row for row in rows if row.get("lacking") is lacking and row.get(lacking.parent)]
        if not bare:
            return
        below: dict[tuple[Any, Any], _Values] = {}
        for row in rows:
            if row.get("lacking") is not lacking and (row.get(lacking.field) or row.get("action_code")):
                below.setdefault((row.get("year"), row.get(lacking.parent)), row)
        for row in bare:
            other = below.get((row.get("year"), row.get(lacking.parent)))
            if other is not None:
                code = other.get(lacking.field) or other["action_code"]
                message = (
                    f"«{lacking.words}» no puede ser: {lacking.the_parent} «{row[lacking.parent]}» tiene "
                    f"{lacking.the_field} «{code}» en la fila {other['row']}"
                )
                self._error(row, lacking.field, lacking.words, message)

    def _duplicate(self, row: _Values, first: _Values, own: str, code: str) -> None:
        if own:
            self._error(
                row,
                "indicator_code",
                own,
                f"«{own}» está repetida; es también la de la fila {first['row']}, y cada indicador lleva la suya",
            )
            return
        message = (
            f"falta; la acción «{code}» ya tiene un indicador en la fila {first['row']} "
            f"y cada uno más lleva su propia clave y nombre, por ejemplo «{code}-B»"
        )
        self._error(row, "indicator_code", "", message)

    def _note_near_names(self, name: str, rows: list[_Values]) -> None:
        """Two names that differ only in case or accents make two branches: probably one was meant."""
        spelled: dict[str, tuple[str, int]] = {}
        noted: set[str] = set()
        for row in rows:
            text = row.get(name)
            if not text or text in noted or (row["row"], name) in self._told:
                continue
            noted.add(text)
            other, number = spelled.setdefault(fold(text), (text, row["row"]))
            if other != text:
                self.notes.append(
                    f"Fila {row['row']} · {HEADERS[name]}: {quoted(text)} solo difiere en mayúsculas o acentos "
                    f"de {quoted(other)} (fila {number}) y se toma como otro nombre"
                )


def _default_prefixes(rows: Iterable[_Values]) -> None:
    """A blank prefix is that of the programme's code, unless another row of the department gives one."""
    given = {row.get("department") for row in rows if row.get("department_prefix")}
    for row in rows:
        if row.get("department_prefix") == "" and row.get("program_code") and row.get("department") not in given:
            row["department_prefix"] = row["program_code"].partition("-")[0]


def _grouped(key: tuple[str, ...], rows: Iterable[_Values]) -> list[list[_Values]]:
    """Rows with the same key, in file order; a row without all of it has no group."""
    groups: dict[Hashable, list[_Values]] = {}
    for row in rows:
        values = tuple([row.get(name) for name in key])
        if None not in values and values[-1] not in _EMPTY:
            groups.setdefault(values, []).append(row)
    return [members for members in groups.values() if len(members) > 1]


def _contrast(value: str, expected: str) -> str:
    """The other text; of long ones the place where they part."""
    same = next((at for at, pair in enumerate(zip(value, expected, strict=False)) if pair[0] != pair[1]), None)
    if same is None or same < 40:
        return quoted(expected)
    return f"«…{quoted(expected[same - 20 :])[1:]}"


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return str(value[0]) if hasattr(value, "start_year") else "\n".join(value)
    return str(value)
