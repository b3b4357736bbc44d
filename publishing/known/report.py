"""The report of a closed month, printed from its closing's document: the same whenever it is printed."""

from collections.abc import Iterable, Mapping
from typing import Any

from core.lights import LIGHTS, light_word
from core.moments import day_text, stamp_text
from core.pdf import render_pdf
from indicators.models import month_name
from indicators.wording import span
from publishing.document.borders import Borders, borders_of, percent_text
from publishing.document.differences import Difference, Document, Kind
from publishing.document.telling import value_text
from publishing.models import Closing

TEMPLATE = "informe-cierre.typ"


def report_pdf(closing: Closing) -> bytes:
    """Raises DocumentAltered where the document is not what was kept."""
    data = report_data(closing)
    return render_pdf(TEMPLATE, data, created=closing.made_at, title=data["title"])


def report_data(closing: Closing) -> dict[str, Any]:
    """What the template prints; its keys are at the template's head. Nothing but the document and its place."""
    document = closing.content
    plan, borders = document["plan_results"], borders_of(document["rules"])
    return {
        "municipality": document["municipality"],
        "product": f"Programa Anual de Trabajo {document['year']}",
        "fingerprint": closing.sha256,
        "demo": closing.fiscal_year.demo_data,
        "title": f"Informe de {month_name(document['month'])} de {document['year']}, como se cerró",
        "plan": document["plan"],
        "cut": f"{span(document['month'])} {document['year']}",
        "closing": str(closing),
        "closed_on": day_text(closing.closed_on),
        "version": str(document["version"]),
        "made_at": stamp_text(closing.made_at),
        "rectified": (document["rectification"] or {}).get("of"),
        "results": {
            "compliance": percent_text(plan["compliance"], borders),
            "global": percent_text(plan["global"], borders),
            "with_data": f"{plan['with_data']:,} de {plan['programs']:,}",
            "captured": f"{plan['months_captured']:,} de {plan['months_due']:,}",
            "lights": ", ".join(
                f"{plan['lights'][code]:,} {light_word(code)}" for code in LIGHTS if code in plan["lights"]
            ),
        },
        "axes": list(_groups(document["axes"], document["axis_results"], borders)),
        "departments": list(_groups(document["departments"], document["department_results"], borders)),
        "programs": [_program(row, borders) for row in document["programs"]],
    }


def _groups(names: Iterable[Document], results: Iterable[Document], borders: Borders) -> Iterable[dict[str, str]]:
    for named, found in zip(names, results, strict=True):
        if found["programs"]:
            yield {
                "name": named["name"],
                "compliance": percent_text(found["compliance"], borders),
                "global": percent_text(found["global"], borders),
                "with_data": f"{found['with_data']:,} de {found['programs']:,}",
            }


def _program(row: Document, borders: Borders) -> dict[str, Any]:
    return {
        "code": row["code"],
        "name": row["name"],
        "compliance": percent_text(row["compliance"], borders),
        "global": percent_text(row["global"], borders),
        "light": light_word(row["light"]),
        "considered": f"{row['considered']} de {row['total']}",
        "indicators": [_indicator(one, borders) for one in row["indicators"]],
    }


def _indicator(row: Mapping[str, Any], of_year: Borders) -> dict[str, str]:
    borders = borders_of(row["thresholds"]) if row["thresholds"] else of_year

    def told(name: str) -> str:
        return value_text(Difference(Kind.RESULT, row["code"], name, row[name], row[name]), row[name], borders)

    unit = " %" if row["target_kind"] == "percentage" else f" {row['unit']}"
    return {
        "code": row["code"],
        "name": row["name"],
        "pair": f"{told('numerator')} / {told('denominator')}",
        "percentage": told("percentage"),
        "target": f"{told('target')}{unit}",
        "compliance": told("compliance"),
        "light": light_word(row["light"]),
        "captured": f"{row['months_captured']} de {row['months_due']}",
    }
