"""The plan at a cut-off: how it goes, how each axis goes, what was closed when and what was corrected."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from core.formats import amount
from core.lights import LIGHTS
from publishing.addresses import INDEX
from publishing.document.borders import borders_of, percent_text
from publishing.site.drawing import DRAWING, PICTURE, draw
from publishing.site.reading import Cut, Row
from publishing.site.words import (
    border_text,
    count_lights,
    day,
    group_sentence,
    lights_sentence,
    mean_sentence,
    period_text,
    program_sentence,
    standing_sentence,
)
from reports.charts import LightPart, lights_bar, scale

_ENDS = 5  # programmes that are told of those that go best and worst
_FILES = (
    ("datos/libro.xlsx", "Hoja de cálculo con fórmulas"),
    ("datos/programas.csv", "Programas (CSV)"),
    ("datos/indicadores.csv", "Indicadores (CSV)"),
    ("datos/mediciones.csv", "Cifras de cada mes (CSV)"),
    ("datos/diccionario.csv", "Qué significa cada columna (CSV)"),
    ("datos/cierre.json", "El documento del cierre (JSON)"),
    ("datos/datapackage.json", "Descripción de los datos (JSON)"),
)


def plan_page(cut: Cut, generator: str, has_acta: bool) -> tuple[str, bytes]:
    document, plan = cut.document, cut.document["plan_results"]
    files = [(cut.at(name), what) for name, what in _FILES]
    if has_acta:
        files.append((cut.at("acta.pdf"), "Acta del cierre (PDF)"))
    sentence = standing_sentence(document, plan, "el plan")
    page = cut.page(INDEX, f"Cómo va el plan: {document['plan']}", f"{sentence} {cut.lights_say}", generator=generator)
    return cut.index, draw(
        "plan.html",
        page,
        **cut.frame(INDEX),
        **headline(document),
        axes=axes_of(cut),
        departments=[group(cut, "department", prefix) for prefix in cut.departments],
        ends=_ends(cut),
        versions=_versions(cut),
        files=files,
        pictures=[(cut.at(DRAWING), "SVG"), (cut.at(PICTURE), "PNG")],
    )


def headline(document: Row) -> dict[str, Any]:
    """The plan's figure with its quantities; the same on the first page of all."""
    plan, borders = document["plan_results"], borders_of(document["rules"])
    return {
        "compliance": percent_text(plan["compliance"], borders),
        "of": f"de lo que se esperaba {period_text(document)}" if plan["compliance"] is not None else "",
        "lead": lights_sentence(plan["lights"]),
        "mean": mean_sentence(plan),
        "bar": lights_bar([LightPart(code, plan["lights"][code]) for code in LIGHTS if plan["lights"].get(code)]),
        "lights": [(code, plan["lights"][code]) for code in LIGHTS if plan["lights"].get(code)],
        "border_words": border_text(borders),
        "global_": percent_text(plan["global"], borders),
        "captured": f"{plan['months_captured']:,} de {plan['months_due']:,}",
        "all_captured": plan["months_captured"] >= plan["months_due"],
    }


def axes_of(cut: Cut) -> list[dict[str, Any]]:
    return [group(cut, "axis", key) for key in cut.axes]


def group(cut: Cut, kind: str, key: str) -> dict[str, Any]:
    """An axis or a department as a line: its picture, its lights and its sentence."""
    named, results, members, target = {
        "axis": (cut.axes, cut.axis_results, cut.by_axis, cut.axis_target),
        "department": (cut.departments, cut.department_results, cut.by_department, cut.department_target),
    }[kind]
    found, programs = results[key], members.get(key, [])
    counts = count_lights(programs)
    return {
        "key": key,
        "name": named[key]["name"],
        "target": target(key),
        "sentence": group_sentence(cut.document, found, programs),
        "lights": lights_sentence(counts) if programs else "",
        "compliance": percent_text(found["compliance"], cut.borders),
        "picture": standing(cut, found["compliance"]) if programs else "",
        "bar": lights_bar([LightPart(code, counts[code]) for code in LIGHTS if counts[code]]),
    }


def standing(cut: Cut, compliance: str | None) -> str:
    """Where a compliance stands between the year's borders."""
    value = None if compliance is None else Decimal(compliance)
    green, amber = cut.borders[:2]
    label = f"{percent_text(compliance, cut.borders)}, amarillo desde {amount(amber)} y verde desde {amount(green)}"
    return scale.point(value, (amber, green), light_of(value, green, amber), label, named=True)


def light_of(value: Decimal | None, green: Decimal, amber: Decimal) -> str:
    """The colour of a group's mark, by the borders that stand beside it: a group has no light of its own."""
    if value is None:
        return "none"
    return "green" if value >= green else "amber" if value >= amber else "red"


def program_line(cut: Cut, program: Row) -> dict[str, Any]:
    value = None if program["compliance"] is None else Decimal(program["compliance"])
    green, amber = cut.borders[:2]
    text = percent_text(program["compliance"], cut.borders)
    return {
        "code": program["code"],
        "name": program["name"],
        "target": cut.program_target(program),
        "light": program["light"],
        "compliance": text,
        "sentence": program_sentence(cut.document, program),
        "picture": scale.bar(value, (amber, green), program["light"], text, named=True) if value is not None else "",
        "department": cut.department_name(program["department"]),
        "department_target": cut.department_target(program["department"]),
    }


def _ends(cut: Cut) -> list[tuple[str, list[dict[str, Any]]]]:
    """Those that go worst and best, where there are enough of them that the lists tell something apart."""
    known = sorted(
        (program for program in cut.programs if program["compliance"] is not None),
        key=lambda program: (Decimal(program["compliance"]), program["code"]),
    )
    if len(known) < 2 * _ENDS:
        return []
    worst, best = known[:_ENDS], known[: -_ENDS - 1 : -1]
    return [
        ("Los que van más atrás", [program_line(cut, program) for program in worst]),
        ("Los que van mejor", [program_line(cut, program) for program in best]),
    ]


def _versions(cut: Cut) -> list[dict[str, Any]]:
    return versions_told(cut.versions, cut)


def versions_told(versions: Sequence[Any], cut: Cut) -> list[dict[str, Any]]:
    """What was closed when, and why it was rectified, of the versions that a month has."""
    told = []
    for one in versions:
        rectification = cut.chain.document(one)["rectification"] if one.version > 1 else None
        told.append(
            {
                "version": one.version,
                "on": day(one.closed_on),
                "target": f"{one.folder}/{INDEX}",
                "here": one == cut.place,
                "latest": one.latest,
                "reason": rectification["reason"] if rectification else "",
                "instrument": (rectification["instrument"] or "") if rectification else "",
                "changes": f"{one.folder}/cambios.html" if rectification else "",
                "sha256": one.sha256,
            }
        )
    return told
