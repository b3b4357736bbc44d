"""Parts of a formula: without × 100, without the brackets around them, and as labels."""

import re

_ONE_HUNDRED = r"(?:100(?![\d.,]\d)(?:\.0+)?|cien(?:to)?\b)\s*%?"
HUNDRED = rf"(?:\(\s*{_ONE_HUNDRED}\s*\)|{_ONE_HUNDRED})"
TIMES = r"[*×·∙⋅•✕✖]|(?-i:(?<![a-záéíóúñ]))[xX]|\bpor\b|\bmultiplicad[oa]s? por\b"
_BEHIND = re.compile(
    rf"(?:\s*(?:{TIMES})|(?<=[)\]}}])\s*(?=[(\s]))\s*{HUNDRED}\s*(?:%|=\s*%?)?\s*[.;,]*$", re.IGNORECASE
)
_BEFORE = re.compile(rf"^\s*{HUNDRED}\s*(?:{TIMES})\s*(?=\S)", re.IGNORECASE)


def without_hundred(text: str) -> str:
    return _BEHIND.sub("", text.strip()).strip()


def bare(text: str) -> str:
    """Without × 100 and without the brackets around the whole."""
    text = text.strip()
    before = ""
    while before != text:
        before = text
        if text.endswith((".", ";", ",")) and text[-2:-1] in (")", "]"):
            text = text[:-1].strip()
        if text[:1] in ("(", "[", "{") and closes(text) == len(text) - 1:
            text = text[1:-1].strip()
            continue
        text = _BEHIND.sub("", text).strip()
        text = _BEFORE.sub("", text).strip()
    return text


def closes(text: str) -> int:
    """Where the bracket closes with which the text begins; -1 where it does not."""
    depth = 0
    for at, letter in enumerate(text):
        if letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
            if depth == 0:
                return at
    return -1


def label_in(text: str) -> str:
    """A label without the brackets that are its own, and without the full stop of the sentence."""
    text = " ".join(text.split()).strip(" ;,:")
    if text.endswith(".") and not re.search(r"\b\w{1,4}\.$", text):
        text = text[:-1].strip()
    while (text[:1] in ("(", "[") and closes(text) == len(text) - 1) or _is_quoted(text):
        text = text[1:-1].strip()
    if text.count("(") > text.count(")"):
        text = text.lstrip("( ") if text.startswith("(") else text
    if text.count(")") > text.count("(") and text.endswith(")"):
        text = text[:-1].rstrip()
    return text


def _is_quoted(text: str) -> bool:
    return len(text) > 2 and (text[0], text[-1]) in {("«", "»"), ('"', '"'), ("“", "”")} and text[0] not in text[1:-1]
