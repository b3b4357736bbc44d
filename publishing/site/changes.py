"""What a rectification changed: on a page of its own, and on that of each programme and indicator."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from django.utils.text import capfirst

from publishing.document.borders import borders_by_figure
from publishing.document.telling import Line, told
from publishing.document.telling import line as line_of
from publishing.site.drawing import Crumb, draw, in_pages
from publishing.site.reading import Cut
from publishing.site.words import day

_MOST = 16_000  # letters of a page's lines: some 5 kB once it is compressed


def change_pages(cut: Cut) -> Iterator[tuple[str, bytes]]:
    """Nothing of a first version. As many pages as the changes need."""
    if cut.place.version == 1:
        return
    rectification, before = cut.document["rectification"], cut.rectifies
    parts = told(cut.changed, borders_by_figure(cut.document))
    lines = [(part.title, line) for part in parts for line in part.lines]
    cuts = in_pages([len(line.what) + len(line.before) + len(line.after) + 60 for _, line in lines], _MOST)
    for number, (begins, ends) in enumerate(cuts, start=1):
        name = _name(number)
        title = "Qué cambió con la rectificación"
        said = f"La versión {cut.place.version} cambió {len(lines):,} cosas de la versión {before.version}."
        page = cut.page(
            name, f"{title}, {number} de {len(cuts)}" if len(cuts) > 1 else title, said, Crumb("Cambios", cut.at(name))
        )
        yield (
            page.name,
            draw(
                "changes.html",
                page,
                **{**cut.frame(name), "changes": ""},
                reason=rectification["reason"],
                instrument=rectification["instrument"] or "",
                before={
                    "version": before.version,
                    "on": day(before.closed_on),
                    "target": f"{before.folder}/index.html",
                },
                count=len(lines),
                counts=[(part.title, len(part.lines)) for part in parts],
                shown=_parts(lines[begins:ends]),
                number=number,
                others=[(one, str(one), cut.at(_name(one))) for one in range(1, len(cuts) + 1)]
                if len(cuts) > 1
                else [],
            ),
        )


def _name(number: int) -> str:
    return "cambios.html" if number == 1 else f"cambios_{number}.html"


def _parts(lines: Sequence[tuple[str, Line]]) -> list[tuple[str, list[Line]]]:
    found: dict[str, list[Line]] = {}
    for title, line in lines:
        found.setdefault(title, []).append(line)
    return list(found.items())


def lines_of(cut: Cut, code: str) -> list[Line]:
    """What this version changed of one programme or indicator."""
    borders = borders_by_figure(cut.document)(code) if cut.changed else ()
    found = [line_of(one, borders) for one in cut.changed if one.figure == code and not one.group]
    return [replace(line, what=capfirst(line.what.removeprefix(code).lstrip(",: "))) for line in found]
