"""What a rectification changed: on a page of its own, and on that of each programme and indicator."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from django.utils.text import capfirst

from publishing.document.borders import borders_by_figure, borders_of, percent_text
from publishing.document.differences import Kind
from publishing.document.telling import Line, told
from publishing.document.telling import line as line_of
from publishing.site.drawing import Crumb, draw, in_pages
from publishing.site.reading import Cut
from publishing.site.words import NO_DATA, day

_MOST = 16_000  # letters of a page's lines: some 5 kB once it is compressed


def change_pages(cut: Cut) -> Iterator[tuple[str, bytes]]:
    """Nothing of a first version. As many pages as the changes need."""
    if cut.place.version == 1:
        return
    rectification, before = cut.document["rectification"], cut.rectifies
    parts = told(cut.changed, borders_by_figure(cut.document))
    codes = [one.figure for kind in Kind for one in cut.changed if one.kind is kind]
    told_lines = [(part.title, line) for part in parts for line in part.lines]
    lines = [(title, _named(cut, line, code)) for (title, line), code in zip(told_lines, codes, strict=True)]
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
                lead=_lead(cut),
                counts=[(part.title, len(part.lines)) for part in parts],
                shown=_parts(lines[begins:ends]),
                number=number,
                others=[(one, str(one), cut.at(_name(one))) for one in range(1, len(cuts) + 1)]
                if len(cuts) > 1
                else [],
            ),
        )


def _lead(cut: Cut) -> str:
    """What a reader asks first: how the plan's compliance is now, and how it was before."""
    before, after = (
        document["plan_results"]["compliance"] for document in (cut.chain.document(cut.rectifies), cut.document)
    )
    borders = borders_of(cut.document["rules"])
    if before == after:
        return f"El cumplimiento del plan no cambió: {percent_text(after, borders)}."
    told = [NO_DATA if one is None else percent_text(one, borders) for one in (before, after)]
    if told[0] == told[1]:
        return f"El cumplimiento del plan cambió menos de una centésima: sigue en {told[1]}."
    return f"El cumplimiento del plan era {told[0]} y ahora es {told[1]}."


def _named(cut: Cut, line: Line, code: str) -> Line:
    """With the name of the programme or indicator that a line tells by its code alone."""
    name = cut.names.get(code, "")
    return replace(line, what=f"{line.what} — {name}") if name else line


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
