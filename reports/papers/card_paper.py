"""How many lines a text of the mayor's sheet may have where a browser prints it: as many as still leave one page.

A style sheet cannot ask how much of the page is taken, so it is told (``paper-lines-N``, print.css). The PDF measures
(tarjeta.typ); here lines are counted in letters, a little fewer to a line than the paper has.
"""

from collections.abc import Iterable
from math import ceil

from reports.papers.card import Card, ProgramList

CHOICES = (6, 5, 4, 3, 2)
FEWEST = 1
# Letters of 9 pt to a line of an upright Letter, in each of the sheet's columns.
PROGRAM, AXIS, NAME, RESULT, PAIR, NOTE, PROMISE = 29, 48, 37, 31, 68, 51, 125
# Of its lines: head, figures with the year beside them, and the headings and closing lines of the lists.
PAGE, FRAME, AXES_FRAME, UNCAPTURED = 66, 25, 3, 2
ROW_AIR = 0.45  # of a line, between two rows


def paper_lines(card: Card) -> int:
    """The most lines of ``CHOICES`` with which everything is on one page; ``FEWEST`` where none does."""
    return next((most for most in CHOICES if _taken(card, most) <= PAGE), FEWEST)


def _taken(card: Card, most: int) -> float:
    columns = [
        [_lines(f"{row.code} {row.name} {row.corrected}", PROGRAM, most) for row in made.rows]
        for made in _programs(card)
    ]
    axes = [_lines(axis.name, AXIS, most) for axis in card.glance.axes]
    at_least_two = max(most, 2)
    indicators = []
    for row in card.indicators.rows:
        name = _lines(f"{row.code} {row.name} {row.corrected} {row.department} · {row.program}", NAME, at_least_two)
        told = f"{row.light} {row.compliance} de cumplimiento {row.change.since if row.change else ''}"
        pair = f"{row.numerator_label} {row.numerator} {row.denominator_label} {row.denominator} {row.percentage} "
        pair += f"{row.expected_label} {row.expected} {row.entry} avance"
        notes = sum(_lines(f"{note['label']}: {note['text']}", NOTE, most) for note in row.commitment)
        figures = max(name, _lines(told, RESULT, at_least_two)) + _lines(pair, PAIR, at_least_two)
        indicators.append(max(figures, notes))
    promises = [
        _lines(f"{row.code} {row.name} {row.light} {row.compliance} {row.day} {row.action}", PROMISE, most)
        for row in card.promises.rows
    ]
    frame = FRAME + (AXES_FRAME if axes else 0) + (UNCAPTURED if card.uncaptured else 0)
    return frame + max(map(_rows, columns)) + sum(map(_rows, (axes, indicators, promises)))


def _programs(card: Card) -> Iterable[ProgramList]:
    return card.programs, card.fallen


def _rows(lines: list[int]) -> float:
    return sum(lines) + ROW_AIR * len(lines)


def _lines(text: str, letters: int, most: int) -> int:
    """A word that does not fit goes to the next line, so that each holds somewhat less."""
    return min(max(ceil(len(text) / (letters * 0.92)), text.count("\n") + 1), most)
