"""What an import tells beside its changes: what of the catalogue its file cannot say, and so leaves as it is."""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from indicators.models import Indicator
from programs.models import Action, Program

NAMED = 5
"""Codes that a note names."""


def retired_note(codes: Sequence[str]) -> str:
    """The file does not say who is retired, and so asks for nobody again."""
    return f"Siguen retirados: {_named(codes)}; el archivo no los vuelve a pedir"


def kept_targets_note(targets: Sequence[str]) -> str:
    """The file has the programmed targets, which do not undo those that are in force."""
    return (
        f"Conservan su meta ajustada: {_named(targets)}; el archivo trae la programada, y eso no quita el ajuste: "
        "para cambiarla registre otra meta ajustada"
    )


def bare_note(bare: set[tuple[str, str]]) -> str:
    """``bare``: see ``without_indicators``."""
    named = _named([f"{what} {code}" for what, code in sorted(bare, key=itemgetter(1))])
    return f"Un archivo solo trae indicadores, y todavía no los tienen: {named}; se quedan como están"


def without_indicators(
    programs: Mapping[str, Program], actions: Mapping[str, Action], indicators: Mapping[str, Indicator]
) -> set[tuple[str, str]]:
    """(what, code) of the stored ones that no file can have, because each of its rows is an indicator."""
    full = {indicator.action.code for indicator in indicators.values()}
    above = {indicator.action.program.code for indicator in indicators.values()}
    return _bare("programa", programs, above) | _bare("acción", actions, full)


def _bare(what: str, stored: Mapping[str, Any], full: set[str]) -> set[tuple[str, str]]:
    return {(what, code) for code, row in stored.items() if row.pk is not None and code not in full}


def _named(codes: Sequence[str]) -> str:
    more = f" y {len(codes) - NAMED:,} más" if len(codes) > NAMED else ""
    return ", ".join(codes[:NAMED]) + more
