"""What a file that was read would do, decided row by row in memory against what the database says."""

from collections.abc import Collection, Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from accounts.access import Access, Action
from core.formats import amount
from core.moments import moment_text
from core.spreadsheets import normalize, sentence
from indicators.calculations import Cell, needs_justification, needs_reason
from indicators.capture.readiness import evidence_problems, evidence_times
from indicators.checks import Background
from indicators.deadlines import Deadlines
from indicators.models import (
    COMPLETE_STATES,
    MONTH_NAMES,
    NO_WORDS,
    Indicator,
    Measurement,
    NoActivity,
    Period,
    State,
)
from indicators.results.backgrounds import background_of
from indicators.results.scope import validated_words
from indicators.workbook.parsing import (
    CODE,
    COLUMNS,
    DENOMINATOR,
    JUSTIFICATION,
    MONTH,
    NUMERATOR,
    YEAR,
    PairRow,
    Parsed,
    RowError,
    join_reason,
    split_reason,
)
from indicators.workbook.previews import Change, Overtaken, Place, Preview
from indicators.workbook.writing import Recording
from indicators.writing import problems_of, why_not_open
from programs.models import FiscalYear

_COLUMN_OF_FIELD = {
    "numerator": NUMERATOR, "denominator": DENOMINATOR, "no_activity": JUSTIFICATION, "justification": JUSTIFICATION,
    "evidence": CODE,
}  # fmt: skip
_REASON_MISSING = "0/0 lleva su motivo: empiece la justificación con «sin demanda», «nada programado» o «suspendido»."


@dataclass(frozen=True, slots=True)
class Known:
    """What the database says of the file's rows, read with a fixed number of queries."""

    years: dict[int, FiscalYear]
    periods: dict[tuple[int, int], Period]
    indicators: dict[tuple[int, str], Indicator]
    measurements: dict[tuple[int, int], Measurement]
    supported: Set[int]  # the figures, by id, that have a file of evidence in force


def known(rows: Sequence[PairRow], *, lock: bool) -> Known:
    """With ``lock``, indicators and then captures are locked in one order, as those who save on screen do."""
    years = {year.year: year for year in FiscalYear.objects.filter(year__in={row.year for row in rows})}
    periods = Period.objects.filter(fiscal_year__in=years.values()).select_related("fiscal_year")
    indicators = Indicator.objects.filter(fiscal_year__in=years.values(), code__in={row.code for row in rows})
    measurements = Measurement.objects.filter(month__in={row.month for row in rows}).select_related("updated_by")
    if lock:
        indicators = indicators.select_for_update(of=("self",), no_key=True)
        measurements = measurements.select_for_update(of=("self",), no_key=True)
    by_code = {
        (indicator.fiscal_year.year, indicator.code): indicator
        for indicator in indicators.select_related("action__program__department", "fiscal_year").order_by("pk")
    }
    found = measurements.filter(indicator__in=[indicator.pk for indicator in by_code.values()]).order_by("pk")
    figures = {(row.indicator_id, row.month): row for row in found}
    asking = {indicator.pk for indicator in by_code.values() if indicator.requires_evidence}
    return Known(
        years=years,
        periods={(period.fiscal_year.year, period.month): period for period in periods},
        indicators=by_code,
        measurements=figures,
        supported=evidence_times([row.pk for (pk, _), row in figures.items() if pk in asking]).keys(),
    )


