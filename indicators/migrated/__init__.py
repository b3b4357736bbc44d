"""A year's captures from earlier workbooks, in whatever layout they were kept: read → settle → preview → apply.

``read`` finds the layout of every sheet and reads the pairs without the database; ``importing`` matches the keys, folds
the months that a frequency does not ask for as the person answered, and goes on as every import of captures does, with
the figures recorded as validated ones that were migrated. The screen and ``import_measurements`` are this code.
"""

from indicators.migrated.found import Answers, OffMonths, Read, SheetRead
from indicators.migrated.heads import Side
from indicators.migrated.importing import apply, preview, write_errors
from indicators.migrated.outcome import Outcome, ProgramOutcome, outcome_of
from indicators.migrated.reading import no_data_question, read
from indicators.migrated.settling import Offer, Settled, offers_sentence, settle
from indicators.migrated.siding import sides_question

__all__ = [
    "Answers",
    "OffMonths",
    "Offer",
    "Outcome",
    "ProgramOutcome",
    "Read",
    "Settled",
    "SheetRead",
    "Side",
    "apply",
    "no_data_question",
    "offers_sentence",
    "outcome_of",
    "preview",
    "read",
    "settle",
    "sides_question",
    "write_errors",
]
