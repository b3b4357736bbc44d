"""Which row of the month each row of a block is for: by its code, by the name beside it, or by its place."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from core.amounts import Style, is_ambiguous, style_of
from indicators.capture.paste import columns
from indicators.capture.paste.blocks import BLANK, NUMERATOR, PastedCell, PasteError, read_as, read_cell
from indicators.capture.paste.names import Known, Match, code_in

_BY_NAME, _BY_CODE, _BY_PLACE = "por su nombre", "por su clave", "por su lugar"
_NEARLY = "por su nombre, que se parece"
_OVER_HEADINGS = "si el renglón vacío es el título de un programa"
_SUMMED_WITH_NAMES, _SUMMED_WITHOUT = 2, 4


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the indicators that a contradictory row may be for, and what speaks for it."""

    code: str
    why: str

    @property
    def stays(self) -> bool:
        """It is where the block itself put the row; the other choice moves it."""
        return self.why in (_BY_CODE, _BY_PLACE)


@dataclass(frozen=True, slots=True)
class PastedRow:
    """One row of the block for one row of the grid; ``code`` is empty where it found none, ``error`` says why.

    With ``choices`` it waits for an answer, and ``error`` says what contradicts.
    """

    number: int
    code: str
    label: str
    cells: Mapping[str, PastedCell]
    error: str = ""
    choices: tuple[Choice, ...] = ()

    @property
    def is_blank(self) -> bool:
        return not self.error and all(cell == BLANK for cell in self.cells.values())


@dataclass(frozen=True, slots=True)
class Layout:
    """The block over the grid. ``by_code``, ``by_name``: each row found its indicator by itself.

    ``question``: a text that can be two numbers, asked once for the block. ``skipped``: the rows that are no
    indicator's. ``left_out``: the columns that are neither side of the pair.
    """

    rows: list[PastedRow] = field(default_factory=list)
    by_code: bool = False
    by_name: bool = False
    question: str = ""
    skipped: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Line:
    """A row of the block on its way to its place."""

    number: int
    texts: list[str]
    cells: Mapping[str, PastedCell]
    match: Match | None = None
    code: str = ""  # as a code column says

    @property
    def label(self) -> str:
        return " ".join(self.texts)

    @property
    def has_figures(self) -> bool:
        return any(cell != BLANK for cell in self.cells.values())

    def row(self, code: str, error: str = "", choices: Sequence[Choice] = ()) -> PastedRow:
        return PastedRow(self.number, code, self.label or self.code, self.cells, error, tuple(choices))


def lay_out(
    block: Sequence[Sequence[str]],
    *,
    codes: Sequence[str],
    known: Known | None = None,
    start: str = "",
    side: str = NUMERATOR,
    decimal: Style | None = None,
) -> Layout:
    """The block over the grid's rows, whose codes are given in order.

    With codes or names in it each row finds its indicator, in any order of rows and columns; without them it lies from
    the cell ``start``/``side`` on. ``decimal`` answers how it writes decimals. PasteError where the columns cannot be
    told apart.
    """
    known = known or Known()
    at = columns.heading_at(block)
    code_column = _code_column(list(zip(*block, strict=True)))
    if at is None and code_column is not None and _is_untold_heading(block[0], code_column):
        at = 0
    heading = block[at] if at is not None else []
    first = 0 if at is None else at + 1
    body = block[first:]
    if not body:
        raise PasteError("Lo que pegó no tiene números.")
    sides = columns.sides_by_heading(heading)
    left_out: list[str] = []
    if not sides and code_column is not None:
        sides, left_out = columns.sides_beside_codes(body, heading, code_column)
    elif not sides:
        sides, left_out = columns.sides_from(body, heading, side)
    told = [row[place] for row in body for place in sides.values()]
    style = decimal or style_of(told)
    question = next((text for text in told if is_ambiguous(text, style)), "") if decimal is None else ""
    lines = _lines(body, first, sides, code_column, style, answered=decimal is not None)
    _require_rows(known, lines, sides)
    if code_column is not None:
        rows, skipped, by_name = *_by_code(lines, codes, known), False
    else:
        rows, skipped, by_name = _by_place(lines, codes, known, start)
    return Layout(rows, code_column is not None, by_name, question, skipped, left_out)


def _code_column(found: Sequence[Sequence[str]]) -> int | None:
    """The column in which most cells are codes, or begin with one."""
    for place, column in enumerate(found):
        codes = sum(bool(code_in(text)) for text in column)
        if codes and codes * 2 >= sum(bool(text) for text in column[1:]):
            return place
    return None


def _is_untold_heading(row: Sequence[str], code_column: int) -> bool:
    """A first row without a code and without figures."""
    return not code_in(row[code_column]) and not any(read_as(text, None).value is not None for text in row if text)


