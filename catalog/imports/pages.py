"""What the pages of an import show: counts first, then each section in short, and one of them whole by pages."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator

from catalog.imports.sections import TITLES
from catalog.imports.session import Waiting
from catalog.models import CatalogImport
from catalog.workbook.fill_down import AS_ABOVE
from indicators.models import month_name
from programs.models import FiscalYear

IN_SHORT = 15
"""Lines of a section that is not looked at whole."""
PER_PAGE = 100
ERRORS = "errors"
DOUBTS = 10
STRAY = "y no es de un indicador"
SPANS = 5
"""Runs of rows that an error names."""


@dataclass(frozen=True, slots=True)
class Section:
    """``lines``: the first ones. ``note`` says what the section means for who reads it."""

    key: str
    title: str
    total: str
    lines: Sequence[Sequence[Any]]
    note: str = ""
    opened: bool = False

    @property
    def more(self) -> bool:
        return len(self.lines) < int(self.total.replace(",", ""))

    @property
    def has_rows(self) -> bool:
        """Whether they come from rows of a file."""
        return any(line[0] is not None for line in self.lines)

    @property
    def has_values(self) -> bool:
        return any(line[3] for line in self.lines)


_NOTES = {
    "absent": "Se quedan como están: una importación nunca borra.",
    "captured": "Lo ya capturado no cambia; estos cambios sí se verán junto a sus cifras.",
    "moved": "Conservan su clave y sus capturas.",
}
_OPENED = ("adjusted",)
_PLURALS = {
    "plan": "planes", "ejercicio": "ejercicios", "eje rector": "ejes rectores", "objetivo": "objetivos",
    "estrategia": "estrategias", "dependencia": "dependencias", "programa": "programas", "acción": "acciones",
    "indicador": "indicadores",
}  # fmt: skip


def preview_page(waiting: Waiting, query: Mapping[str, str], fiscal_year: FiscalYear | None) -> dict[str, Any]:
    """The preview in plain texts; ``whole`` where the address asks for one section by pages."""
    shown = waiting.shown
    if shown.get("decimal"):
        return _asks_decimals(shown)
    sections, errors = shown["sections"], shown["errors"]
    file_errors = [message for row, _, _, message in errors if row is None]
    # Blank cells of the hierarchy are asked about once, not counted as so many errors.
    row_errors = [error for error in errors if error[0] is not None and error[3] != AS_ABOVE]
    failed_rows = len({error[0] for error in row_errors})
    told = _gathered(row_errors)
    return {
        "year": str(shown["year"] or ""),
        "plan": shown["plan"],
        "counts": _counts({**shown["counts"], "fail": failed_rows}, sections),
        "sections": sections_in_short(sections, TITLES, _NOTES),
        "whole": whole_section({**sections, ERRORS: told}, query, TITLES),
        "file_errors": [_sentence(message) for message in file_errors],
        "errors": told[:IN_SHORT],
        "error_total": f"{len(file_errors) + len(row_errors):,}",
        "only_blanks": bool(errors) and not file_errors and not row_errors,
        "more_errors": len(told) > IN_SHORT,
        "has_errors": bool(errors),
        "failed_rows": f"{failed_rows:,} {'fila' if failed_rows == 1 else 'filas'}",
        "notes": [_sentence(note) for note in shown["notes"][:IN_SHORT]],
        "more_notes": f"{len(shown['notes']) - IN_SHORT:,}" if len(shown["notes"]) > IN_SHORT else "",
        "offers": [_offer(*offer) for offer in shown["offers"]],
        "renames_show": shown["renames_show"],
        "fillable": f"{shown['fillable']:,}" if shown["fillable"] else "",
        "one_fillable": shown["fillable"] == 1,
        "filled": waiting.fill_down,
        "read_as": waiting.decimal,
        "sheets": shown["sheets"] if len(shown["sheets"]) > 1 else [],
        "adjusts": f"{shown['adjusts']:,}" if shown["adjusts"] else "",
        "no_month_left": shown.get("first_month", 1) > 12,
        "why_not_before": shown.get("why_not_before", ""),
        "unanswered": shown["unanswered"],
        "past_year": shown["past_year"],
        "wrong_year": shown["wrong_year"],
        "begins": _beginning(**shown.get("beginning", {})),
        "bare_targets": shown.get("bare_targets", []),
        "kind_changes": f"{shown['kind_changes']:,}" if shown.get("kind_changes") else "",
        "kind_lines": shown.get("kind_lines", [])[:IN_SHORT],
        "kinds_effect": effect_in_short(shown.get("kinds_effect")),
        "nothing": not errors and not shown["changes"],
        "ready": waiting.can_be_confirmed,
        "doubts": shown.get("doubts", [])[:DOUBTS],
        "all_doubts": shown.get("doubts", []),
        "doubt_count": f"{shown['doubt_count']:,}" if shown.get("doubt_count") else "",
        "strays": any(STRAY in error[3] for error in row_errors),
        "said": waiting.mapping is not None,
        "remembered": list(waiting.remembered),
        "asks": bool(shown["offers"] or shown["fillable"] or waiting.fill_down or shown["adjusts"]
                     or waiting.decimal
                     or shown.get("beginning", {}).get("count")
                     or shown.get("codes")
                     or shown["past_year"] or shown["wrong_year"] or shown.get("bare_targets")
                     or shown.get("kind_changes")
                     or len(shown["sheets"]) > 1),
        "other_year": bool(fiscal_year and shown["year"] and fiscal_year.year != shown["year"]),
        "new_year": shown.get("makes_year", False),
    }  # fmt: skip


def _asks_decimals(shown: Mapping[str, Any]) -> dict[str, Any]:
    """Before it is known how the file writes decimals nothing of it is shown, but what is wrong in any case."""
    errors, sheets = shown["errors"], shown["sheets"]
    told, failed = _gathered(errors), len({error[0] for error in errors})
    return {
        "decimal": shown["decimal"], "sheets": sheets if len(sheets) > 1 else [], "asks": len(sheets) > 1,
        "has_errors": bool(errors), "errors": told[:IN_SHORT], "error_total": f"{len(errors):,}",
        "failed_rows": f"{failed:,} {'fila' if failed == 1 else 'filas'}",
    }  # fmt: skip


def effect_in_short(effect: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Of what corrected kinds change: the first lines, and how many more there are."""
    if not effect:
        return None
    return {
        "cut_off": effect["cut_off"],
        **{name: effect[name][:IN_SHORT] for name in ("indicators", "programs")},
        **{f"more_{name}": f"{len(effect[name]) - IN_SHORT:,}" if len(effect[name]) > IN_SHORT else ""
           for name in ("indicators", "programs")},
    }  # fmt: skip


