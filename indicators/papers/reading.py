"""Acuses and constancias as they are read: the page, the PDF and the lists that lead to them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from accounts.access import ALL, Access, Action
from core.compiled import Compiled
from core.moments import stamp_text
from core.pdf import canonical
from core.uploads import short_name
from indicators import wording
from indicators.models import Period, Receipt
from indicators.papers.checking import altered

TEMPLATES = {Receipt.Kind.SUBMISSION: "acuse.typ", Receipt.Kind.VALIDATION: "constancia.typ"}
TITLES = {Receipt.Kind.SUBMISSION: "Acuse de envío", Receipt.Kind.VALIDATION: "Constancia de validación"}


def papers_of(access: Access) -> QuerySet[Receipt]:
    """The papers that this person may read: those of the departments whose drafts they see."""
    reach = access.department_ids(Action.SEE_DRAFTS)
    return Receipt.objects.all() if reach == ALL else Receipt.objects.filter(department_id__in=reach)


@dataclass(frozen=True, slots=True)
class PaperLink:
    """One line of a list of papers."""

    folio: str
    url: str
    pdf_url: str
    title: str
    issued: str
    by: str
    count: str
    altered: str  # that it does not match its fingerprint; empty where it does
    void: str  # «sin efecto desde …, la sustituye …»; empty while it stands


def paper_links(access: Access, period: Period, department_id: int) -> list[PaperLink]:
    """The papers of a department's month, the latest first; one query."""
    if not access.allows(Action.SEE_DRAFTS, department_id):
        return []
    return [_link(receipt) for receipt in _of_month(period=period.pk, department=department_id)]


_of_month: Compiled[Receipt] = Compiled(
    lambda period, department: Receipt.objects.filter(period_id=period, department_id=department).select_related(
        "issued_by", "replaced_by"
    )
)


def _link(receipt: Receipt) -> PaperLink:
    return PaperLink(
        folio=receipt.folio,
        url=reverse("indicators:paper", args=[receipt.folio]),
        pdf_url=reverse("indicators:paper_pdf", args=[receipt.folio]),
        title=TITLES[Receipt.Kind(receipt.kind)],
        issued=stamp_text(receipt.issued_at),
        by=str(receipt.issued_by),
        count=_count(receipt),
        altered="no coincide con su huella: avise a Contraloría y a Planeación" if altered(receipt) else "",
        void=void_text(receipt),
    )


def _count(receipt: Receipt) -> str:
    """What was altered may have any shape."""
    content = receipt.figures
    return str(content.get("count", "")) if isinstance(content, Mapping) else ""


def void_text(receipt: Receipt) -> str:
    if receipt.void_at is None:
        return ""
    return f"sin efecto desde el {stamp_text(receipt.void_at)}"


def paper_data(receipt: Receipt, *, replaces: Iterable[str] = ()) -> dict[str, Any]:
    """What the page and the PDF print; the keys are those of templates/pdf/acuse.typ and constancia.typ.

    A paper that was altered after its issue says so in place of its fingerprint; where its content cannot even be read
    as one, without its figures.
    """
    found = altered(receipt)
    if found is None:
        return _paper_data(receipt, receipt.figures, replaces)
    try:
        made = _paper_data(receipt, receipt.figures, replaces)
        canonical(made)
    except (KeyError, TypeError, AttributeError, ValueError, IndexError):
        made = _paper_data(receipt, _unreadable(receipt), replaces)
    return made | {
        "fingerprint": None,
        "altered": {"sentence": found.sentence, "issued": found.issued, "found": found.found},
    }


def _unreadable(receipt: Receipt) -> dict[str, Any]:
    """What the row says beside the content."""
    return {
        "programs": [], "missing": [], "others": [], "count": "no se puede leer", "due_on": "", "submitted": None,
        "by": str(receipt.issued_by), "capacity": receipt.capacity, "at": stamp_text(receipt.issued_at),
    }  # fmt: skip


