"""What the database cannot refuse: the same answer for the import, the tree and the admin."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from core.text import fold
from indicators.models import month_name

FORMULA = ("numerator_label", "denominator_label")
MODES = ("numerator_mode", "denominator_mode")
FROZEN_WITH_CAPTURES = (*FORMULA, *MODES, "target", "target_kind", "direction", "frequency", "schedule", "shares")

CODE_WITH_CAPTURES = "Ya hay capturas bajo esta clave: la clave no cambia."

_WORDS = {
    "numerator_label": "el numerador de la fórmula",
    "denominator_label": "el denominador de la fórmula",
    "numerator_mode": "la acumulación del numerador",
    "denominator_mode": "la acumulación del denominador",
    "target": "la meta",
    "target_kind": "el tipo de meta",
    "direction": "el sentido",
    "frequency": "la frecuencia",
    "schedule": "la programación",
    "shares": "la programación",
}


def frozen_changes(before: Mapping[str, Any], after: Mapping[str, Any], fields: Collection[str]) -> dict[str, str]:
    """Why each changed field of an indicator with captures is refused: ``{field: sentence}``.

    A label may still be corrected in case, accents and blanks: it then names the same thing.
    """
    return {
        field: refusal(field)
        for field in FROZEN_WITH_CAPTURES
        if field in fields and is_frozen_change(field, before[field], after[field])
    }


def refusal(field: str) -> str:
    what = _WORDS[field]
    if field == "target":
        return (
            "El indicador ya tiene capturas: la meta no cambia hacia atrás. "
            "Registre una meta ajustada, con el mes desde el que rige, su motivo y su instrumento."
        )
    if field == "target_kind":
        return (
            "El indicador ya tiene capturas o metas ajustadas: el tipo de meta se corrige con un motivo, en la página "
            "de su meta o al importar."
        )
    return (
        f"El indicador ya tiene capturas: {what} no cambia, porque cambiaría lo que ya se midió. "
        "Dé de alta otro indicador con su propia clave."
    )


def why_not_begin(month: int, first_captured: int | None, retired_from: int | None) -> str:
    """Why an indicator cannot begin in that month (rule 4b), as a sentence; an empty text where it can.

    ``first_captured``: the first month that holds anything of it.
    """
    if first_captured is not None and month > first_captured:
        captured = month_name(first_captured)
        return (
            f"El indicador ya tiene capturas desde {captured}: no puede empezar después, en {month_name(month)}. "
            f"Elija {captured} o un mes anterior."
        )
    if retired_from is not None and month > 1 and month >= retired_from:
        return (
            f"El indicador está retirado desde {month_name(retired_from)}: empieza antes de ese mes. "
            "Elija un mes anterior, o vuelva a pedirlo primero."
        )
    return ""


def same_name(name: str, others: Iterable[Any]) -> Any:
    """The one of ``others`` that has this name but for case, accents or blanks; None where there is none."""
    wanted = fold(name)
    return next((other for other in others if fold(other.name) == wanted), None)


def belongs(code: str, parent: str) -> bool:
    """Whether the code stands below that one: an action's has one part more than its programme's, an indicator's is
    its action's or that with a letter.
    """
    return parent in (code, code.rpartition("-")[0])


def is_frozen_change(field: str, before: Any, after: Any) -> bool:
    """Does this change alter what an indicator measures or is measured against?"""
    if field in FORMULA:
        return fold(str(before)) != fold(str(after))
    return field in FROZEN_WITH_CAPTURES and bool(before != after)