def record_page(record: CatalogImport, query: Mapping[str, str]) -> dict[str, Any]:
    options = record.options
    adjustment = options.get("adjustment")
    return {
        "counts": _counts(record.counts, record.changes),
        "sections": sections_in_short(record.changes, TITLES, _NOTES),
        "whole": whole_section(record.changes, query, TITLES),
        "size": f"{record.size:,}",
        "sheet": options.get("sheet", ""),
        "fill_down": options.get("fill_down", False),
        "decimal": options.get("decimal", ""),
        "corrections": options.get("corrections", []),
        "adjustment": adjustment and {**adjustment, "month": month_name(adjustment["effective_month"])},
    }


def _counts(counts: Mapping[str, int], sections: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(number, words, section) of what an indicator's row does, and of each kind of change."""
    rows = [
        ("add", "indicadores se agregan", "indicador se agrega", "added"),
        ("stay", "quedan igual", "queda igual", "same"),
    ]
    told = [
        (f"{counts[key]:,}", one if counts[key] == 1 else many, section if counts[key] and section in sections else "")
        for key, many, one, section in rows
    ]
    kinds = {
        "renamed": ("cambian de nombre", "cambia de nombre"), "moved": ("se mueven", "se mueve"),
        "adjusted": ("metas se ajustan", "meta se ajusta"), "target": ("metas cambian", "meta cambia"),
        "formula": ("fórmulas cambian", "fórmula cambia"), "changed": ("otros cambios", "otro cambio"),
        "captured": ("afectan capturas", "afecta capturas"),
        "absent": ("no están en el archivo", "no está en el archivo"),
    }  # fmt: skip
    for section, (many, one) in kinds.items():
        number = len(sections.get(section, ()))
        if number:
            told.insert(-1, (f"{number:,}", one if number == 1 else many, section))
    if counts.get("fail"):
        told.append((f"{counts['fail']:,}", "filas con error" if counts["fail"] > 1 else "fila con error", ""))
    return told


def sections_in_short(
    sections: Mapping[str, Sequence[Any]], titles: Mapping[str, str], notes: Mapping[str, str] = {}
) -> list[Section]:
    """The first lines of each, in the order of ``titles``."""
    return [
        Section(
            key,
            title,
            f"{len(sections[key]):,}",
            sections[key][:IN_SHORT],
            _by_what(sections[key]) + notes.get(key, ""),
            key in _OPENED,
        )
        for key, title in titles.items()
        if sections.get(key)
    ]


def _by_what(lines: Sequence[Sequence[Any]]) -> str:
    """«1 ejercicio, 11 programas y 1,000 indicadores. »; nothing where all are of one kind."""
    counts = Counter(line[1] for line in lines)
    if len(counts) == 1:
        return ""
    parts = [f"{number:,} {what if number == 1 else _PLURALS.get(what, what)}" for what, number in counts.items()]
    return f"{', '.join(parts[:-1])} y {parts[-1]}. "


def whole_section(
    sections: Mapping[str, Sequence[Any]], query: Mapping[str, str], titles: Mapping[str, str]
) -> dict[str, Any] | None:
    """The one that the address asks for, by pages; None where it asks for none that there is."""
    key = query.get("seccion", "")
    if not sections.get(key):
        return None
    page: Page = Paginator(sections[key], PER_PAGE).get_page(query.get("pagina"))
    title = titles.get(key, "Errores")
    return {"key": key, "title": title, "total": f"{len(sections[key]):,}", "page": page,
            "section": Section(key, title, f"{len(page.object_list)}", page.object_list)}  # fmt: skip


def _beginning(count: int = 0, rows: Sequence[Sequence[str]] = (), **_: int) -> dict[str, Any] | None:
    """The question about new indicators that do not say from which month they count; None where there are none."""
    more = f"{count - len(rows):,}" if count > len(rows) else ""
    return {"count": f"{count:,}", "one": count == 1, "rows": rows, "more": more} if count else None


def _offer(key: str, what: str, before: str, after: str, programs: int, accepted: bool) -> dict[str, Any]:
    below = f"{programs:,} programa{'s' if programs > 1 else ''}" if programs else ""
    return {"key": key, "what": what, "before": before, "after": after, "below": below, "accepted": accepted}


def _gathered(errors: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """The errors, those that say the same of the same value of a column as one, with all their rows."""
    rows: dict[tuple[str, ...], list[int | str]] = {}
    for row, *said in errors:
        rows.setdefault(tuple(said), []).append(row)
    return [[_spans(numbers), *said] for said, numbers in rows.items()]


def _spans(numbers: Sequence[int | str]) -> str:
    """«2 a 12, 15»; of many the first, and how many more there are. Rows of several sheets are named one by one."""
    placed = [row for row in numbers if isinstance(row, str)]
    if placed:
        more = len(placed) - SPANS
        return "; ".join(placed[:SPANS]) + (f" y {more:,} más" if more > 0 else "")
    return _runs([row for row in numbers if not isinstance(row, str)])


def _runs(numbers: Sequence[int]) -> str:
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    parts = [f"{first:d} a {last:d}" if last > first else f"{first:d}" for first, last in spans[:SPANS]]
    more = sum(last - first + 1 for first, last in spans[SPANS:])
    return ", ".join(parts) + (f" y {more:,} más" if more else "")


def _sentence(text: str) -> str:
    end = "" if text.endswith("?") else "."
    return text[:1].upper() + text[1:].rstrip(".") + end