def _lines(
    body: Sequence[Sequence[str]],
    first: int,
    sides: Mapping[str, int],
    code_column: int | None,
    style: Style | None,
    *,
    answered: bool,
) -> list[_Line]:
    read = read_as if answered else read_cell
    numeric = {place for place, column in enumerate(zip(*body, strict=True)) if columns.has_numbers(column)}
    beside = [place for place in range(len(body[0])) if place not in sides.values() and place != code_column]
    beside = [place for place in beside if place not in numeric]
    return [
        _Line(
            number,
            [row[place] for place in beside if row[place]],
            {side: read(row[place], style) for side, place in sides.items()},
            code=row[code_column] if code_column is not None else "",
        )
        for number, row in enumerate(body, start=first + 1)
    ]


def _require_rows(known: Known, lines: Sequence[_Line], sides: Mapping[str, int]) -> None:
    if len(sides) == 1 and known.are_variables([text for line in lines for text in line.texts]):
        raise PasteError(
            "Lo que pegó trae un renglón para cada variable. Acomode el numerador y el denominador de cada indicador "
            "en dos columnas del mismo renglón y péguelo otra vez."
        )


# --- By code -------------------------------------------------------------------------------------------------------


def _by_code(lines: Sequence[_Line], codes: Sequence[str], known: Known) -> tuple[list[PastedRow], list[str]]:
    seen: dict[str, int] = {}
    rows, skipped = [], []
    for line in lines:
        code = code_in(line.code)
        if not code and not line.texts and not line.code and not line.has_figures:
            continue
        if not code and (not line.has_figures or known.is_heading([line.code, *line.texts])):
            skipped.append(_told(line))
            continue
        named = known.match([line.code.replace(code, "") if code else line.code, *line.texts])
        if not code and named and named.exact:
            code = named.code
        why_not = known.not_due.get(code, "")
        error = why_not or _code_error(code or line.code, codes, seen.setdefault(code, line.number), line.number)
        if not error and line.has_figures and named and named.exact and named.code != code:
            choices = [Choice(code, _BY_CODE), *_choice(named.code, _BY_NAME, codes)]
            rows.append(line.row("", f"Su clave es {code} y el nombre de al lado es el de {named.code}.", choices))
        else:
            rows.append(line.row("" if error else code, error))
    return rows, skipped


def _code_error(code: str, codes: Collection[str], first: int, number: int) -> str:
    if not code:
        return "Esta fila no trae la clave del indicador."
    if code not in codes:
        return f"«{code[:40]}» no está entre los indicadores de esta página."
    return f"«{code}» ya está en la fila {first} de lo que pegó." if first != number else ""


# --- By name or place ----------------------------------------------------------------------------------------------


def _by_place(
    lines: Sequence[_Line], codes: Sequence[str], known: Known, start: str
) -> tuple[list[PastedRow], list[str], bool]:
    for line in lines:
        line.match = known.match(line.texts)
    kept, skipped = _indicator_lines(lines, known)
    first = codes.index(start) if start in codes else 0
    places = {line.number: codes[first + step] if first + step < len(codes) else "" for step, line in enumerate(kept)}
    told = [line for line in kept if line.has_figures or line.texts]
    figures = [line for line in told if line.has_figures]
    named = [line for line in figures if line.match and line.match.exact]
    if len(figures) > 1 and 2 * len(named) >= len(figures):
        return _by_name(told, places, codes), skipped, len(named) == len(figures)
    over = _over_headings(kept, codes, first)
    rows = [_at_its_place(line, places[line.number], codes) for line in told]
    return [_asked_over(line, row, over, codes) for line, row in zip(told, rows, strict=True)], skipped, False


def _over_headings(kept: Sequence[_Line], codes: Sequence[str], first: int) -> dict[int, str]:
    """The places by the row's number if the blank rows are the titles of programmes, copied without their names.

    Empty unless every blank row stands where a programme begins: elsewhere it is an indicator without figures.
    """
    at, found, blanks, titles = first, {}, 0, 0
    for line in kept:
        if not line.texts and not line.has_figures:
            blanks += 1
            if at < len(codes) and (at == 0 or _program(codes[at]) != _program(codes[at - 1])):
                titles += 1
                continue
        found[line.number] = codes[at] if at < len(codes) else ""
        at += 1
    return found if blanks and blanks == titles else {}


def _program(code: str) -> str:
    return "-".join(code.split("-")[:2])


def _asked_over(line: _Line, row: PastedRow, over: Mapping[int, str], codes: Sequence[str]) -> PastedRow:
    """A row that lies elsewhere if the blank rows above it are titles waits for an answer."""
    other = over.get(line.number, row.code)
    if row.error or not line.has_figures or other == row.code:
        return row
    choices = [*_choice(row.code, _BY_PLACE, codes), *_choice(other, _OVER_HEADINGS, codes)]
    why = "Arriba hay un renglón vacío donde empieza un programa: puede ser su título o un indicador sin cifras."
    return line.row("", why, choices)


