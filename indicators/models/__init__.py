"""Indicators, their targets, the months, and the pairs that are captured and validated."""

from indicators.models.evidence import Evidence
from indicators.models.follow_up import Commitment, Correction, CorrectionRequest, CoverNotice, Receipt, Reminder
from indicators.models.indicators import (
    INDICATOR_CODE_SHAPE,
    Dimension,
    Direction,
    Frequency,
    Indicator,
    IndicatorQuerySet,
    Mode,
    Schedule,
    TargetAdjustment,
    TargetKind,
    validate_shares,
)
from indicators.models.instruments import InstrumentFile
from indicators.models.measurements import (
    CAPTURED_REASON_CHOICES,
    CAPTURED_REASONS,
    COMPLETE_STATES,
    NO_WORDS,
    OPEN_STATES,
    VALIDATED_FIELDS,
    Measurement,
    MeasurementQuerySet,
    NoActivity,
    Observation,
    Origin,
    State,
)
from indicators.models.months import (
    MONTH_NAMES,
    month_name,
)
from indicators.models.periods import DayOff, Extension, Period
from indicators.models.stamps import ResultStamp

__all__ = [
    "CAPTURED_REASONS",
    "CAPTURED_REASON_CHOICES",
    "COMPLETE_STATES",
    "INDICATOR_CODE_SHAPE",
    "MONTH_NAMES",
    "NO_WORDS",
    "OPEN_STATES",
    "VALIDATED_FIELDS",
    "Commitment",
    "Correction",
    "CorrectionRequest",
    "CoverNotice",
    "DayOff",
    "Dimension",
    "Direction",
    "Evidence",
    "Extension",
    "Frequency",
    "Indicator",
    "IndicatorQuerySet",
    "InstrumentFile",
    "Measurement",
    "MeasurementQuerySet",
    "Mode",
    "NoActivity",
    "Observation",
    "Origin",
    "Period",
    "Receipt",
    "Reminder",
    "ResultStamp",
    "Schedule",
    "State",
    "TargetAdjustment",
    "TargetKind",
    "month_name",
    "validate_shares",
]
