"""Which columns of a block are the pair, and which are names, codes, percentages or the rows' running number."""

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations

from core.amounts import AmountError, is_date_like, parse_amount
from core.text import fold
from indicators.capture.paste.blocks import DENOMINATOR, NUMERATOR, SIDES, PasteError, plain, read_as

Rows = Sequence[Sequence[str]]
_HEADINGS = {
    "numerador": NUMERATOR, "num": NUMERATOR, "denominador": DENOMINATOR, "den": DENOMINATOR, "denom": DENOMINATOR,
}  # fmt: skip
_CODE_HEADINGS = ("clave", "codigo")
_PERCENT_HEADINGS = ("porcentaje", "avance", "cumplimiento", "resultado", "semaforo")
_HEADING_ROWS = 15


def heading_at(block: Rows) -> int | None:
    """The row that says which column is which; a title may stand above it."""
    for at, row in enumerate(block[:_HEADING_ROWS]):
        if sides_by_heading(row):
            return at
    return 0 if _is_heading(block[0]) else None


def _is_heading(row: Sequence[str]) -> bool:
    """A first row of words over numbers."""
    told = [fold(text) for text in row if text]
    if any(read_as(text, None).value is not None for text in row if text):
        return False
    return any(text.strip(" *:.") in _HEADINGS or text.startswith(_CODE_HEADINGS) or text == "%" for text in told)


def sides_by_heading(heading: Sequence[str]) -> dict[str, int]:
    """Where «Numerador» and «Denominador» are; nothing unless both are there once."""
    found: dict[str, list[int]] = {}
    for place, text in enumerate(heading):
        side = _HEADINGS.get(fold(text).strip(" *:."))
        if side:
            found.setdefault(side, []).append(place)
    if set(found) != set(SIDES) or any(len(places) > 1 for places in found.values()):
        return {}
    return {side: found[side][0] for side in SIDES}


def sides_beside_codes(rows: Rows, heading: Sequence[str], code_column: int) -> tuple[dict[str, int], list[str]]:
    """The two columns with numbers, the left one being the numerator; and what was left out of the others."""
    columns = list(zip(*rows, strict=True))
    places = [place for place in range(len(columns)) if place != code_column and has_numbers(columns[place])]
    places, left_out = _only_the_pair(rows, heading, places, 2)
    blank = [place for place, column in enumerate(columns) if place != code_column and not any(column)]
    if len(places) == len(blank) == 1:  # a pair of which one side is blank everywhere
        places = sorted(places + blank)
    if len(places) != 2:
        many = "una sola columna" if len(places) == 1 else f"{len(places)} columnas"
        raise PasteError(
            f"Lo que pegó tiene {many} con números además de la clave. Deje solo el numerador y el denominador, o "
            "incluya el renglón de encabezados con «Numerador» y «Denominador»."
        )
    return dict(zip(SIDES, places, strict=True)), left_out


def sides_from(rows: Rows, heading: Sequence[str], side: str) -> tuple[dict[str, int], list[str]]:
    """The columns with numbers, from ``side`` on; and what was left out."""
    columns = list(zip(*rows, strict=True))
    free = SIDES[SIDES.index(side) :]
    used = [place for place, column in enumerate(columns) if any(column) and has_numbers(column)]
    used, left_out = _only_the_pair(rows, heading, used, len(free))
    if not used:
        raise PasteError("Lo que pegó no tiene números.")
    if len(used) > len(free):
        where = "desde el denominador cabe una columna" if len(free) == 1 else "caben dos: numerador y denominador"
        raise PasteError(f"Lo que pegó tiene {len(used)} columnas con números; {where}.")
    return dict(zip(free, used, strict=False)), left_out


def has_numbers(column: Sequence[str]) -> bool:
    """Whether somebody meant numbers there: a digit, a percent or what a sheet shows instead; words are words.

    One or two letters («ab», «ND») say neither.
    """
    told = [text for cell in column if (text := plain(cell)) and not (text.isalpha() and len(text) < 3)]
    meant = [text for text in told if is_number_like(text)]
    return bool(meant) and len(meant) * 2 >= len(told)


def is_number_like(text: str) -> bool:
    text = plain(text)
    return read_as(text, None).value is not None or not re.search(r"[^\W\d_]{3,}", text) or is_date_like(text)


def _only_the_pair(rows: Rows, heading: Sequence[str], places: Sequence[int], most: int) -> tuple[list[int], list[str]]:
    """Of too many columns with numbers, those that are neither a percentage nor the rows' running number."""
    kept, left_out = list(places), list[str]()
    for is_one in (_says_percentage, _is_quotient):
        for place in reversed(places):
            others = [other for other in kept if other != place]
            if len(kept) > most and place in kept and is_one(rows, heading, place, others):
                kept = others
                left_out.append(f"la columna de porcentajes ({_sample(rows, place)}): el sistema los calcula")
    if len(kept) > most and _is_running(rows, kept[0]):
        left_out.append("la columna que numera los renglones")
        kept = kept[1:]
    return kept, left_out


def _says_percentage(rows: Rows, heading: Sequence[str], place: int, others: Sequence[int]) -> bool:
    message = fold(heading[place]) if heading else ""
    if message.startswith(_PERCENT_HEADINGS) or "%" in message:
        return True
    return all(row[place].rstrip().endswith("%") for row in rows if row[place])


def _is_quotient(rows: Rows, heading: Sequence[str], place: int, others: Sequence[int]) -> bool:
    """Whether the column is 100 × n / d, or n / d, of two others on one side of it, as far as its own decimals say."""
    pairs = [pair for pair in combinations(others, 2) if pair[1] < place or place < pair[0]]
    return any(_divides(rows, n, d, place) for n, d in pairs)


def _divides(rows: Rows, numerator: int, denominator: int, place: int) -> bool:
    found = [tuple(_number(row[at]) for at in (numerator, denominator, place)) for row in rows]
    known = [(n, d, shown) for n, d, shown in found if n is not None and d is not None and shown is not None]
    divided = [(100 * n / d, shown) for n, d, shown in known if d]
    if not divided or any(shown for _, d, shown in known if not d):
        return False
    near = Decimal(1).scaleb(-max(_decimals(row[place]) for row in rows)) / 2
    return all(abs(shown - share) <= near for share, shown in divided) or all(
        abs(shown - share / 100) <= min(near, Decimal("0.005")) for share, shown in divided
    )


def _decimals(text: str) -> int:
    number = _number(text)
    exponent = number.normalize().as_tuple().exponent if number else 0
    return max(0, -int(exponent))


def _is_running(rows: Rows, place: int) -> bool:
    """1, 2, 3…"""
    cells = [row[place] for row in rows if row[place]]
    return len(cells) > 1 and cells == [str(number) for number in range(1, len(cells) + 1)]


def _number(text: str) -> Decimal | None:
    try:
        return parse_amount(text.rstrip("% "))
    except AmountError:
        return None


def _sample(rows: Rows, place: int) -> str:
    return next((row[place] for row in rows if row[place]), "vacía")


def is_sum_of(rows: Sequence[Sequence[Decimal | None]], last: Sequence[Decimal | None]) -> bool:
    """Whether the last row adds the others up, side by side."""
    sums = [sum((value or Decimal(0) for value in side), Decimal(0)) for side in zip(*rows, strict=True)]
    return any(sums) and list(last) == sums
