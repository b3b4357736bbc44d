"""An axis and a department: how it goes, and its programmes with their indicators."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple

from publishing.addresses import INDEX, axis_page, department_page
from publishing.site.drawing import Crumb, Page, draw
from publishing.site.plan import group, program_line
from publishing.site.reading import Cut, Row
from publishing.site.words import border_text, indicator_sentence, mean_sentence, standing_sentence


def axis_pages(cut: Cut) -> Iterator[tuple[str, bytes]]:
    for key, axis in cut.axes.items():
        programs = cut.by_axis.get(key, [])
        names = {row["key"]: row["name"] for row in axis["objectives"]}
        ordered = sorted(
            programs,
            key=lambda program: list(names).index(program["objective"]) if program["objective"] in names else -1,
        )
        parts = [
            (names.get(objective, ""), [program_line(cut, program) for program in found])
            for objective, found in groupby(ordered, key=lambda program: program["objective"])
        ]
        place = _Group("axis", "Eje", key, axis["name"], cut.axis_results[key])
        name, title = axis_page(key), f"Eje {key}: {axis['name']}"
        sentence = standing_sentence(cut.document, place.result, "este eje")
        page = cut.page(name, title, sentence, Crumb(f"Eje {key}", cut.at(name)))
        yield page.name, _drawn(cut, place, name, page, sentence, parts_of=parts, indicators=None)


def department_pages(cut: Cut) -> Iterator[tuple[str, bytes]]:
    for prefix, department in cut.departments.items():
        programs = cut.by_department.get(prefix, [])
        place = _Group("department", "Dependencia", prefix, department["name"], cut.department_results[prefix])
        name = department_page(prefix)
        sentence = standing_sentence(cut.document, place.result, "esta dependencia")
        page = cut.page(name, place.name, sentence, _departments(cut), Crumb(prefix, cut.at(name)))
        lines = [program_line(cut, program) for program in programs]
        indicators = [
            (program["name"], [indicator_line(cut, one) for one in program["indicators"]]) for program in programs
        ]
        yield page.name, _drawn(cut, place, name, page, sentence, parts_of=[("", lines)], indicators=indicators)


class _Group(NamedTuple):
    """What a page is about: ``of`` is how the rows call it, ``kind`` how people do."""

    of: str
    kind: str
    key: str
    name: str
    result: Row


def _drawn(cut: Cut, place: _Group, name: str, page: Page, sentence: str, **parts: Any) -> bytes:
    return draw(
        "group.html",
        page,
        **cut.frame(name),
        kind=place.kind,
        key=place.key,
        name=place.name,
        sentence=sentence,
        mean=mean_sentence(place.result),
        group=group(cut, place.of, place.key),
        border_words=border_text(cut.borders),
        **parts,
    )


def _departments(cut: Cut) -> Crumb:
    return Crumb("Dependencias", cut.at(f"dependencias/{INDEX}"))


def indicator_line(cut: Cut, indicator: Row) -> dict[str, Any]:
    return {
        "code": indicator["code"],
        "name": indicator["name"],
        "target": cut.indicator_target(indicator),
        "light": indicator["light"],
        "sentence": indicator_sentence(cut.document, indicator),
    }
