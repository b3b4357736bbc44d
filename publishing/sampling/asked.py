"""What is asked of a sample: size, seed, strata. Whatever cannot be is one sentence, and stays as it was typed."""

import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from core.asked import read_text, read_whole

LARGEST = 500
USUAL = 30
LONGEST_SEED = 100
DEPARTMENT, LIGHT = "dependencia", "semaforo"
STRATA = {DEPARTMENT: "dependencia", LIGHT: "semáforo del indicador en el corte"}


@dataclass(frozen=True, slots=True)
class Asked:
    """``size`` None: nothing can be drawn, as the complaint says. ``typed_size`` goes back into the page."""

    size: int | None
    seed: str
    strata: str
    typed_size: str
    complaint: str = ""


def read_asked(typed: Mapping[str, str], *, population: int) -> Asked:
    """From ``tamano``, ``semilla`` and ``estratos``; what is not there is proposed, a seed by lot."""
    seed, too_long = _seed(typed.get("semilla"))
    strata = typed.get("estratos") or DEPARTMENT
    written = read_text(typed.get("tamano"))[:20]
    size = read_whole(written, digits=6) if written else min(USUAL, population)
    shown = written or str(size)
    complaint = too_long or _why_not(size, strata, population)
    if strata not in STRATA:
        strata = DEPARTMENT
    return Asked(None if complaint or not size or not population else size, seed, strata, shown, complaint)


def propose_seed() -> str:
    return secrets.token_hex(4)


def _seed(typed: str | None) -> tuple[str, str]:
    """Any text, written in one way only: blanks once, letters composed, so that it is drawn with again as it reads."""
    text = "".join(letter if letter.isprintable() else " " for letter in unicodedata.normalize("NFC", typed or ""))
    seed = " ".join(text.split())
    if len(seed) > LONGEST_SEED:
        return seed[:LONGEST_SEED], f"La semilla cabe en {LONGEST_SEED} letras: escriba una más corta."
    return seed or propose_seed(), ""


def _why_not(size: int | None, strata: str, population: int) -> str:
    if strata not in STRATA:
        return "Los estratos son por dependencia o por semáforo: elija uno de los dos."
    if not population:
        return ""
    most = min(population, LARGEST)
    if size is None or size < 1:
        return f"Escriba de cuántas cifras es la muestra, con un número de 1 a {most:,}."
    if size > population:
        return f"No hay tantas cifras: la población tiene {population:,}. Pida {most:,} o menos."
    if size > LARGEST:
        return f"Una muestra tiene a lo más {LARGEST:,} cifras: pida menos, o saque otra con otra semilla."
    return ""
