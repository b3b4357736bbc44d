"""How a cell of the catalogue workbook becomes a value.

A parser takes a Cell and gives the value, or raises CellError with the rest of the sentence
«fila 7 · Meta: …». Parsers know one cell; what depends on other cells is in ``parsing``.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from catalog.workbook.amounts_with_units import why_no_amount
from core.amounts import AmountError, NotANumber, Style, parse_amount
from core.spreadsheets import NO_RESULT, Cell, Kind, single_line
from core.text import fold
from indicators import calculations
from indicators.models.months import MONTH_NAMES

PROGRAM, ACTION, INDICATOR = "del programa", "de la acción", "del indicador"
MIN_YEAR, MAX_YEAR = 1900, 2200
MAX_DEPARTMENT_NUMBER = 32_767
NO_YEARS = "no dice sus años; escríbalo como «Plan Municipal de Desarrollo 2014 - 2016»"
IN_PLAN = "corrija el ejercicio, o los años en el nombre del plan"
"""What to do about a year that its plan does not cover."""
FREQUENCIES = {"mensual": 1, "bimestral": 2, "trimestral": 3, "cuatrimestral": 4, "semestral": 6, "anual": 12}
_SHOWN_CHARACTERS = 60


class CellError(Exception):
    """What is wrong with one cell, in Spanish, with its value and without a full stop."""


class NotAnAmountError(CellError):
    """Nothing is known of the cell but that it is no number."""


class PlanName(NamedTuple):
    """``start_year``, ``end_year``: as the name says them, in whatever order; None where it does not."""

    name: str
    start_year: int | None
    end_year: int | None


class Target(NamedTuple):
    """``percent``: it carries a percent sign; ``bare``: a plain number cell."""

    amount: Decimal
    percent: bool
    bare: bool


class Schedule(NamedTuple):
    """``shares``: twelve accumulated percentages of an explicit schedule, otherwise empty."""

    kind: str
    shares: tuple[Decimal, ...]


def quoted(text: str) -> str:
    """«text», short enough for a sentence."""
    text = single_line(text)
    return f"«{text[:_SHOWN_CHARACTERS]}…»" if len(text) > _SHOWN_CHARACTERS else f"«{text}»"


def _readable(cell: Cell) -> str:
    if cell.kind is Kind.UNSAVED:
        raise CellError(NO_RESULT)
    if cell.kind is Kind.ERROR:
        raise CellError(f"{quoted(cell.text)} es un error de la hoja de cálculo; corrija la celda o escriba el dato")
    if cell.kind is Kind.DATE:
        raise CellError(f"{quoted(cell.text)} es una fecha; dé a la celda formato de texto y escriba el dato otra vez")
    return cell.shown


def name_of(limit: int) -> Callable[[Cell], str]:
    """A name on one line with at most so many characters."""

    def parse(cell: Cell) -> str:
        text = single_line(_readable(cell))
        if len(text) > limit:
            raise CellError(f"{quoted(text)} tiene {len(text):,} caracteres; caben hasta {limit:,}")
        return text

    return parse


def paragraphs(cell: Cell) -> str:
    """A text with its new lines."""
    return _readable(cell)


_BULLET = re.compile(r"^(?:[•»▪◦●·]\s*|[-–—*]\s+)")


def objective_lines(cell: Cell) -> tuple[str, ...]:
    """One objective a line, without its bullet."""
    lines = (single_line(_BULLET.sub("", line.strip())) for line in _readable(cell).split("\n"))
    return tuple(line for line in lines if line)


_YEARS = re.compile(r"(\d{4})\s*(?:[-–—/]|al?)\s*(\d{4})(?!.*\d{4})", re.ASCII)


def plan_name(cell: Cell) -> PlanName:
    """The plan's name with the years that it covers: «… 2014 - 2016»."""
    name = name_of(500)(cell)
    match = _YEARS.search(name)
    if not match:
        return PlanName(name, None, None)
    return PlanName(name, int(match[1]), int(match[2]))


def year(cell: Cell) -> int:
    text = single_line(_readable(cell))
    digits = unicodedata.normalize("NFKC", text)
    if not re.fullmatch(r"\d{4}", digits, re.ASCII) or not MIN_YEAR <= int(digits) <= MAX_YEAR:
        raise CellError(f"{quoted(text)} no es un año; escriba por ejemplo 2016")
    return int(digits)


def department_number(cell: Cell) -> int:
    text = single_line(_readable(cell))
    digits = unicodedata.normalize("NFKC", text)
    if not re.fullmatch(r"\d{1,5}", digits, re.ASCII) or int(digits) > MAX_DEPARTMENT_NUMBER:
        raise CellError(f"{quoted(text)} no es un número de dependencia: escriba un entero, por ejemplo 1")
    return int(digits)