def _indicator_lines(lines: Sequence[_Line], known: Known) -> tuple[list[_Line], list[str]]:
    """The rows that take a place: all but headings, totals and the blank rows beside them."""
    passed = {line.number for line in lines if _is_no_indicator(line, lines, known)}
    for line in reversed(lines):
        if not line.texts and not line.has_figures and passed & {line.number - 1, line.number + 1}:
            passed.add(line.number)
    skipped = [_told(line) for line in lines if line.number in passed and (line.texts or line.has_figures)]
    return [line for line in lines if line.number not in passed], skipped


def _is_no_indicator(line: _Line, lines: Sequence[_Line], known: Known) -> bool:
    if line.match and line.match.exact:
        return False
    if known.is_heading(line.texts):
        return True
    if line.texts:
        return not line.has_figures
    return line is lines[-1] and _is_sum(line, lines[:-1])


def _is_sum(line: _Line, above: Sequence[_Line]) -> bool:
    """A last row without a name that adds up those above it."""
    above = [one for one in above if one.has_figures]
    enough = _SUMMED_WITH_NAMES if all(one.texts for one in above) else _SUMMED_WITHOUT
    values = [[cell.value for cell in one.cells.values()] for one in above]
    return len(above) >= enough and columns.is_sum_of(values, [cell.value for cell in line.cells.values()])


def _by_name(lines: Sequence[_Line], places: Mapping[int, str], codes: Sequence[str]) -> list[PastedRow]:
    """Names decide. A row whose name says nothing has its place only where all the others are in theirs."""
    taken: dict[str, int] = {}
    for line in lines:
        if line.match and line.match.exact and line.has_figures:
            taken.setdefault(line.match.code, line.number)
    in_order = all(
        line.match.code == places[line.number] for line in lines if line.match and line.match.exact and line.has_figures
    )
    rows = []
    for line in lines:
        place = places[line.number] if places[line.number] not in taken else ""
        if line.match and line.match.exact:
            code = line.match.code
            error = _code_error(code, codes, taken.get(code, line.number), line.number)
            rows.append(line.row("" if error else code, error))
        elif in_order and place and (not line.match or line.match.code == place):
            rows.append(line.row(place, _foreign_code(line, codes)))
        else:
            near = line.match.code if line.match and line.match.code not in taken else ""
            choices = _choice(near, _NEARLY, codes)
            choices += _choice(place, _BY_PLACE, codes) if place != near else []
            rows.append(line.row("", f"«{line.label[:80]}» no es el nombre de ningún indicador de este mes.", choices))
    return rows


def _at_its_place(line: _Line, place: str, codes: Sequence[str]) -> PastedRow:
    if not line.has_figures:
        return line.row(place)
    foreign = _foreign_code(line, codes)
    if foreign:
        return line.row("", foreign)
    if line.match and line.match.code != place:
        why = _BY_NAME if line.match.exact else _NEARLY
        choices = [*_choice(line.match.code, why, codes), *_choice(place, _BY_PLACE, codes)]
        return line.row("", _contradiction(line.match, place, codes), choices)
    return line.row(place, "" if place else "Ya no hay filas para esta: sobra.")


def _contradiction(match: Match, place: str, codes: Sequence[str]) -> str:
    said = f"El nombre de al lado {'es' if match.exact else 'se parece a'} el de {match.code}"
    if match.code not in codes:
        said += ", que no se captura en esta página"
    return f"{said}, y por su lugar le toca {place}." if place else f"{said}."


def _foreign_code(line: _Line, codes: Sequence[str]) -> str:
    """A code beside the figures that is none of this page's."""
    found = next((code for text in line.texts if (code := code_in(text))), "")
    return _code_error(found, codes, line.number, line.number) if found else ""


def _choice(code: str, why: str, codes: Sequence[str]) -> list[Choice]:
    return [Choice(code, why)] if code in codes else []


def _told(line: _Line) -> str:
    figures = " / ".join(cell.text or "vacío" for cell in line.cells.values()) if line.has_figures else ""
    name = " ".join(filter(None, (line.code, line.label)))[:80]
    return f"fila {line.number}: {' '.join(filter(None, (f'«{name}»' if name else '', figures)))}"


# --- The answers ---------------------------------------------------------------------------------------------------


def answered(layout: Layout, answers: Mapping[int, str]) -> Layout:
    """The layout with the rows that were asked about where their answers, by the row's number, put them."""
    placed = {row.code: row.number for row in layout.rows if row.code and not row.error}
    rows = []
    for row in layout.rows:
        code = answers.get(row.number, "")
        if not any(choice.code == code for choice in row.choices):
            rows.append(row)
            continue
        other = placed.setdefault(code, row.number)
        error = f"«{code}» ya está en la fila {other} de lo que pegó." if other != row.number else ""
        rows.append(replace(row, code="" if error else code, error=error, choices=()))
    return replace(layout, rows=rows)
