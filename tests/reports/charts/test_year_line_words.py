"""The words in the picture of a year: the last figure and the name of the year before cover no course."""

import itertools
import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from reports.charts import palette
from reports.charts.year_line import EARLIER, PAPER, SMALL, WIDE, YearLine, YearPoint, year_line

MONTHS = ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"]
BELOW = [76, 76, 80, 80, 72, 80, 82, 85, "83.1"]
YEAR_BEFORE = [82, 82, 88, 89, 87, 88, 88, 86, 86, 86, 84, 85]
GLOBAL = [66, 68, 70, 70, 64, 72, 74, 93, "87.55"]


def drawn(now, before, beside, sheet):
    points = tuple(
        YearPoint(
            label,
            Decimal(now[at]) if at < len(now) else None,
            f"{now[at]} %" if at < len(now) else "",
            Decimal(before[at]) if at < len(before) else None,
            beside=Decimal(beside[at]) if at < len(beside) else None,
        )
        for at, label in enumerate(MONTHS)
    )
    lines = ("Cumplimiento", "Global") if beside else None
    return ElementTree.fromstring(
        year_line(YearLine("y", "Año", "", points, ("2016", "2015"), (Decimal(70), Decimal(90)), lines, sheet))
    )


def places(root, word):
    (found,) = (one for one in root if one.text == word)
    x, y, width = float(found.get("x")), float(found.get("y")), 7 * len(word)
    left = x - width if found.get("text-anchor") == "end" else x
    return left, y - 9, left + width, y


def courses(root):
    for colour in (palette.ACCENT, palette.COLUMN, EARLIER):
        for path in root:
            if path.get("stroke") == colour and "L" in path.get("d", ""):
                yield [tuple(map(float, at)) for at in re.findall(r"[ML]([\d.]+),([\d.]+)", path.get("d"))]


def passes(box, course):
    """Sampled finely: whether a dot of the course lies in the box."""
    left, top, right, bottom = box
    for (x1, y1), (x2, y2) in itertools.pairwise(course):
        for step in range(101):
            x, y = x1 + (x2 - x1) * step / 100, y1 + (y2 - y1) * step / 100
            if left < x < right and top < y < bottom:
                return True
    return False


@pytest.mark.parametrize("sheet", [SMALL, WIDE, PAPER])
@pytest.mark.parametrize(
    ("now", "before", "beside"),
    [
        (BELOW, YEAR_BEFORE, GLOBAL),
        (BELOW, YEAR_BEFORE, []),
        ([80] * 10 + [78], [80] * 12, []),
        ([90, 95], [60] * 12, [70, 88]),
        ([80] * 12, [82] * 12, [86] * 12),
    ],
)
def test_the_words_cover_no_course_and_each_other(now, before, beside, sheet):
    root = drawn(now, before, beside, sheet)
    figure, year = places(root, f"{now[-1]} %"), places(root, "2015")
    for box in (figure, year):
        assert not any(passes(box, course) for course in courses(root)), box
        assert box[0] > 0 and box[2] <= sheet.width and box[3] <= sheet.height
    assert figure[0] >= year[2] or year[0] >= figure[2] or figure[1] >= year[3] or year[1] >= figure[3]
