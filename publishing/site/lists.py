"""The lists that stand in the place of a search: departments, programmes and indicators by their letters."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from core.text import fold
from publishing.addresses import DEPARTMENTS, INDEX, INDICATORS, PROGRAMS
from publishing.site.drawing import Crumb, draw, in_pages
from publishing.site.plan import group
from publishing.site.reading import Cut, Row, letter_of
from publishing.site.words import counted, plain

_MOST = 30_000  # letters of a page's names


def list_pages(cut: Cut) -> Iterator[tuple[str, bytes]]:
    yield _departments(cut)
    indicators = [one for program in cut.programs for one in program["indicators"]]
    yield from _by_letter(cut, PROGRAMS, "Programas", ("programa", "programas"), cut.programs, cut.program_target)
    yield from _by_letter(
        cut, INDICATORS, "Indicadores", ("indicador", "indicadores"), indicators, cut.indicator_target
    )


def _departments(cut: Cut) -> tuple[str, bytes]:
    name = f"{DEPARTMENTS}/{INDEX}"
    said = (
        f"{counted(len(cut.departments), 'dependencia responde', 'dependencias responden')} de los programas del plan."
    )
    page = cut.page(name, "Dependencias", said, Crumb("Dependencias", cut.at(name)))
    rows = sorted(
        (group(cut, "department", prefix) for prefix in cut.departments),
        key=lambda row: _order(row["name"], row["key"]),
    )
    return page.name, draw("departments.html", page, **cut.frame(name), said=said, rows=rows)


def _by_letter(
    cut: Cut, folder: str, title: str, words: tuple[str, str], rows: Sequence[Row], target: Callable[[Row], str]
) -> Iterator[tuple[str, bytes]]:
    ordered = sorted(rows, key=lambda row: _order(row["name"], row["code"]))
    pages = in_pages([len(row["name"]) + len(row["code"]) + 40 for row in ordered], _MOST)
    said = f"{counted(len(ordered), *words)} por orden alfabético."
    spans = [_span(ordered[begins:ends]) for begins, ends in pages]
    for number, (begins, ends) in enumerate(pages, start=1):
        name = f"{folder}/{_name(number)}"
        which = f", {spans[number - 1]}" if len(pages) > 1 else ""
        page = cut.page(name, f"{title} por letra{which}", said, Crumb(title, cut.at(name)))
        shown = [(row["code"], row["name"], target(row), row["light"]) for row in ordered[begins:ends]]
        yield (
            page.name,
            draw(
                "letters.html",
                page,
                **cut.frame(name),
                heading=f"{title} por letra{which}",
                said=said,
                letters=[(letter, list(found)) for letter, found in groupby(shown, key=lambda one: letter_of(one[1]))],
                number=number,
                others=[(one, spans[one - 1], cut.at(f"{folder}/{_name(one)}")) for one in range(1, len(pages) + 1)]
                if len(pages) > 1
                else [],
            ),
        )


def _name(number: int) -> str:
    return INDEX if number == 1 else f"lista_{number}.html"


def _order(name: str, code: str) -> tuple[bool, str, str, str]:
    """What begins with no letter goes first; names that read alike stay in the order of their codes."""
    letter = letter_of(name)
    return letter != "#", letter, fold(plain(name)), code


def _span(rows: Sequence[Row]) -> str:
    """«de «Acuerdos…» a «Apoyos…»»."""
    if not rows:
        return ""
    first, last = (_short(plain(row["name"])) for row in (rows[0], rows[-1]))
    return f"de «{first}» a «{last}»"


def _short(name: str) -> str:
    return name if len(name) <= 24 else f"{name[:23].rstrip()}…"
