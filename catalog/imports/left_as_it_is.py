"""What an import tells beside its changes: what of the catalogue its file cannot say, and so leaves as it is."""

from collections.abc import Sequence

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


def _named(codes: Sequence[str]) -> str:
    more = f" y {len(codes) - NAMED:,} más" if len(codes) > NAMED else ""
    return ", ".join(codes[:NAMED]) + more
