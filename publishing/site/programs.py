"""A programme: how it goes, of what that is the mean, and its indicators."""

from collections.abc import Iterator
from typing import Any

from publishing.addresses import INDEX, program_page
from publishing.document.borders import percent_text
from publishing.site.changes import lines_of
from publishing.site.drawing import Crumb, draw
from publishing.site.groups import indicator_line
from publishing.site.plan import program_line
from publishing.site.reading import Cut, Row
from publishing.site.words import border_text, considered_text, program_sentence, standing_sentence

_ADDED = 12  # advances that are written as a sum; of more the list below says each


def program_pages(cut: Cut) -> Iterator[tuple[str, bytes]]:
    for program in cut.programs:
        name = program_page(program["code"])
        sentence = standing_sentence(cut.document, program, "este programa")
        page = cut.page(
            name,
            f"{program['code']} {program['name']}",
            f"{sentence} {program_sentence(cut.document, program)}",
            Crumb("Programas", cut.at(f"programas/{INDEX}")),
            Crumb(program["code"], cut.at(name)),
        )
        yield (
            page.name,
            draw(
                "program.html",
                page,
                **cut.frame(name),
                program=program,
                line=program_line(cut, program),
                sentence=sentence,
                places=_places(cut, program),
                global_=percent_text(program["global"], cut.borders),
                considered=considered_text(program),
                added=_added(cut, program),
                indicators=[_entering(cut, program, one) for one in program["indicators"]],
                border_words=border_text(cut.borders),
                formers=list(cut.formers(program, "programs")),
                lines=lines_of(cut, program["code"]),
            ),
        )


def _places(cut: Cut, program: Row) -> list[tuple[str, str, str]]:
    found = cut.places_in_plan(program)
    return [(what, name, cut.axis_target(program["axis"]) if what == "Eje" else "") for what, name in found]


def _entering(cut: Cut, program: Row, indicator: Row) -> dict[str, Any]:
    """An indicator with what it adds to its programme's mean, or why it adds nothing (rules 6 and 7)."""
    return {**indicator_line(cut, indicator), "enters": entry_text(cut, indicator)}


def entry_text(cut: Cut, indicator: Row) -> str:
    """How it enters its programme's global, in one sentence."""
    if not indicator["considered"]:
        return "No entra al Indicador Global: el catálogo no lo considera."
    if indicator["advance"] is None:
        if indicator["status"] == "missing" and cut.document["rules"]["missing_as_zero"]:
            return "Entra al Indicador Global como 0 %, porque no tiene captura."
        return "No entra al Indicador Global: no tiene porcentaje."
    share = percent_text(indicator["advance"], cut.borders)
    by_compliance = (
        indicator["direction"] == "descending" and cut.document["rules"]["descending_enters_as"] == "compliance"
    )
    return f"Entra al Indicador Global con {'su cumplimiento, ' if by_compliance else ''}{share}."


def _added(cut: Cut, program: Row) -> str:
    """«(91.67 + 60.00) ÷ 2 = 75.84 %»: the mean with its numbers, where they are few enough to be read."""
    zero = cut.document["rules"]["missing_as_zero"]
    parts = [
        "0" if one["advance"] is None else percent_text(one["advance"], cut.borders).removesuffix(" %")
        for one in program["indicators"]
        if one["considered"] and (one["advance"] is not None or (zero and one["status"] == "missing"))
    ]
    if not parts or len(parts) > _ADDED or len(parts) != program["considered"]:
        return ""
    return f"({' + '.join(parts)}) ÷ {len(parts)} = {percent_text(program['global'], cut.borders)}"
