"""«<< Plan > Eje Rector: … > Objetivo: … > Estrategia: … >>», on one line or on several."""

import re

_LABEL = re.compile(
    r"(?:(?<=[>»›|/→;.,])|(?<=\s)|^)\s*"
    r"(?P<what>eje(?:\s+rector|\s+estrat[eé]gico)?|objetivo(?:\s+(?:general|estrat[eé]gico|espec[ií]fico))?|estrategia)"
    r"\s*(?P<key>\d+(?:\.\d+)*\.?)?\s*:",
    re.IGNORECASE,
)
_SIGNS = " \t<>«»‹›|/→;"
_FIELDS = {"eje": "axis", "obj": "objective", "est": "strategy"}


def plan_of(text: str) -> dict[str, str]:
    """``plan``, ``axis``, ``objective``, ``strategy``, and the keys beside the words: what of them is there."""
    found: dict[str, str] = {}
    marks: list[tuple[str, re.Match[str]]] = []
    for mark in _LABEL.finditer(text):
        name = _FIELDS[mark["what"][:3].lower()]
        if name not in {known for known, _ in marks}:
            marks.append((name, mark))
    plan = text[: marks[0][1].start()] if marks else text
    found["plan"] = _clean(plan)
    for at, (name, mark) in enumerate(marks):
        end = marks[at + 1][1].start() if at + 1 < len(marks) else len(text)
        found[name] = _clean(text[mark.end() : end])
        if mark["key"]:
            found[f"{name}_key"] = mark["key"].rstrip(".")
    return {name: value for name, value in found.items() if value}


def _clean(text: str) -> str:
    return re.sub(r"^plan\s*(?::\s*|(?=plan\b))", "", text.strip(_SIGNS), flags=re.IGNORECASE).strip(_SIGNS)
