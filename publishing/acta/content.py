"""The acta of a closing, out of its document, its seal and what was kept with it: the same whenever it is printed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from core.lights import light_word
from core.moments import day_text, stamp_text
from core.pdf import render_pdf
from indicators.models import month_name
from publishing.acta.changes import changes_data
from publishing.document.borders import Borders, borders_of, percent_text
from publishing.models import Closing

TEMPLATE = "acta.typ"


def acta_pdf(closing: Closing) -> bytes:
    """Raises DocumentAltered where the document is not what was kept: such a closing has no acta."""
    return render_pdf(TEMPLATE, acta_data(closing), created=closing.made_at, title=title_of(closing))


def title_of(closing: Closing) -> str:
    kind = "Acta de rectificación" if closing.version > 1 else "Acta de cierre"
    return f"{kind} de {month_name(closing.month)} de {closing.fiscal_year.year}"


def acta_data(closing: Closing) -> dict[str, Any]:
    """What the template prints, numbers formatted; its keys are at the template's head."""
    document, lacked = closing.content, closing.acta.get("lacked") or {}
    rectification, previous = document["rectification"], document["previous"]
    borders = borders_of(document["rules"])
    return {
        "municipality": document["municipality"],
        "product": document["plan"],
        "fingerprint": closing.sha256,
        "demo": closing.fiscal_year.demo_data,
        "title": title_of(closing),
        "cut": f"{'enero' if document['month'] == 1 else 'enero–' + month_name(document['month'])} {document['year']}",
        "closed_on": day_text(date.fromisoformat(document["closed_on"])),
        "version": str(document["version"]),
        "made_at": stamp_text(closing.made_at),
        "made_by": str(closing.made_by),
        "reason": closing.reason,
        "instrument": closing.instrument,
        "rectified": rectification["of"] if rectification else None,
        "changes": changes_data(closing),
        "results": _results(document["plan_results"], borders),
        "axes": [_line(row["name"], result, borders) for row, result in _axes(document)],
        "lacked": _lacked(lacked),
        "lacked_text": " ".join(closing.acta.get("said", ())) or None,
        "open_months": _months(lacked.get("open_months", ())),
        "unclosed_months": _months(lacked.get("unclosed_months", ())),
        "previous": _previous(previous),
        "head": closing.seal.get("head"),
        "entries": f"{closing.seal.get('entries', 0):,}",
        "signatures": [
            {"role": "Firma", "name": row["name"], "capacity": row["office"]} for row in closing.acta.get("signers", ())
        ]
        or [{"role": "Firma", "name": None, "capacity": None}],
    }


def _results(found: Mapping[str, Any], borders: Borders) -> dict[str, str]:
    return {
        "compliance": percent_text(found["compliance"], borders),
        "global": percent_text(found["global"], borders),
        "with_data": f"{found['with_data']:,} de {found['programs']:,}",
        "captured": f"{found['months_captured']:,} de {found['months_due']:,}",
        "lights": ", ".join(
            f"{found['lights'][code]:,} {light_word(code)}" for code in ("green", "amber", "red", "none")
        ),
    }


def _axes(document: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    pairs = zip(document["axes"], document["axis_results"], strict=True)
    return [(axis, result) for axis, result in pairs if result["programs"]]


def _line(name: str, found: Mapping[str, Any], borders: Borders) -> dict[str, str]:
    return {
        "name": name,
        "compliance": percent_text(found["compliance"], borders),
        "global": percent_text(found["global"], borders),
        "with_data": f"{found['with_data']:,} de {found['programs']:,}",
    }


def _lacked(lacked: Mapping[str, Any]) -> list[dict[str, str]]:
    """Of a closing from before ``due`` was counted those that wait are not all lacking: no rest is told of it."""
    return [
        {
            "department": f"{row['prefix']} {row['name']}",
            "figures": f"{row['figures']:,}",
            "waiting": f"{row['waiting']:,}",
            "returned": f"{row['returned']:,}",
            "unsent": f"{row['figures'] - row['waiting'] - row['returned']:,}" if lacked.get("due") else "—",
        }
        for row in lacked.get("departments", ())
        if row["figures"]
    ]


def _months(months: Any) -> str | None:
    return ", ".join(month_name(month) for month in months) or None


def _previous(previous: Mapping[str, Any] | None) -> dict[str, str] | None:
    if previous is None:
        return None
    version = f", versión {previous['version']}" if previous["version"] > 1 else ""
    return {"name": f"{month_name(previous['month'])} de {previous['year']}{version}", "sha256": previous["sha256"]}
