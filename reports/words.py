"""The Spanish words that readers see for statuses, scopes and cut-offs."""

from indicators import calculations
from indicators.calculations import IndicatorResult, RollUp
from indicators.models import month_name
from indicators.results.year import OFFICIAL, PRELIMINARY, Scope
from indicators.wording import span as span
from indicators.wording import status_text

SCOPE_SLUGS: dict[str, Scope] = {"oficial": OFFICIAL, "preliminar": PRELIMINARY}
SCOPE_LABELS: dict[Scope, str] = {OFFICIAL: "Oficial", PRELIMINARY: "Preliminar"}
SCOPE_MEANINGS: dict[Scope, str] = {
    OFFICIAL: "solo cifras validadas",
    PRELIMINARY: "cifras validadas y enviadas, sin esperar la validación",
}
IN_PROGRESS = "en captura"  # what readers are told of drafts and returned figures
NO_DEADLINES = "ejercicio histórico, sin plazos"  # in the place of what was captured in time
NOT_CONSIDERED = "el catálogo no lo considera en el global"


def months_captured(captured: int, due: int) -> str:
    """Coverage (rule 4): «9 de 9 meses», «incompleto: 1 de 4 meses», or that no month is due yet."""
    counted = months_of(captured, due)
    return f"incompleto: {counted}" if captured < due else counted


def months_of(captured: int, due: int) -> str:
    """The same of a programme or more, where a part that is missing is nobody's alarm: «91 de 99 meses»."""
    return f"{captured:,} de {due:,} {'mes' if due == 1 else 'meses'}" if due else "ningún mes exigible aún"


def undated(captures: int) -> str:
    """«12 migradas, sin fecha de envío»: captures that are neither in time nor late; empty without any."""
    return f"{captures:,} {'migrada' if captures == 1 else 'migradas'}, sin fecha de envío" if captures else ""


def programs_with_data(roll_up: RollUp) -> str:
    """«12 de 14 programas con datos»: rule 14 shows it with every roll-up."""
    return f"{roll_up.with_data} de {roll_up.programs} {'programa' if roll_up.programs == 1 else 'programas'} con datos"


def coverage(result: IndicatorResult) -> str:
    """One indicator's, with since when it is asked for, or no more: «empieza en julio», «6 de 6 meses, retirado desde
    julio».
    """
    if not result.months_due and result.starts_in is not None:
        return status_text(result) or f"empieza en {month_name(result.starts_in)}"
    if result.retired_from is None:
        return months_captured(result.months_captured, result.months_due)
    retired = f"retirado desde {month_name(result.retired_from)}"
    return f"{months_captured(result.months_captured, result.months_due)}, {retired}" if result.months_due else retired


def left_out_reason(result: IndicatorResult, *, missing_as_zero: bool) -> str:
    """Why the indicator is not in the global (rules 6 and 7); an empty text when it is in it."""
    if not result.considered:
        return NOT_CONSIDERED
    if missing_as_zero and result.status == calculations.MISSING:
        return ""
    return status_text(result)
