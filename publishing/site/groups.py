"""An axis and a department: how it goes, and its programmes with their indicators."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from publishing.addresses import INDEX, axis_page, department_page
from publishing.site.drawing import Crumb, draw
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
        name = axis_page(key)
        sentence = standing_sentence(cut.document, cut.axis_results[key], "este eje")
        page = cut.page(name, f"Eje {key}: {axis['name']}", sentence, Crumb(f"Eje {key}", cut.at(name)))
        yield (
            page.name,
            draw(
                "group.html",
                page,
                **cut.frame(name),
                kind="Eje",
                key=key,
                name=axis["name"],
                sentence=sentence,
                mean=mean_sentence(cut.axis_results[key]),
                group=group(cut, "axis", key),
                border_words=border_text(cut.borders),
                parts_of=parts,
                indicators=None,
            ),
        )


def department_pages(cut: Cut) -> Iterator[tuple[str, bytes]]:
    for prefix, department in cut.departments.items():
        programs = cut.by_department.get(prefix, [])
        name = department_page(prefix)
        sentence = standing_sentence(cut.document, cut.department_results[prefix], "esta dependencia")
        page = cut.page(name, department["name"], sentence, _departments(cut), Crumb(prefix, cut.at(name)))
        yield (
            page.name,
            draw(
                "group.html",
                page,
                **cut.frame(name),
                kind="Dependencia",
                key=prefix,
                name=department["name"],
                sentence=sentence,
                mean=mean_sentence(cut.department_results[prefix]),
                group=group(cut, "department", prefix),
                border_words=border_text(cut.borders),
                parts_of=[("", [program_line(cut, program) for program in programs])],
                indicators=[
                    (program["name"], [indicator_line(cut, one) for one in program["indicators"]])
                    for program in programs
                ],
            ),
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