def program_number(cell: Cell) -> str:
    """«1.10» is not 1.1: a number cell is read with its format, and without one its decimals are not known."""
    if cell.kind is Kind.NUMBER and cell.general and "." in cell.text:
        raise CellError(
            f"{quoted(cell.text)} está guardado como número y no se sabe si era {cell.text} o {cell.text}0; "
            "dé a la columna formato de texto y escríbalo otra vez"
        )
    return name_of(20)(cell)


_SHAPES = {
    PROGRAM: re.compile(r"[A-ZÑ]{2,6}-\d{2,3}", re.ASCII),
    ACTION: re.compile(r"[A-ZÑ]{2,6}-\d{2,3}-\d{2,3}", re.ASCII),
    INDICATOR: re.compile(r"[A-ZÑ]{2,6}-\d{2,3}-\d{2,3}(-[A-Z])?", re.ASCII),
}
_EXAMPLES = {PROGRAM: "PRE-02", ACTION: "PRE-02-03", INDICATOR: "PRE-02-03 o PRE-02-03-B"}
_NEARLY = re.compile(r"([A-ZÑ]{2,6})-?(\d{1,3})(?:-(\d{1,3}))?(?:-?([A-Z]))?", re.ASCII)
_DASHES = re.compile(r"[\s\u2010-\u2015\u2212_./-]+")
_ONLY_DASHES = re.compile(r"\s?[-\u2010-\u2015\u2212]\s?")
_PREFIX = re.compile(r"[A-ZÑ]{2,6}")


def code_of(what: str) -> Callable[[Cell], str]:
    """A code of the shape that programmes, actions or indicators have."""
    shape = _SHAPES[what]

    def parse(cell: Cell) -> str:
        text = single_line(_readable(cell))
        if shape.fullmatch(text):
            return text
        meant = nearest_code(text)
        if meant and shape.fullmatch(meant):
            raise CellError(f"{quoted(text)} no es una clave; ¿quiso decir «{meant}»?")
        raise CellError(f"{quoted(text)} no es una clave {what}; son como {_EXAMPLES[what]}")

    return parse


def fits(code: str, what: str) -> bool:
    """Whether it has the shape of the codes of programmes, actions or indicators."""
    return bool(_SHAPES[what].fullmatch(code))


def example(what: str) -> str:
    """A code of that kind, to be shown to a person."""
    return _EXAMPLES[what]


def is_prefix(text: str) -> bool:
    return bool(_PREFIX.fullmatch(text))


def dashed(text: str) -> str:
    """«pre – 01» as PRE-01: capitals, and plain dashes without blanks around them."""
    return _ONLY_DASHES.sub("-", _bare_capitals(single_line(text)))


def nearest_code(text: str) -> str:
    """The code that was probably meant: PRE-02 for «pre 2»; "" when there is none."""
    upper = _DASHES.sub("-", _bare_capitals(text)).strip("-")
    match = _NEARLY.fullmatch(upper)
    if not match:
        return ""
    prefix, program, action, letter = match.groups()
    parts = [prefix, program.zfill(2), action and action.zfill(2), letter]
    return "-".join(part for part in parts if part)


def _bare_capitals(text: str) -> str:
    """Capitals without accents; Ñ is a letter of its own."""
    letters = unicodedata.normalize("NFKC", text).upper()
    return "".join(letter if letter == "Ñ" else unicodedata.normalize("NFD", letter)[0] for letter in letters)


def prefix(cell: Cell) -> str:
    text = single_line(_readable(cell))
    if not _PREFIX.fullmatch(text):
        raise CellError(f"{quoted(text)} no es un prefijo; son de 2 a 6 letras mayúsculas, por ejemplo PRE")
    return text


_AS_NUMBER = "dé a la celda formato de número y escriba la cantidad otra vez"


def amount(text: str, style: Style | None, example: str = "100% o 12") -> Decimal:
    """parse_amount with its sentence as part of ours, and an ``example`` where it has no remedy."""
    try:
        return parse_amount(text, style)
    except AmountError as error:
        message = str(error).removesuffix(".")
        if isinstance(error, NotANumber):
            raise NotAnAmountError(f"{message}; escríbalo con cifras, por ejemplo {example}") from error
        raise CellError(message) from error


def written_amount(cell: Cell) -> str:
    """The amount of a target that is written as text, without its sign; empty where it is a stored number."""
    if cell.kind is not Kind.TEXT:
        return ""
    return unicodedata.normalize("NFKC", single_line(cell.text)).removesuffix("%").strip()


