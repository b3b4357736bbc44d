"""One department's month as its reviewer reads it: what has flags first, what changed, who said what."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import OuterRef, Subquery

from accounts.access import Access, reads_act
from core.addresses import address
from core.compiled import Compiled, keys
from core.models import FileFault
from indicators import calculations, wording
from indicators.capture import grid
from indicators.capture.effect_panel import Correcting
from indicators.capture.grid import GridRow
from indicators.capture.month import MonthSheet, SheetRow
from indicators.models import Commitment, Correction, CorrectionRequest, Evidence, Measurement, State, month_name
from indicators.papers.reading import PaperLink, paper_links
from indicators.results.effect import Figures, figures_of
from indicators.results.year import PRELIMINARY
from indicators.review.forms import CommitmentForm, blank_commitment, drawn_commitment
from indicators.review.threads import ThreadItem, read_corrections, requests_of, thread

COMMITMENT_FLAGS = {calculations.RED: "en rojo", calculations.OVER: "sobrecumplimiento"}
FELL = "bajó de semáforo"

FEW = 3
"""Commitments whose forms stand open: more would bury the figures below them."""


@dataclass(slots=True)
class ReviewRow:
    """A figure that waits: ``shown`` is its row as everywhere, the rest is what a reviewer needs besides."""

    shown: GridRow
    id: int
    flags: list[str]
    before: str  # the accumulated result at the previous cut-off, empty where there is none
    light_before: str
    asks_commitment: bool
    commitment: Commitment | None
    thread: list[ThreadItem]
    files: list[str]
    history_url: str
    correcting: Correcting | None = None
    selected: bool = False
    observation: str = ""
    observation_error: str = ""
    is_open: bool = False  # the box in which to return it
    commitment_open: bool = False
    one_of_few: bool = False  # so few lack a commitment that all their forms may stand open
    form: CommitmentForm | None = None  # the commitment that somebody wrote and that is not saved

    @property
    def key(self) -> str:
        """The id as the page writes it: a template would print the number with thousands separators."""
        return str(self.id)

    def kept_by(self) -> Hashable:
        """What its drawing is kept by; nothing where somebody began to write in it."""
        shown = self.shown.kept_by()
        if shown is None or self.form is not None or self.observation or self.observation_error:
            return None
        made = self.commitment
        return (
            shown, self.id, *self.flags, None, *self.files, None, *self.thread, self.before, self.light_before,
            (made.cause, made.action, made.committed_on) if made else None, self.lacks_commitment,
            self.one_of_few, self.commitment_open, self.is_open, self.selected, self.history_url, self.correcting,
        )  # fmt: skip

    @property
    def commitment_fields(self) -> str:
        """Where cause, action and date are written."""
        return blank_commitment(self.key) if self.form is None else drawn_commitment(self.form)

    @property
    def is_plain(self) -> bool:
        """Nothing to look at twice, and this person may review it."""
        return not self.flags and not self.shown.is_own

    @property
    def lacks_commitment(self) -> bool:
        return self.asks_commitment and self.commitment is None


@dataclass(frozen=True, slots=True)
class ReviewGroup:
    """The figures with flags of all programmes, or those without of one programme."""

    title: str
    code: str
    global_text: str
    considered: str
    compliance: str
    light: str
    rows: list[ReviewRow]

    @property
    def heading(self) -> str:
        return f"{self.code} {self.title}: {len(self.rows)}" if self.code else self.title


@dataclass(slots=True)
class ReviewMonth:
    sheet: MonthSheet
    figures: Figures
    rows: list[ReviewRow] = field(default_factory=list)
    papers: list[PaperLink] = field(default_factory=list)
    previous_month: str = ""
    observation: str = ""  # what the person wrote for all that are selected

    @property
    def plain(self) -> list[ReviewRow]:
        return [row for row in self.rows if row.is_plain]

    def find(self, ids: Iterable[int]) -> list[ReviewRow]:
        wanted = set(ids)
        return [row for row in self.rows if row.id in wanted]

    def groups(self) -> list[ReviewGroup]:
        """What has flags first, across the programmes; the others by programme."""
        flagged = [row for row in self.rows if row.flags]
        title = f"Con alertas: {wording.count_text(len(flagged), 'cifra', 'cifras')}"
        made = [ReviewGroup(title, "", "", "", "", "", flagged)] if flagged else []
        by_code = {row.shown.code: row for row in self.rows if not row.flags}
        for group in self.sheet.groups:
            members = [by_code[row.indicator.code] for row in group.rows if row.indicator.code in by_code]
            if members:
                now = group.projected
                made.append(
                    ReviewGroup(
                        group.program.name,
                        group.program.code,
                        wording.global_text(now),
                        wording.considered_text(now),
                        wording.compliance_text(now, "sin datos"),
                        now.light,
                        members,
                    )
                )
        return made


def review_month(access: Access, sheet: MonthSheet) -> ReviewMonth:
    """What waits in the sheet, with 6 queries besides the sheet's own."""
    waiting = [row for row in sheet.rows if row.measurement is not None and row.measurement.state == State.SUBMITTED]
    ids = [row.measurement.pk for row in waiting if row.measurement is not None]
    figures = figures_of(sheet.period, sheet.indicators, sheet.pairs)
    figures.know(PRELIMINARY, {row.id: row.today for row in waiting})
    commitments = {made.measurement_id: made for made in _commitments(measurements=keys(ids))}
    asked, files, (corrected, under_way) = requests_of(ids), _files(ids), read_corrections(ids)
    reads = reads_act(access, sheet.department.pk, Measurement._meta.label_lower)
    found = ReviewMonth(sheet, figures, papers=paper_links(access, sheet.period, sheet.department.pk))
    found.previous_month = month_name(sheet.period.month - 1) if sheet.period.month > 1 else ""
    found.rows = [_row(row, figures, commitments, asked, corrected, files) for row in waiting]
    few = sum(row.lacks_commitment for row in found.rows) <= FEW
    for row in found.rows:
        row.one_of_few = few and row.lacks_commitment
        row.correcting = _correcting(row.shown, under_way.get(row.id), corrected.get(row.id, ()), with_why=reads)
    return found