class Check:
    """Decides row by row, in memory, what the file does."""

    def __init__(
        self,
        access: Access,
        parsed: Parsed,
        record_as: State,
        now: datetime,
        known: Known,
        place: Place | None = None,
        take: Collection[int] = (),
    ) -> None:
        """``take``: the numbers of the overtaken rows that are taken from the file all the same."""
        self.access, self.record_as, self.known, self.place, self.take = access, record_as, known, place, take
        self.deadlines = Deadlines(known.periods.values(), on=timezone.localdate(now))
        notes = [sentence(told) for told in parsed.unread]
        self.preview = Preview(parsed.source, errors=list(parsed.errors), notes=notes)
        self.recordings: list[Recording] = []
        # Figures of earlier years, brought in as validated, are not asked about any more.
        asks = record_as != State.VALIDATED
        self.cells = _cells(known, parsed.rows) if asks else {}
        for row in parsed.rows:
            self._decide(row)
        self.preview.recordings = self.recordings
        self.preview.errors.sort(key=_order)
        if place is not None and parsed.rows and not self.preview.errors:
            named = {row.code for row in parsed.rows}
            self.preview.absent = [code for code in _due_codes(place) if code not in named]

    def _refuse(self, row: PairRow, column: str, message: str) -> None:
        self.preview.errors.append(row.error(column, message))

    def _decide(self, row: PairRow) -> None:
        indicator = self._indicator(row)
        if indicator is None:
            return
        current = self.known.measurements.get((indicator.pk, row.month))
        if row.is_blank:
            self.preview.blank += 1
            self._note_blank(row, current)
            return
        if current is not None and self._stays(row, current):
            self.preview.unchanged += 1
            return
        if self._is_outdated(row, current):
            self._decide_overtaken(row, indicator, current)
            return
        lacks: list[str] = []
        recording = self._recording(row, indicator, current, lacks)
        if recording is not None:
            self.recordings.append(recording)
            self.preview.changes.append(self._change(row, recording, lacks))

    def _decide_overtaken(self, row: PairRow, indicator: Indicator, current: Measurement | None) -> None:
        """What the file would write, and what speaks against it; it stays as it is saved unless it is taken."""
        known_errors, lacks = len(self.preview.errors), list[str]()
        recording = self._recording(row, indicator, current, lacks)
        against = [error.message for error in self.preview.errors[known_errors:]]
        del self.preview.errors[known_errors:]
        change = self._change(row, recording, lacks) if recording is not None else None
        self.preview.overtaken.append(
            Overtaken(
                row.number,
                row.code,
                indicator.name,
                file=_said(row.numerator, row.denominator, row.words),
                saved=_said(current.numerator, current.denominator, _words(current)) if current else "sin captura",
                who=str(current.updated_by) if current is not None else "",
                when=moment_text(current.updated_at if current is not None else None),
                version=current.version if current is not None else 0,
                why_not=" ".join(dict.fromkeys(against)),
                change=change,
            )
        )
        if recording is not None and change is not None and row.number in self.take:
            self.recordings.append(recording)
            self.preview.taken.append(change)

    def _note_blank(self, row: PairRow, current: Measurement | None) -> None:
        """An empty pair never deletes; whoever emptied it should hear that."""
        where = f"{row.place} · {row.code}"
        if current is not None and (current.numerator, current.denominator) != (None, None):
            recorded = _pair(current.numerator, current.denominator)
            self.preview.notes.append(
                f"{where}: viene vacía y se queda lo capturado ({recorded}). Para borrarlo, hágalo en la pantalla."
            )
        elif row.words and (current is None or row.words != _words(current)):
            self.preview.notes.append(f"{where}: trae justificación sin cifras, y así no se guarda.")

    def _indicator(self, row: PairRow) -> Indicator | None:
        """The row's indicator if this person may capture it, here."""
        if not self._is_of_the_month(row):
            return None
        if row.year not in self.known.years:
            self._refuse(row, YEAR, f"No existe el ejercicio {row.year}.")
            return None
        indicator = self.known.indicators.get((row.year, row.code))
        if indicator is None:
            self._refuse(row, CODE, f"«{row.code[:40]}» no es un indicador del ejercicio {row.year}.")
            return None
        program = indicator.action.program
        if self.place is not None and program.department_id != self.place.department.pk:
            self._refuse(row, CODE, f"«{row.code}» es de {program.department}: aquí solo se sube {self.place}.")
            return None
        if not self.access.allows(Action.CAPTURE, program.department_id):
            self._refuse(row, CODE, f"«{row.code}» es de {program.department}: usted no puede capturarlo.")
            return None
        return indicator

    def _is_of_the_month(self, row: PairRow) -> bool:
        if self.place is None:
            return True
        if row.year != self.place.period.fiscal_year.year:
            self._refuse(row, YEAR, f"La fila es del ejercicio {row.year}: aquí solo se sube {self.place}.")
            return False
        if row.month != self.place.period.month:
            self._refuse(row, MONTH, f"La fila es de {MONTH_NAMES[row.month]}: aquí solo se sube {self.place}.")
            return False
        return True

    def _stays(self, row: PairRow, current: Measurement) -> bool:
        """The file says what is already recorded; a draft with the same pair is still to be submitted.

        Words are part of a row: none, or those that are recorded beside the pair that is compared.
        """
        pair = (row.numerator, row.denominator)
        if self.record_as == State.VALIDATED:
            if current.validated_numerator is None:
                # What somebody captured is theirs to send and somebody else's to validate.
                same = pair == (current.numerator, current.denominator)
                same = same and _says(row, current.no_activity, current.justification)
                self.preview.waiting += same
                return same
            words = validated_words(current)
            same = pair == (current.validated_numerator, current.validated_denominator)
            return same and _says(row, words.no_activity, words.justification)
        if pair != (current.numerator, current.denominator):
            return False
        if current.state not in COMPLETE_STATES and self.record_as != State.DRAFT:
            return False
        return row.words in ("", _words(current))

    def _is_outdated(self, row: PairRow, current: Measurement | None) -> bool:
        """The month's book was downloaded before the figure got what it has now: it would undo that unseen."""
        if self.place is None or row.version is None:
            return False
        return row.version != (current.version if current is not None else 0)

    def _recording(
        self, row: PairRow, indicator: Indicator, current: Measurement | None, lacks: list[str]
    ) -> Recording | None:
        """The pair to write, or None with its errors. What a draft may still lack goes to ``lacks``."""
        period = self.known.periods.get((row.year, row.month))
        if period is None:
            self._refuse(row, MONTH, f"El ejercicio {row.year} todavía no tiene este mes: pídalo a Planeación.")
            return None
        problems = [
            *self._problems_of_month(row, indicator, period, current),
            *self._problems_of_state(row, current),
        ]
        no_activity, justification = self._reasons(row, current)
        recording = Recording(
            indicator, period, current, row.numerator, row.denominator, no_activity, justification, row.words,
            row.where.source if row.where else None,
        )  # fmt: skip
        may_lack = self.record_as == State.DRAFT and not recording.is_correction
        background = self._background(indicator, row.month)
        lacking = problems_of(row.numerator, row.denominator, no_activity, justification, background)
        if self.record_as != State.VALIDATED:
            supported = current is not None and current.pk in self.known.supported
            lacking += evidence_problems(indicator, supported=supported)
        for problem in lacking:
            message = _REASON_MISSING if problem.field == "no_activity" else problem.message
            if may_lack:
                lacks.append(message)
            else:
                problems.append((_COLUMN_OF_FIELD[problem.field], message))
        for column, message in problems:
            self._refuse(row, column, message)
        return None if problems else recording

    def _background(self, indicator: Indicator, month: int) -> Background | None:
        """What is unusual is judged as for whoever submits on the screen."""
        if self.record_as == State.VALIDATED:
            return None
        cells = self.cells.get(indicator.pk, {})
        return background_of(indicator, month, (Cell(at, n, d) for at, (n, d) in cells.items()))

    def _problems_of_month(
        self, row: PairRow, indicator: Indicator, period: Period, current: Measurement | None
    ) -> Iterable[tuple[str, str]]:
        not_due = indicator.why_not_due(row.month)
        if not_due:
            yield MONTH, not_due
        closed = why_not_open(self.access, period, indicator.action.program.department_id, current, self.deadlines)
        if closed:
            yield MONTH, closed

    def _problems_of_state(self, row: PairRow, current: Measurement | None) -> Iterable[tuple[str, str]]:
        """What may not be overwritten: a validated pair by a migration, a submitted one except by a correction."""
        if current is None or row.numerator is None or row.denominator is None:
            return
        recorded = _pair(current.numerator, current.denominator)
        if self.record_as == State.VALIDATED:
            if (row.numerator, row.denominator) == (current.validated_numerator, current.validated_denominator):
                words = _validated_words(current)
                recorded_words = f"con la justificación «{words}»" if words else "sin justificación"
                yield JUSTIFICATION, f"La cifra ya está validada {recorded_words}, que una importación no cambia."
            elif current.validated_numerator is not None:
                official = _pair(current.validated_numerator, current.validated_denominator)
                yield NUMERATOR, f"Ya hay una cifra validada distinta ({official}), que una importación no cambia."
            elif (row.numerator, row.denominator) == (current.numerator, current.denominator):
                words = _words(current)
                recorded_words = f"con la justificación «{words}»" if words else "sin justificación"
                yield JUSTIFICATION, f"La cifra ya está capturada {recorded_words}, que una importación no cambia."
            elif (current.numerator, current.denominator) != (None, None):
                state = current.get_state_display()
                yield NUMERATOR, f"Ya hay una cifra capturada ({recorded}, {state}), que una importación no cambia."
        elif current.state in COMPLETE_STATES:
            state = current.get_state_display()
            ask = "pida a su director que la devuelva o la corrección a Planeación."
            if not self.access.allows(Action.MAKE_CORRECTION):
                if (row.numerator, row.denominator) == (current.numerator, current.denominator):
                    yield JUSTIFICATION, f"La cifra ya está en {state}: para cambiar su justificación, {ask}"
                else:
                    yield NUMERATOR, f"La cifra ya está en {recorded} ({state}). Para cambiarla, {ask}"
            elif not row.words:
                yield JUSTIFICATION, f"Cambia la cifra {recorded} ({state}): escriba el motivo de la corrección."

    def _reasons(self, row: PairRow, current: Measurement | None) -> tuple[str, str]:
        """Reason of 0/0 and justification; where the file gives no words for the same pair, those on record."""
        same = current is not None and (row.numerator, row.denominator) == (current.numerator, current.denominator)
        if current is not None and same and not row.words:
            return current.no_activity, current.justification
        if self.record_as == State.VALIDATED:
            reason, words = _on_record(row)
            self.preview.without_reason += reason == NoActivity.NOT_RECORDED
            self.preview.without_words += not reason and not row.words and words == NO_WORDS
            return reason, words
        if row.numerator == 0 and row.denominator == 0:
            return split_reason(row.words)
        return "", row.words

    def _change(self, row: PairRow, recording: Recording, lacks: Sequence[str]) -> Change:
        current = recording.row
        before, written = "", join_reason(recording.no_activity, recording.justification)
        if current is not None:
            before = f"{_pair(current.numerator, current.denominator)} ({current.get_state_display()})"
        after = f"{_pair(recording.numerator, recording.denominator)} ({self._state_after(recording).label})"
        recorded = _words(current) if current is not None else ""
        return Change(
            row.number,
            row.code,
            str(recording.period),
            before,
            after,
            name=recording.indicator.name,
            version=current.version if current is not None else 0,
            lacks=tuple(lacks),
            words=(recorded, written) if recorded != written else None,
            place=row.place,
        )

    def _state_after(self, recording: Recording) -> State:
        """A correction is submitted at once; a returned figure stays returned until it is sent again."""
        if self.record_as != State.DRAFT or recording.row is None:
            return self.record_as
        return State.SUBMITTED if recording.is_correction else State(recording.row.state)


