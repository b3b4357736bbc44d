"""What an acuse or a constancia says: the figures of one act as texts, kept in the database as they were printed."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from core import formats
from core.moments import day_text
from indicators import calculations, wording
from indicators.calculations import Cell
from indicators.models import COMPLETE_STATES, Commitment, Indicator, Measurement, NoActivity, State
from indicators.results.effect import Figures, IndicatorEffect, Pairs, ProgramEffect
from indicators.results.year import OFFICIAL, Scope

Row = dict[str, Any]
Content = dict[str, Any]


def programs_content(
    figures: Figures,
    scope: Scope,
    pairs: Pairs,
    rows: Mapping[int, Measurement],
    *,
    evidence: Mapping[int, Sequence[str]],
    commitments: Mapping[int, Commitment],
    corrections: Mapping[int, Row],
    carried: Mapping[int, Row],
) -> list[dict[str, Any]]:
    """The programmes that have a figure in the act: their global before and after it, and each figure.

    ``rows`` are the act's figures by indicator id. ``evidence``, ``commitments`` and ``corrections`` are by measurement
    id. ``carried`` are figures of a paper that this one replaces, by
    indicator id: they keep what was said of them, and their result is worked out anew.
    """
    made = []
    for effect in figures.effect(scope, pairs):
        members = [
            _row(item, rows[item.indicator.pk], scope, pairs, evidence, commitments)
            | {"correction": corrections.get(rows[item.indicator.pk].pk)}
            if item.indicator.pk in rows
            else carried[item.indicator.pk] | _outcome(item)
            for item in effect.indicators
            if item.indicator.pk in rows or item.indicator.pk in carried
        ]
        if members:
            made.append(_program(effect) | {"rows": members})
    return made


def _program(effect: ProgramEffect) -> dict[str, Any]:
    before, after = wording.global_text(effect.before), wording.global_text(effect.after)
    return {
        "code": effect.program.code,
        "name": effect.program.name,
        "before": before if before != after else None,
        "global": after,
        "considered": wording.considered_text(effect.after),
    }


def _row(
    item: IndicatorEffect,
    row: Measurement,
    scope: Scope,
    pairs: Pairs,
    evidence: Mapping[int, Sequence[str]],
    commitments: Mapping[int, Commitment],
) -> Row:
    indicator, cell = item.indicator, pairs[item.indicator.pk]
    commitment = commitments.get(row.pk)
    return {
        "indicator": indicator.pk,
        "measurement": row.pk,
        "code": indicator.code,
        "name": indicator.name,
        "formula": f"{indicator.numerator_label} / {indicator.denominator_label}",
        **_pair(indicator, cell, row.no_activity, item.after.aims),
        **_outcome(item),
        "state": str(State.VALIDATED.label if scope == OFFICIAL else State.SUBMITTED.label),
        "no_activity": str(NoActivity(row.no_activity).label) if row.no_activity else "",
        "justification": row.justification,
        "late": row.late,
        "evidence": list(evidence.get(row.pk, ())),
        "commitment": {
            "cause": commitment.cause,
            "action": commitment.action,
            "committed_on": day_text(commitment.committed_on),
        }
        if commitment
        else None,
    }


def _pair(indicator: Indicator, cell: Cell, no_activity: str, borders: Sequence[Decimal]) -> Row:
    return {
        "numerator": formats.amount(cell.numerator),
        "denominator": formats.amount(cell.denominator),
        "month": wording.month_text(indicator, cell.numerator, cell.denominator, no_activity, borders),
    }


def _outcome(item: IndicatorEffect) -> Row:
    return {
        "accumulated": wording.result_text(item.after),
        "entry": wording.entry_text(item.after),
        "light": item.after.light,
        "light_reason": wording.light_reason(item.after) if item.after.light == calculations.NO_LIGHT else "",
    }


def month_content(
    figures: Figures, scope: Scope, rows: Mapping[int, Measurement], counted: Collection[int]
) -> dict[str, Any]:
    """How far the month is: the ``count``, what is ``missing`` and what ``others`` have, that this paper does not.

    Done is what was sent, for an acuse, and what was validated, for a constancia (the official scope), in whichever
    paper it is. ``rows`` are all of the month's by indicator id, after the act; ``counted`` those of the paper.
    """
    there, due = set(counted), figures.due
    done = {row.pk for row in due if row.pk in there or _is_done(rows.get(row.pk), scope)}
    outside = [row for row in due if row.pk not in there]
    return {
        "count": count_content(len(counted), len(done), len(due), scope),
        "missing": [_standing(row, rows.get(row.pk), scope) for row in outside if row.pk not in done],
        "others": [_standing(row, rows.get(row.pk), scope) for row in outside if row.pk in done],
    }


def _is_done(row: Measurement | None, scope: Scope) -> bool:
    if row is None:
        return False
    # The last validated pair stays official while a correction of it waits.
    return row.validated_numerator is not None if scope == OFFICIAL else row.state in COMPLETE_STATES


def _standing(indicator: Indicator, row: Measurement | None, scope: Scope) -> Row:
    return {"code": indicator.code, "name": indicator.name, "reason": _state_text(row, scope)}


def _state_text(row: Measurement | None, scope: Scope) -> str:
    if row is None or (row.numerator is None and row.denominator is None):
        return "sin captura"
    if scope == OFFICIAL and row.is_correction:
        return "validado, con una corrección en curso"
    if row.state not in COMPLETE_STATES and not row.is_complete:
        return "captura a medias"
    return {
        State.DRAFT: "en borrador",
        State.RETURNED: "observado, por corregir",
        State.SUBMITTED: "enviado, en espera de validación",
        State.VALIDATED: "validado",
    }[State(row.state)]


def count_content(counted: int, done: int, total: int, scope: Scope) -> str:
    """«1 en este documento; 11 de 11 del mes enviados», or «validados» for a constancia."""
    word = "validado" if scope == OFFICIAL else "enviado"
    return f"{counted} en este documento; {done} de {total} del mes {word}{'' if total == 1 else 's'}"
