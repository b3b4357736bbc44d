"""Acuses and constancias: the paper of an act, issued in the act's own transaction.

Each act has one paper for the department's month, with the figures of that act. A constancia stands until another
pair is validated for one of its figures: then it is without effect, and the new one carries its other figures on.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from accounts.access import Access
from core import trail
from core.models import TrailEntry
from core.moments import day_text, stamp_text
from core.pdf import fingerprint
from indicators import wording
from indicators.acts import FigureAct, ReceiptAct
from indicators.models import Commitment, Evidence, Measurement, Receipt, State
from indicators.papers import content as paper_content
from indicators.papers.checking import altered
from indicators.results.effect import Figures, current_pairs
from indicators.results.year import OFFICIAL, PRELIMINARY
from programs.models import Department, FiscalYear

ISSUE = {Receipt.Kind.SUBMISSION: ReceiptAct.ISSUE_ACUSE, Receipt.Kind.VALIDATION: ReceiptAct.ISSUE_CONSTANCIA}
_LETTERS = {Receipt.Kind.SUBMISSION: "A", Receipt.Kind.VALIDATION: "C"}


@dataclass(frozen=True, slots=True)
class PaperAct:
    """The act that a paper is of: these figures of one department and month, in that capacity.

    ``figures`` were read before the act, so that the paper says what it changed.
    """

    kind: Receipt.Kind
    figures: Figures
    department_id: int
    rows: Sequence[Measurement]
    access: Access
    capacity: str
    now: datetime
    by_expiry: bool = False  # planning validated in the director's stead


def issue(act: PaperAct) -> Receipt | None:
    """Issue the paper of the act; None for an act without figures. Call it in the act's transaction, after it."""
    if not act.rows:
        return None
    period = act.figures.period
    # One folio after the other: whoever issues a paper of the same year waits here until this act is done.
    FiscalYear.objects.select_for_update(no_key=True).get(pk=period.fiscal_year_id)
    replaced = _replaced(act)
    sound = [paper for paper in replaced if altered(paper) is None]
    carried = _carried(act, sound)
    renewed = _renewed(act, [paper for paper in replaced if paper not in sound], carried)
    content = _content(replace(act, rows=[*act.rows, *renewed]), carried, sound)
    department = (
        act.rows[0].indicator.action.program.department  # the review read it with its figures
        if act.kind == Receipt.Kind.VALIDATION
        else Department.objects.get(pk=act.department_id)
    )
    receipt = Receipt.objects.create(
        kind=act.kind,
        folio=_next_folio(act, department),
        period=period,
        department=department,
        issued_at=act.now,
        issued_by=act.access.user,
        capacity=act.capacity,
        by_expiry=act.by_expiry,
        figures=content,
        fingerprint=fingerprint(content),
    )
    through = Receipt.measurements.through
    ids = [*(row.pk for row in (*act.rows, *renewed)), *(row["measurement"] for row in carried.values())]
    through.objects.bulk_create(through(receipt_id=receipt.pk, measurement_id=pk) for pk in ids)
    _record(act, receipt, replaced)
    return receipt


def _next_folio(act: PaperAct, department: Department) -> str:
    """«C-2016-PRE-09-003»: the third constancia of 2016. Papers are never deleted, so that counting them is enough."""
    period = act.figures.period
    number = Receipt.objects.filter(kind=act.kind, period__fiscal_year_id=period.fiscal_year_id).count() + 1
    year = period.fiscal_year.year
    return f"{_LETTERS[act.kind]}-{year}-{department.prefix}-{period.month:02d}-{number:03d}"


def _replaced(act: PaperAct) -> list[Receipt]:
    """The constancias in effect that have one of the act's figures in them."""
    if act.kind != Receipt.Kind.VALIDATION:
        return []
    found = Receipt.objects.filter(
        kind=Receipt.Kind.VALIDATION,
        period=act.figures.period,
        department_id=act.department_id,
        void_at__isnull=True,
        measurements__in=[row.pk for row in act.rows],
    )
    return list(found.distinct().order_by("pk"))


def _carried(act: PaperAct, replaced: Iterable[Receipt]) -> dict[int, paper_content.Row]:
    """What the replaced papers say of figures that the act does not touch, by indicator id."""
    own = {row.indicator_id for row in act.rows}
    return {
        row["indicator"]: row
        for receipt in replaced
        for program in receipt.figures["programs"]
        for row in program["rows"]
        if row["indicator"] not in own
    }


def _renewed(act: PaperAct, papers: Sequence[Receipt], carried: Mapping[int, paper_content.Row]) -> list[Measurement]:
    """The other figures of papers that do not say any more what they said: nothing of what those hold is believed.

    They are told anew from what is validated today. One that is being corrected has its paper when that is validated.
    """
    if not papers:
        return []
    told = {*(row.indicator_id for row in act.rows), *carried}
    rows = Measurement.objects.filter(receipts__in=papers, state=State.VALIDATED).exclude(indicator_id__in=told)
    return list(rows.distinct().order_by("pk"))


