"""The words by which a document is taken apart, recognised in spite of a scanner's faults."""

import re
from difflib import SequenceMatcher
from functools import lru_cache

from core.text import fold


def folded(text: str) -> str:
    return fold(text).strip(" .:;,*•»«")


def alike(text: str, words: str, least: float = 0.84) -> bool:
    """Whether they are the same words but for some letters that a scanner took for others."""
    if text == words:
        return True
    if not text or abs(len(text) - len(words)) > 3:
        return False
    return SequenceMatcher(None, text, words, autojunk=False).ratio() >= least


_SECTIONS = {
    "description": ("descripcion", "descripcion del programa", "descripcion general"),
    "objectives": (
        "objetivos", "objetivo", "objetivos del programa", "objetivo del programa", "objetivo general",
        "objetivos especificos", "objetivos generales",
    ),
    "table": (
        "acciones metas e indicadores", "acciones, metas e indicadores", "acciones y metas",
        "metas e indicadores",
        "acciones, metas e indicadores del programa", "acciones, unidades, metas e indicadores",
        "acciones e indicadores",
    ),
}  # fmt: skip


@lru_cache(maxsize=20_000)
def section(text: str) -> tuple[str, str]:
    """Which part of a programme the line begins, and what stands behind its colon; ("", "") for none."""
    head, colon, rest = text.partition(":")
    if colon and rest.strip() and len(head) <= 30:
        kind = _section(folded(head))
        if kind in ("description", "objectives"):
            return kind, rest.strip()
    if len(text) > 60:
        return "", ""
    return _section(re.sub(r"^[\divx]+[.)]\s*(?:\d+[.)]?)*\s*", "", folded(text))), ""


def _section(text: str) -> str:
    for kind, names in _SECTIONS.items():
        if any(alike(text, name) for name in names):
            return kind
    return ""


LABELS: dict[str, tuple[str, ...]] = {
    "responsible_area": ("responsable", "responsables"),
    "verification": ("verificacion",),
    "baseline": ("base",),
    "frequency": ("frecuencia", "periodicidad"),
    "dimension": ("dimension",),
    "direction": ("sentido",),
    "source": ("fuente",),
    "numerator": ("numerador",),
    "denominator": ("denominador",),
    "formula": ("formula", "calculo"),
    "key": ("clave", "codigo", "no", "num", "cve"),
    "unit": ("unidad", "unidades"),
    "target": ("meta", "metas", "cantidad", "programado", "programada"),
    "indicator": ("indicador", "indicadores"),
    "action": ("accion", "acciones", "actividad", "actividades"),
}
"""What stands over a column, by the word of it that tells; of several, the first of these says it."""
_FILLERS = {
    "de", "del", "la", "el", "los", "las", "en", "y", "e", "o", "a", "medida", "seguimiento", "porcentaje", "programa",
    "anual", "anuales", "linea", "lineas", "metodo", "medio", "medios", "area", "areas", "nombre", "tipo", "gestion",
    "descripcion", "desempeno", "nivel", "trimestre", "semestre", "valor", "variable", "variables",
    "programacion", "presupuesto", "beneficiarios", "observaciones",
    "estrategica", "estrategicas", "fisica", "comprometida", "por", "2016", "%", "s",
}  # fmt: skip
_NOTE = re.compile(r"(?<=[a-z]{3})[\d*]$")  # «Metas¹»
_BY_WORD = {word: role for role, words in LABELS.items() for word in words}


def label(word: str) -> str:
    """The column over which this word stands; "" for one that may stand over several."""
    bare = _bare(word)
    if bare.endswith("-") and len(bare) > 5:  # broken at the end of a line
        return next((role for known, role in _BY_WORD.items() if known.startswith(bare[:-1])), "")
    return _BY_WORD.get(bare, "")


def _bare(word: str) -> str:
    return _NOTE.sub("", fold(word.replace("\u00ad", "-")).strip(" .:;,()%#°º/*[]"))


def of_head(word: str) -> bool:
    """Whether the word, or what a line has of it, may stand in the head of a table."""
    bare = _bare(word)
    if not bare or bare in _BY_WORD or bare in _FILLERS or (bare.isdigit() and len(bare) == 4):
        return True
    if bare.endswith("-") and len(bare) > 2:
        return any(known.startswith(bare[:-1]) for known in _HEAD_WORDS)
    return len(bare) > 3 and any(known.endswith(bare) for known in _HEAD_WORDS)


_HEAD_WORDS = tuple(word for word in (*_BY_WORD, *_FILLERS) if len(word) > 4)


def is_head(text: str) -> bool:
    """Whether a line has nothing but the head of a table, of two columns at least."""
    found = text.split()
    return bool(found) and all(of_head(word) for word in found) and len({label(word) for word in found} - {""}) >= 2


def may_be_head(text: str) -> bool:
    """A line of a head that has one column, or a part of it."""
    return all(of_head(word) for word in text.split())
