"""Lines put together again as they were written: words that were broken, paragraphs, one objective after another."""

import re
from collections.abc import Collection, Iterable, Sequence

from catalog.layout.printed_codes import DASHES
from catalog.official_document.lines import Line

_BULLET = re.compile(
    r"(?:[»•▪▫◦●○·‣⁃➢➤✓✔■□*›>]|\uf0b7|\(?\d{1,2}\s?[.)](?=\s)|\(?[a-h]\))\s*(?=\S)"
    # A dash: «– Favorecer», «-Favorecer»; «–rurales y urbanos–» goes on.
    r"|[–—-](?:\s+(?=\S)|(?=[A-ZÁÉÍÓÚÑ¿«“]))"
)
_SENTENCE_END = re.compile(r"[.:;!?]»?$")
_BROKEN = re.compile(rf"(\w+)[{DASHES}]$")
_DASH_OPENS = re.compile(r"(?:^|[\s(«“])[–—](?=\w)")
_DASH_CLOSES = re.compile(r"[\w)][–—](?=[\s,.;:)]|$)")
_KEY_BROKEN = re.compile(rf"(?:[A-ZÑ]{{2,6}}|\d)\s?[{DASHES}]$")
_SHORT_BEFORE_STROKE = re.compile(r"(?:^|\s)[aeoy]/$", re.IGNORECASE)  # «y/o», broken behind its stroke
_KEY_GOES_ON = re.compile(r"\d{1,3}(?!\d)|[A-Z]\b")

_LONGEST_WORD = 60  # letters


class Joiner:
    """Puts lines together. ``doubts``: the words that were made whole and that nobody knows."""

    def __init__(self, known: Collection[str]) -> None:
        """``known``: words in small letters, those of the document among them."""
        self._known = known
        self.doubts: list[str] = []

    def join(self, lines: Iterable[str]) -> str:
        pieces: list[str] = []
        for line in lines:
            line = re.sub(r"\s+", " ", line).strip()
            if pieces and line:
                pieces[-1], between = self._dashed(pieces, line) or self._between(pieces[-1], line)
                pieces.append(between)
            if line:
                pieces.append(line)
        whole = "".join(pieces)
        return whole.replace("\u00ad", "") + ("-" if whole.endswith("\u00ad") else "")

    def _dashed(self, pieces: Sequence[str], line: str) -> tuple[str, str] | None:
        """Behind a dash, which is seldom a hyphen: «2014–/2016», «costo–/beneficio», «–rurales y urbanos–/para»."""
        above = pieces[-1]
        if above[-1] not in "–—" or len(above) < 2:
            return None
        if above[-2].isdigit() and line[0].isdigit():
            return above, ""
        broken, first = _BROKEN.search(above[-_LONGEST_WORD:]), re.match(r"\w+", line[:_LONGEST_WORD])
        if broken is None or first is None or not above[-2].isalpha() or not line[0].islower():
            return None
        if (broken[1] + first[0]).lower() in self._known:
            return above[:-1], ""
        text = "".join(pieces)
        opened = len(_DASH_OPENS.findall(text)) > len(_DASH_CLOSES.findall(text[:-1]))
        if not opened and not (broken[1].lower() in self._known and first[0].lower() in self._known):
            return None
        return above, " " if opened else ""

    def _between(self, above: str, line: str) -> tuple[str, str]:
        """The line above, without the hyphen of a broken word, and what stands between it and the next one."""
        end = above[-_LONGEST_WORD:]
        if end.endswith("\u00ad"):
            return above[:-1], ""
        if _SHORT_BEFORE_STROKE.search(end) and line[0].islower():
            return above, ""
        if _KEY_BROKEN.search(end) and _KEY_GOES_ON.match(line):
            return above, ""
        broken = _BROKEN.search(end)
        first = re.match(r"\w+", line[:_LONGEST_WORD])
        if not broken or not first or not line[0].islower() or not end[-2].isalpha():
            return above, " "
        whole, hyphened = broken[1] + first[0], f"{broken[1]}-{first[0]}"
        if hyphened.lower() in self._known and whole.lower() not in self._known:
            return above, ""
        if whole.lower() not in self._known:
            self.doubts.append(f"«{hyphened}» estaba partida en dos renglones: se leyó «{whole}»")
        return above[:-1], ""

    def paragraphs(self, lines: Sequence[Line], inline: str = "") -> str:
        """The paragraphs of a text, with a blank line between two."""
        right = max((line.x1 for line in lines), default=0.0)
        found: list[list[str]] = [[inline]] if inline else []
        for at, line in enumerate(lines):
            before = lines[at - 1] if at else None
            if not found or (before is not None and _is_new(before, line, right)) or _BULLET.match(line.text):
                found.append([])
            found[-1].append(line.text)
        return "\n\n".join(filter(None, (self.join(piece) for piece in found)))

    def items(self, lines: Sequence[Line], inline: str = "") -> list[str]:
        """The items of a list: where nothing marks them, the paragraphs are."""
        numbered = _items_marked(lines)
        if not numbered:
            return [text for text in self.paragraphs(lines, inline).split("\n\n") if text]
        found: list[list[str]] = [[inline]] if inline else []
        if lines and not _BULLET.match(lines[0].text) and not inline:
            self.doubts.append("lo que está antes de la primera viñeta puede no ser un objetivo")
        for line in lines:
            text = line.text
            if _BULLET.match(text):
                found.append([_BULLET.sub("", text, count=1)])
            elif found:
                found[-1].append(text)
            else:
                found.append([text])
        return [text for text in (self.join(piece) for piece in found) if text]


def _items_marked(lines: Sequence[Line]) -> bool:
    return any(_BULLET.match(line.text) for line in lines)


def _is_new(before: Line, line: Line, right: float) -> bool:
    """Whether a paragraph begins here: a sentence ended above, with room left for the next word, or a blank line."""
    if not _SENTENCE_END.search(before.text) or line.text[:1].islower():
        return False
    if line.page == before.page and line.gap >= 0.3:
        return True
    room = right - before.x1
    first = line.words[0]
    return room > (first.x1 - first.x0) + 0.6 * line.size