def _content(
    act: PaperAct, carried: Mapping[int, paper_content.Row], replaced: Sequence[Receipt]
) -> paper_content.Content:
    ids = [row.pk for row in act.rows]
    scope = OFFICIAL if act.kind == Receipt.Kind.VALIDATION else PRELIMINARY
    by_indicator = {row.indicator_id: row for row in act.rows}
    month = {
        row.indicator_id: row
        for row in Measurement.objects.filter(period=act.figures.period).of_department(act.department_id)
    }
    programs = paper_content.programs_content(
        act.figures,
        scope,
        current_pairs(act.rows),
        by_indicator,
        evidence=_evidence_names(ids),
        commitments={made.measurement_id: made for made in Commitment.objects.filter(measurement__in=ids)},
        corrections=_corrections(act, replaced) if scope == OFFICIAL else {},
        carried=carried,
    )
    counted = [*by_indicator, *carried]
    content: paper_content.Content = {
        "programs": programs,
        **paper_content.month_content(act.figures, scope, month, counted),
        "due_on": day_text(act.figures.period.due_on),
        "by": str(act.access.user),
        "capacity": act.capacity,
        "at": stamp_text(act.now),
    }
    if act.kind == Receipt.Kind.VALIDATION:
        content["submitted"] = _submission(ids)
    return content


def _corrections(act: PaperAct, replaced: Sequence[Receipt]) -> dict[int, paper_content.Row]:
    """What was corrected since an earlier paper said it, by measurement id: from what, to what, who, when and why.

    The earlier paper is the constancia that is replaced or, before the first one, the latest acuse. Whoever changed
    the pair again after the correction (it was returned, say) is told too: the new pair is also theirs.
    """
    entries = TrailEntry.objects.filter(
        subject_type=Measurement._meta.label_lower, action__in=(FigureAct.CORRECT, FigureAct.SAVE)
    )
    rows = {row.pk: row for row in act.rows}
    corrected = set(entries.filter(action=FigureAct.CORRECT, subject_id__in=rows).values_list("subject_id", flat=True))
    if not corrected:
        return {}
    said = _said_before(corrected, replaced)
    steps: dict[int, list[paper_content.Row]] = {}
    for entry in entries.filter(subject_id__in=said).select_related("actor").order_by("id"):
        pk = entry.subject_id
        if entry.pk > said[pk][0] and (entry.action == FigureAct.CORRECT or pk in steps):
            steps.setdefault(pk, []).append(
                {
                    "by": str(entry.actor or ""),
                    "capacity": entry.capacity,
                    "at": stamp_text(entry.at),
                    "reason": entry.reason,
                }
            )
    return {
        pk: {
            "before": f"{said[pk][1]['numerator']} / {said[pk][1]['denominator']}",
            "after": wording.pair_text(rows[pk].numerator, rows[pk].denominator),
            "steps": found,
        }
        for pk, found in steps.items()
    }


def _said_before(
    measurement_ids: Collection[int], replaced: Sequence[Receipt]
) -> dict[int, tuple[int, paper_content.Row]]:
    """The trail entry that issued the earlier paper of each figure, and the row it has there."""
    acuses = Receipt.objects.filter(kind=Receipt.Kind.SUBMISSION, measurements__in=measurement_ids)
    # The last one that has the figure counts: acuses from old to new, then the constancias that are replaced.
    earlier = [*acuses.distinct().order_by("pk"), *replaced]
    issued = dict(
        TrailEntry.objects.filter(
            subject_type=Receipt._meta.label_lower,
            subject_id__in=[receipt.pk for receipt in earlier],
            action__in=ISSUE.values(),
        ).values_list("subject_id", "id")
    )
    return {
        row["measurement"]: (issued[receipt.pk], row)
        for receipt in earlier
        for program in receipt.figures["programs"]
        for row in program["rows"]
        if row["measurement"] in measurement_ids and receipt.pk in issued
    }


def _evidence_names(measurement_ids: Sequence[int]) -> dict[int, list[str]]:
    names: dict[int, list[str]] = {}
    links = (
        Evidence.objects.in_force()
        .filter(measurements__in=measurement_ids)
        .order_by("pk")
        .values_list("measurements", "name")
    )
    wanted = set(measurement_ids)
    for measurement_id, name in links:
        if measurement_id in wanted:
            names.setdefault(measurement_id, []).append(name)
    return names


def _submission(measurement_ids: Sequence[int]) -> dict[str, str] | None:
    """Who sent these figures, by the latest acuse that has one of them; None where they have none."""
    acuses = Receipt.objects.filter(kind=Receipt.Kind.SUBMISSION, measurements__in=measurement_ids)
    acuse = acuses.select_related("issued_by").order_by("-issued_at", "-pk").first()
    if acuse is None:
        return None
    return {
        "by": str(acuse.issued_by),
        "capacity": acuse.capacity,
        "at": stamp_text(acuse.issued_at),
        "folio": acuse.folio,
    }


def _record(act: PaperAct, receipt: Receipt, replaced: Sequence[Receipt]) -> None:
    unsound = [paper.folio for paper in replaced if altered(paper)]
    reason = (
        f"Lo guardado de {', '.join(unsound)} no coincide con su huella: sus demás cifras se tomaron de lo "
        "que hoy está validado."
        if unsound
        else ""
    )

    def entry(subject: Receipt, action: ReceiptAct, changes: Mapping[str, list[Any]]) -> Any:
        return trail.entry(
            subject=subject,
            action=action,
            actor=act.access.user,
            capacity=act.capacity,
            at=act.now,
            changes=changes,
            scope_id=act.department_id,
            reason=reason,
        )

    Receipt.objects.filter(pk__in=[old.pk for old in replaced]).update(void_at=act.now, replaced_by=receipt)
    issued = {"folio": [None, receipt.folio], "fingerprint": [None, receipt.fingerprint]}
    void = {"void_at": [None, act.now.isoformat()], "replaced_by": [None, receipt.folio]}
    trail.write(
        [entry(receipt, ISSUE[receipt.kind], issued), *(entry(old, ReceiptAct.VOID, void) for old in replaced)]  # type: ignore[index]
    )
