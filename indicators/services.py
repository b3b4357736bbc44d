"""The door for the rooms above: the acts of indicators, and nothing else. Inside the room each wing is named.

An act changes state or several rows, is atomic, takes the moment as ``now`` and writes the trail. A refusal is a
``ServiceError`` whose message is a sentence for the person; nothing was written then.
"""

from indicators.calendar.extensions import add_days_off, end_extension, grant_extension, remove_days_off
from indicators.calendar.periods import open_fiscal_year, set_historical, set_period
from indicators.capture.readiness import (
    Readiness,
    evidence_problems,
    evidence_times,
    is_pending,
    month_readiness,
    submission_problems,
)
from indicators.capture.saving import Conflict, Overtaken, PairInput, SaveOutcome, save_held_pair, save_pairs
from indicators.capture.submitting import submit_month
from indicators.evidence.attaching import (
    attach_evidence,
    link_evidence,
    may_withdraw,
    put_evidence_back,
    supersede_evidence,
    withdraw_evidence,
)
from indicators.files.instruments import attach_instrument, citing, hand_letters_over, may_put_back, put_instrument_back
from indicators.files.storing import EvidenceRefused
from indicators.refusals import MonthNotOpen, NotAllowed, NotDue, NotReady, Problem, ServiceError
from indicators.reminders.sending import remind_department, send_reminders
from indicators.retiring import CannotRetire, last_months_in_use, retire_indicators
from indicators.review.commitments import may_commit, save_commitment
from indicators.review.corrections import ask_correction, decline_correction
from indicators.review.reviewing import NEEDS_COMMITMENT, Refusal, ReviewOutcome, return_for_changes, validate
from indicators.targets import (
    AdjustableFrom,
    adjust_target,
    adjustable_from,
    correct_target_kind,
    is_target_fixed,
    own_border_indicators,
    set_own_thresholds,
    set_target,
    set_thresholds,
)
from indicators.writing import problems_of, why_not_open

__all__ = [
    "NEEDS_COMMITMENT",
    "AdjustableFrom",
    "CannotRetire",
    "Conflict",
    "EvidenceRefused",
    "MonthNotOpen",
    "NotAllowed",
    "NotDue",
    "NotReady",
    "Overtaken",
    "PairInput",
    "Problem",
    "Readiness",
    "Refusal",
    "ReviewOutcome",
    "SaveOutcome",
    "ServiceError",
    "add_days_off",
    "adjust_target",
    "adjustable_from",
    "ask_correction",
    "attach_evidence",
    "attach_instrument",
    "citing",
    "correct_target_kind",
    "decline_correction",
    "end_extension",
    "evidence_problems",
    "evidence_times",
    "grant_extension",
    "hand_letters_over",
    "is_pending",
    "is_target_fixed",
    "last_months_in_use",
    "link_evidence",
    "may_commit",
    "may_put_back",
    "may_withdraw",
    "month_readiness",
    "open_fiscal_year",
    "own_border_indicators",
    "problems_of",
    "put_evidence_back",
    "put_instrument_back",
    "remind_department",
    "remove_days_off",
    "retire_indicators",
    "return_for_changes",
    "save_commitment",
    "save_held_pair",
    "save_pairs",
    "send_reminders",
    "set_historical",
    "set_own_thresholds",
    "set_period",
    "set_target",
    "set_thresholds",
    "submission_problems",
    "submit_month",
    "supersede_evidence",
    "validate",
    "why_not_open",
    "withdraw_evidence",
]