def _on_record(row: PairRow) -> tuple[str, str]:
    """Reason of 0/0 and justification of a migrated pair.

    What earlier papers do not say is not invented, and hinders nobody: it is not on record.
    """
    if row.numerator is None or row.denominator is None:
        return "", row.words
    if needs_reason(row.numerator, row.denominator):
        reason, words = split_reason(row.words, tuple(NoActivity))
        return reason or NoActivity.NOT_RECORDED, words
    if needs_justification(row.numerator, row.denominator):
        return "", row.words or NO_WORDS
    return "", row.words


def _says(row: PairRow, reason: str, justification: str) -> bool:
    """Whether a migrated row has those words, or none."""
    return row.words == "" or _on_record(row) == (reason, justification)


def _order(error: RowError) -> tuple[int, int, int]:
    """Sheet by sheet and row by row; columns that are not ours stand in the order in which they were read."""
    return error.grid, error.row, COLUMNS.index(error.column) if error.column in COLUMNS else -1


def _cells(known: Known, rows: Iterable[PairRow]) -> dict[int, dict[int, tuple[Decimal, Decimal]]]:
    """By indicator and month the pairs on record, those of the file over them; one query."""
    found: dict[int, dict[int, tuple[Decimal, Decimal]]] = {}
    recorded = Measurement.objects.filter(
        indicator__in=[indicator.pk for indicator in known.indicators.values()],
        numerator__isnull=False,
        denominator__isnull=False,
    ).values_list("indicator_id", "month", "numerator", "denominator")
    for indicator_id, month, numerator, denominator in recorded:
        if numerator is not None and denominator is not None:  # as the query asks
            found.setdefault(indicator_id, {})[month] = (numerator, denominator)
    for row in rows:
        indicator = known.indicators.get((row.year, row.code))
        if indicator is not None and row.numerator is not None and row.denominator is not None:
            found.setdefault(indicator.pk, {})[row.month] = (row.numerator, row.denominator)
    return found


def _due_codes(place: Place) -> list[str]:
    due = Indicator.objects.filter(fiscal_year_id=place.period.fiscal_year_id).of_department(place.department.pk)
    return list(due.due_in(place.period.month).order_by("code").values_list("code", flat=True))


def _words(row: Measurement) -> str:
    """What the cell «Justificación» says of a row when it goes out and comes back unchanged."""
    return normalize(join_reason(row.no_activity, row.justification))


def _validated_words(row: Measurement) -> str:
    """The same of the last validated pair, which a correction under way leaves as it is."""
    return normalize(join_reason(*validated_words(row)))


def _said(numerator: Decimal | None, denominator: Decimal | None, words: str) -> str:
    """«88 / 90 · se atendió el rezago»."""
    pair = "sin captura" if numerator is None and denominator is None else _pair(numerator, denominator)
    return " · ".join(filter(None, (pair, words)))


def _pair(numerator: Decimal | None, denominator: Decimal | None) -> str:
    return f"{amount(numerator)} / {amount(denominator)}"
