"""The words of a header as they are compared: without callouts, abbreviations, endings and words that say nothing."""

import re

from core.spreadsheets import single_line
from core.text import fold, without_numbering

# «Unidad 1/», «Meta (1)», «Meta*», «¹»: calls to a note at the foot.
_CALLOUT = re.compile(r"\s*(?:\b\d{1,2}/|\(\d{1,2}\)|[*¹²³]+|[:.]+)\s*$")
_BRACKETS = re.compile(r"\([^)]*\)")
_OPTIONAL_ENDINGS = re.compile(r"(?<=\w)\((?:s|es|os|as|a|o)\)")
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
_NUMBER_SIGN = re.compile(r"^\s*no\b\.?|\b(?:no|num|nro|n)\s*[.°º]|#")
_LETTERED = re.compile(r"\b(?:variable|var\.?|valor|dato)\s*[\"'(]?([ab])\b[\"')]?")
_WORD = re.compile(r"[a-z0-9%]+")

_SILENT = frozenset(
    (
        "de", "del", "la", "el", "los", "las", "lo", "a", "al", "y", "e", "o", "u", "en", "que", "por", "para",
        "con", "su", "sus", "un", "una", "se", "es", "le", "cual", "corresponde", "correspondiente", "h",
        "ayuntamiento", "municipio", "municipal", "nombre", "denominacion",
    )
)  # fmt: skip
_ABBREVIATIONS = {
    "cve": "clave", "clv": "clave", "cod": "clave", "codigo": "clave", "id": "clave", "folio": "clave",
    "num": "numero", "nro": "numero", "nr": "numero", "dep": "dependencia", "dpcia": "dependencia",
    "depto": "departamento", "dpto": "departamento", "dir": "direccion", "prog": "programa", "progr": "programa",
    "pp": "programa", "ppto": "presupuesto", "presup": "presupuesto", "obj": "objetivo", "objs": "objetivo",
    "estr": "estrategia", "est": "estrategia", "ind": "indicador", "indic": "indicador", "frec": "frecuencia",
    "per": "periodicidad", "uni": "unidad", "unid": "unidad", "u": "unidad", "med": "medida", "um": "unidad medida",
    "udm": "unidad medida", "uom": "unidad medida", "desc": "descripcion", "descrip": "descripcion",
    "resp": "responsable", "act": "actividad", "acc": "accion", "denom": "denominador", "den": "denominador",
    "numer": "numerador", "lb": "linea base", "mv": "medio verificacion", "prespuestario": "presupuestario",
    "presupuestal": "presupuestario", "ejer": "ejercicio", "prom": "promedio", "var": "variable",
    "pmd": "plan desarrollo", "ur": "unidad responsable",
}  # fmt: skip


def header_words(header: str) -> tuple[str, ...]:
    """«No. de Dependencias 1/» gives («numero», «dependencia»); () for a header without words."""
    text = fold(single_line(header))
    while (shorter := _CALLOUT.sub("", text)) != text:
        text = shorter
    text = without_numbering(text)
    text = _NUMBER_SIGN.sub(" numero ", text)
    text = _OPTIONAL_ENDINGS.sub("", text)
    text = _LETTERED.sub(lambda found: f" variable {'1' if found[1] == 'a' else '2'} ", text)
    text = re.sub(r"\bu\s*\.?\s*de\s*m\b\.?", " unidad medida ", text)
    text = re.sub(r"\bu\s*\.\s*m\s*\.?\b", " unidad medida ", text)
    text = re.sub(r"\bl\s*\.\s*a\s*\.", " linea accion ", text)
    bare = _words(_BRACKETS.sub(" ", text))
    return bare or _words(text)


def _words(text: str) -> tuple[str, ...]:
    found: list[str] = []
    for word in _WORD.findall(_YEAR.sub(" ", text)):
        for part in _ABBREVIATIONS.get(word, word).split():
            root = stem(part)
            if root not in _SILENT and (not found or found[-1] != root):
                found.append(root)
    return tuple(found)


def stem(word: str) -> str:
    """One form for «metas» and «meta», «indicadores» and «indicador», «programada» and «programado»."""
    if len(word) > 4 and word.endswith("es") and word[-3] in "rlndz" and not word.endswith("bles"):
        word = word[:-2]
    elif len(word) > 3 and word.endswith("s"):
        word = word[:-1]
    if len(word) > 5 and word.endswith(("ada", "ida")):
        word = word[:-1] + "o"
    return {"rectora": "rector", "presupuestaria": "presupuestario"}.get(word, word)