def _row(
    row: SheetRow,
    figures: Figures,
    commitments: Mapping[int, Commitment],
    asked: Mapping[int, Sequence[CorrectionRequest]],
    corrected: Mapping[int, Sequence[Correction]],
    files: Mapping[int, list[str]],
) -> ReviewRow:
    measurement, shown = row.measurement, grid.grid_row(row)
    assert measurement is not None  # what waits was captured
    asks = figures.asks_commitment(row.indicator)
    flags = [COMMITMENT_FLAGS.get(shown.light, FELL)] if asks else []
    month = figures.period.month
    before = figures.result(row.indicator, PRELIMINARY, cut_off=month - 1) if month > 1 else None
    place = (figures.period.fiscal_year.year, row.indicator.code, month)
    return ReviewRow(
        shown=shown,
        id=measurement.pk,
        flags=[*flags, *grid.flags_of(row)],
        before=wording.result_text(before) if before else "",
        light_before=before.light if before else "",
        asks_commitment=asks,
        commitment=commitments.get(measurement.pk),
        thread=thread(row.observations, asked.get(measurement.pk, ()), corrected.get(measurement.pk, ())),
        files=files.get(measurement.pk, []),
        history_url=address("indicators:history", *place),
    )


def _correcting(shown: GridRow, made: Any, before: Sequence[Correction], *, with_why: bool) -> Correcting | None:
    """Both pairs of a figure that was validated; why and the file of the instrument for who may read them."""
    if not shown.correction:
        return None
    text = f"validado {shown.correction.rstrip('.')}, ahora {shown.numerator} / {shown.denominator}."
    if made is None or not with_why:
        return Correcting(text)
    text = f"{text} {wording.why_text(made.reason, made.by)}".rstrip()
    settled = max((one.validated_at for one in before if one.validated_at is not None), default=None)
    if made.file_id is None or (settled is not None and made.filed_at <= settled):
        return Correcting(text)  # its file, if any, is of an earlier correction
    return Correcting(text, made.file_name, address("indicators:instrument_file", made.file_id))


_commitments: Compiled[Commitment] = Compiled(
    lambda measurements: Commitment.objects.filter(measurement_id__among=measurements).order_by()
)


def _files(measurement_ids: Sequence[int]) -> dict[int, list[str]]:
    """The names of the files in force, by figure; of one that the store lost or that was altered there, with that."""
    files: dict[int, list[str]] = {}
    for measurement_id, name, found in _names(measurements=keys(measurement_ids)):
        message = f"{name} ({FileFault.Fault(found).label} en el almacén)" if found else name
        files.setdefault(measurement_id, []).append(message)
    return files


def _names_of(measurements: str) -> Any:
    links: Any = Evidence.measurements.through.objects.filter(
        measurement_id__among=measurements,
        evidence__superseded_by__isnull=True,
        evidence__withdrawn_at__isnull=True,
    )
    fault = Subquery(FileFault.objects.filter(name=OuterRef("evidence__file")).values("fault"))
    return links.order_by("pk").values_list("measurement_id", "evidence__name", fault)


_names: Compiled[tuple[int, str, str | None]] = Compiled(_names_of)
