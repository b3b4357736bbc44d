"""Words and signs around a target that say more than its number: at least, at most, about, a change."""

import re
from itertools import chain

_LEAST = (
    ">=", "=>", "≥", "≧", "⩾", ">", "mayor o igual que", "mayor o igual a", "mayor o igual al", "igual o mayor a",
    "igual o mayor al", "igual o mayor que", "mayor a", "mayor al", "mayor que", "mayor de", "superior a",
    "superior al", "al menos el", "al menos un", "al menos", "por lo menos el", "por lo menos", "cuando menos el",
    "cuando menos", "como minimo", "minimo de", "minimo", "min.", "no menos de", "no menor a", "no menor al", "mas de",
    "mas del", "a partir de", "arriba de", "arriba del",
)  # fmt: skip
_MOST = (
    "<=", "=<", "≤", "≦", "⩽", "<", "menor o igual que", "menor o igual a", "menor o igual al", "igual o menor a",
    "igual o menor al", "igual o menor que", "menor a", "menor al", "menor que", "menor de", "inferior a",
    "inferior al", "a lo mas", "a lo mucho", "como maximo", "maximo de", "maximo", "max.", "no mas de", "no mas del",
    "no mayor a", "no mayor al", "hasta el", "hasta", "menos de", "menos del", "debajo de",
)  # fmt: skip
_ABOUT = (
    "~", "≈", "≅", "±", "+/-", "aproximadamente", "aprox.", "aprox", "alrededor de", "alrededor del", "cerca de",
    "cerca del", "casi",
)  # fmt: skip
_CHANGE = (
    "incremento de", "incremento del", "incrementar en", "incrementar un", "incrementar el", "incrementar",
    "aumento de", "aumento del", "aumentar en", "aumentar un", "aumentar el", "aumentar", "crecimiento de",
    "crecimiento del", "reduccion de", "reduccion del", "reducir en", "reducir un", "reducir el", "reducir",
    "disminucion de", "disminucion del", "disminuir en", "disminuir un", "disminuir", "+",
)  # fmt: skip
_ROUNDABOUT = (
    "al", "del", "el", "lograr el", "lograr un", "lograr", "mantener el", "mantener un", "mantener", "alcanzar el",
    "alcanzar un", "alcanzar", "cumplir al", "cumplir el", "cumplir con el", "cumplir", "atender el", "atender al",
    "porcentaje", "porcentaje de", "indice de", "realizar", "elaborar", "entregar", "atender",
)  # fmt: skip
_NAMES = ("meta anual:", "meta:", "meta anual", "meta", "total:", "=")
_QUIET = ("un", "una", "los", "las")
BOUNDS = tuple(
    sorted(
        chain(
            ((word, "least") for word in _LEAST), ((word, "most") for word in _MOST),
            ((word, "about") for word in _ABOUT), ((word, "change") for word in _CHANGE),
            ((word, "name") for word in _NAMES),
            ((word, "roundabout") for word in _ROUNDABOUT), ((word, "quiet") for word in _QUIET),
        ),
        key=lambda pair: -len(pair[0]),
    )
)  # fmt: skip
"""Each with what it says, the longest first."""
BEHIND = (
    (re.compile(r"\s*\(?\b(?:o|y|ó) m[aá]s\b\)?$|\s*\(?\bm[ií]nim[oa]s?\b\)?$|\s*\(?\bcomo m[ií]nimo\b\)?$", re.I),
     "least"),
    (re.compile(r"\s*\(?\bo menos\b\)?$|\s*\(?\bm[aá]xim[oa]s?\b\)?$|\s*\(?\bcomo m[aá]ximo\b\)?$", re.I), "most"),
    (re.compile(r"\s*\(?\baprox(?:\.|imadamente|imado)?\)?$", re.I), "about"),
    (re.compile(r"\s*\bm[aá]s$|\s*\bde (?:incremento|aumento|reducci[oó]n|disminuci[oó]n|crecimiento|variaci[oó]n)$",
                re.I), "change"),
)  # fmt: skip
SAID = {
    "least": "dice «al menos»: se leyó {amount} como meta",
    "most": "dice «a lo más»: se leyó {amount} como meta; revise si el sentido es descendente",
    "roundabout": "dice más que la cantidad: se leyó {amount}",
    "about": "es aproximado: se leyó {amount} como meta",
    "change": "parece un cambio (un aumento o una reducción), no la meta misma: se leyó {amount}",
}
"""What a person is told, with the amount that was read."""