def _paper_data(receipt: Receipt, content: dict[str, Any], replaces: Iterable[str]) -> dict[str, Any]:
    year = receipt.period.fiscal_year
    data: dict[str, Any] = {
        "municipality": settings.PMD_MUNICIPALITY,
        "product": f"Seguimiento del Programa Anual de Trabajo {year.year}",
        "folio": receipt.folio,
        "fingerprint": receipt.fingerprint,
        "altered": None,
        "demo": year.demo_data,
        "void": _void(receipt),
        "department": receipt.department.name,
        "month": wording.month_title(receipt.period.month, year.year),
        "count": content["count"],
        "programs": [
            program | {"rows": [_row(row) for row in program["rows"]]} for program in content["programs"]
        ],
        "missing": content["missing"],
        "others": content.get("others", []),  # papers of before they were told apart do not have it
    }  # fmt: skip
    by = {"by": content["by"], "capacity": content["capacity"], "at": content["at"]}
    if receipt.kind == Receipt.Kind.SUBMISSION:
        late = any(row["late"] for program in content["programs"] for row in program["rows"])
        data |= {"submitted": by | {"late": late}, "due": content["due_on"]}
        data["signatures"] = [
            {"role": "Envió", "name": content["by"], "capacity": content["capacity"]},
            {"role": "Recibió", "name": None, "capacity": "Dirección de la dependencia"},
        ]
        return data
    sent = content.get("submitted")
    data |= {
        "validated": by | {"overdue": receipt.by_expiry},
        "submitted": sent,
        "replaces": ", ".join(replaces) or None,
        "signatures": [
            *([{"role": "Envió", "name": sent["by"], "capacity": sent["capacity"]}] if sent else []),
            {"role": "Validó", "name": content["by"], "capacity": content["capacity"]},
        ],
    }
    return data


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    marks = ["extemporánea"] if row["late"] else []
    marks += [row["no_activity"]] if row["no_activity"] and row["no_activity"] != row["month"] else []
    correction = row.get("correction")  # older papers do not have it
    marks += ["corregida"] if correction else []
    marks += [row["entry"]] if row.get("entry") else []  # papers from before the rule have none
    notes = _correction_notes(correction) if correction else []
    notes += [("Justificación", row["justification"])] if row["justification"] else []
    if row["evidence"]:
        notes.append(("Evidencia", "; ".join(short_name(name, FILE_NAME) for name in row["evidence"])))
    if row["commitment"]:
        commitment = row["commitment"]
        notes += [
            ("Causa", commitment["cause"]),
            ("Acción", commitment["action"]),
            ("Fecha compromiso", commitment["committed_on"]),
        ]
    return {
        **{name: row[name] for name in _SHOWN},
        "light_reason": row["light_reason"] or None,
        "marks": marks,
        "notes": [{"label": label, "text": text} for label, text in notes],
        "files": "; ".join(row["evidence"]),  # the names in full, which the notes shorten
    }


def _correction_notes(correction: Mapping[str, Any]) -> list[tuple[str, str]]:
    before, after = correction["before"], correction["after"]
    notes = [("Corrección", f"{before} → {after}" if before != after else f"sin cambio en la cifra, {after}")]
    for step in correction["steps"]:
        notes.append(("Corrigió", ", ".join(filter(None, (step["by"], step["capacity"], step["at"])))))
        if step["reason"]:
            notes.append(("Motivo de la corrección", step["reason"]))
    return notes


FILE_NAME = 70  # letters of a file's name on a paper
_SHOWN = ("code", "name", "formula", "numerator", "denominator", "month", "accumulated", "light")


def _void(receipt: Receipt) -> dict[str, Any] | None:
    if receipt.void_at is None:
        return None
    new = receipt.replaced_by
    return {
        "since": stamp_text(receipt.void_at),
        "reason": f"corrección de {', '.join(_changed_codes(receipt, new))}" if new else None,
        "replaced_by": new.folio if new else None,
    }


def _changed_codes(old: Receipt, new: Receipt) -> list[str]:
    """The figures of the old paper that read otherwise in the one that replaced it."""

    def pairs(receipt: Receipt) -> dict[str, Any]:
        rows = (row for program in receipt.figures["programs"] for row in program["rows"])
        return {row["code"]: (row["numerator"], row["denominator"], row["no_activity"]) for row in rows}

    if altered(old) or altered(new):
        return ["sus cifras"]
    before, after = pairs(old), pairs(new)
    changed = [code for code, pair in before.items() if after.get(code, pair) != pair]
    return changed or ["sus cifras"]