def target(cell: Cell, style: Style | None = None) -> Target:
    """«100%», a stored 1 with a percent format, «100» or «12». ``style``: how the file's texts write decimals.

    «12 informes» is no such cell: ``split_targets`` takes it apart before.
    """
    try:
        return plain_target(cell, style)
    except NotAnAmountError as error:
        raise CellError(why_no_amount(cell.shown) or str(error)) from error


def plain_target(cell: Cell, style: Style | None = None) -> Target:
    """A target that is a number and its sign. Raises NotAnAmountError where a person may read an amount in the cell."""
    if cell.kind is Kind.DATE:
        raise CellError(f"{quoted(cell.text)} es una fecha, no un número; {_AS_NUMBER}")
    text = unicodedata.normalize("NFKC", single_line(_readable(cell)))
    percent = text.endswith("%")
    if cell.kind in {Kind.NUMBER, Kind.PERCENT}:
        text, style = cell.text, Style.POINT
    if not percent:
        return Target(amount(text, style), percent=False, bare=cell.kind is Kind.NUMBER)
    number = text.removesuffix("%").strip()
    try:
        return Target(amount(number, style), percent=True, bare=False)
    except CellError as error:
        raise type(error)(str(error).replace(f"«{number}»", quoted(text), 1)) from error


def baseline(cell: Cell, style: Style | None = None) -> Decimal:
    try:
        return plain_target(cell, style).amount
    except NotAnAmountError as error:
        raise CellError(str(error)) from error


def choice_of(choices: Mapping[str, Any]) -> Callable[[Cell], Any]:
    """One of some words, in any case and with or without accents."""
    by_fold = {fold(word): value for word, value in choices.items()}
    *first, last = choices
    listed = f"{', '.join(first)} o {last}"

    def parse(cell: Cell) -> Any:
        text = single_line(_readable(cell))
        try:
            return by_fold[fold(text)]
        except KeyError:
            raise CellError(f"{quoted(text)} no es una opción; escriba {listed}") from None

    return parse


_MONTHS = {fold(name): number for number, name in enumerate(MONTH_NAMES) if number} | {"setiembre": 9}


def month(cell: Cell) -> int:
    """1 to 12, or the Spanish month's name."""
    text = single_line(_readable(cell))
    digits = unicodedata.normalize("NFKC", text)
    if re.fullmatch(r"\d{1,2}", digits, re.ASCII) and 1 <= int(digits) <= 12:
        return int(digits)
    found = _MONTHS.get(fold(text))
    if found is None:
        raise CellError(f"{quoted(text)} no es un mes; escriba de 1 a 12, o su nombre, por ejemplo julio")
    return found


_yes_or_no = choice_of({"sí": True, "no": False})
# A box of the spreadsheet that was saved as text.
_BOXES = {"verdadero": True, "true": True, "falso": False, "false": False}


def yes_or_no(cell: Cell) -> bool:
    box = _BOXES.get(fold(cell.text))
    return bool(_yes_or_no(cell)) if box is None else box


def schedule(cell: Cell) -> Schedule:
    """«constante», «lineal» or twelve accumulated percentages that end in 100."""
    text = single_line(_readable(cell))
    kind = {"constante": calculations.FLAT, "lineal": calculations.LINEAR}.get(fold(text))
    if kind:
        return Schedule(kind, ())
    parts = [part.strip() for part in text.rstrip("; ").split(";")]
    if len(parts) == 1:
        raise CellError(
            f"{quoted(text)} no es una programación; escriba constante, lineal "
            "o doce porcentajes acumulados separados con punto y coma"
        )
    if len(parts) != 12:
        raise CellError(
            f"{quoted(text)} tiene {len(parts)} porcentajes; son doce acumulados, uno por mes, y el último es 100"
        )
    shares = tuple(_share(month, part) for month, part in enumerate(parts, start=1))
    if list(shares) != sorted(shares):
        raise CellError(
            f"{quoted(text)} baja de un mes a otro; son acumulados: cada uno es igual o mayor que el anterior"
        )
    if shares[-1] != 100:
        raise CellError(f"{quoted(text)} no termina en 100; los porcentajes son acumulados, y el de diciembre es 100")
    return Schedule(calculations.EXPLICIT, shares)


def _share(month: int, text: str) -> Decimal:
    number = text.removesuffix("%").strip()
    try:
        # Nothing of a share is a thousand: whatever single sign it has stands before its decimals.
        share = amount(number, Style.COMMA if "," in number else Style.POINT, "25")
    except CellError as error:
        raise CellError(f"en el mes {month}, {error}") from error
    if share > 100:
        raise CellError(f"en el mes {month}, {quoted(text)} pasa de 100; escriba hasta 100")
    return share


mode = choice_of({"suma": calculations.SUM, "último": calculations.LAST})
