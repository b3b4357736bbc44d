"""Fractions that are printed as such: a bar with words above and below becomes «(above / below)» on one line."""

from collections.abc import Sequence

from catalog.official_document.lines import Line, Stroke, Word

_NEAR = 1.7  # of the height of letters: how far above and below its bar a fraction stands


def bars_of(strokes: Sequence[Stroke], lines: Sequence[Line], left: float, right: float) -> list[Stroke]:
    """The level strokes that end within the column, with words of it right above and right below."""
    words = [word for line in lines for word in line.words if left <= word.middle < right]
    if not words:
        return []
    level = [stroke for stroke in strokes if stroke.level]
    inside = [one for one in level if one.x0 > left - 4 and one.x0 < right and one.x1 - one.x0 > 12]
    # A border between rows goes through the other columns, too, and takes no notice of words.
    alone = [bar for bar in inside if all(abs(one.y0 - bar.y0) > 1.5 for one in level if one is not bar)]
    return [bar for bar in alone if _fits(bar, _of(bar, words, above=True), _of(bar, words, above=False))]


def joined(bars: Sequence[Stroke], lines: Sequence[Line], left: float, right: float) -> list[Line]:
    """The lines with each fraction of the column put on the line of its bar."""
    rest = [list(line.words) for line in lines]
    for bar in bars:
        words = [word for line in rest for word in line if left <= word.middle < right]
        top, foot = _of(bar, words, above=True), _of(bar, words, above=False)
        beside = [word for word in words if _beside(bar, word)]
        if not top or not foot:
            continue
        made = [word for word in beside if word.x1 <= bar.x0 + 2]
        made += [Word(f"({_said(top)} / {_said(foot)})", bar.x0, bar.x1, bar.y0, top[0].size)]
        made += [word for word in beside if word.x0 >= bar.x1 - 2]
        gone = {id(word) for word in (*top, *foot, *beside)}
        home = min(range(len(lines)), key=lambda at: abs(lines[at].y - bar.y0 - 0.3 * made[0].size))
        rest = [[word for word in line if id(word) not in gone] for line in rest]
        rest[home] = sorted([*rest[home], *made], key=lambda word: word.x0)
    return [line.with_words(words) for line, words in zip(lines, rest, strict=True) if words]


def _fits(bar: Stroke, top: Sequence[Word], foot: Sequence[Word]) -> bool:
    """A bar is as long as the longer of the two."""
    if not top or not foot:
        return False
    both = [*top, *foot]
    return min(word.x0 for word in both) - bar.x0 < 4 and bar.x1 - max(word.x1 for word in both) < 4


def _of(bar: Stroke, words: Sequence[Word], *, above: bool) -> list[Word]:
    found = []
    for word in words:
        apart = bar.y0 - word.y if above else word.y - bar.y0
        near = -0.05 * word.size < apart < _NEAR * word.size if above else 0.45 * word.size < apart < _NEAR * word.size
        if near and word.x0 >= bar.x0 - 2 and word.x1 <= bar.x1 + 2:
            found.append(word)
    return sorted(found, key=lambda word: (round(word.y), word.x0))


def _beside(bar: Stroke, word: Word) -> bool:
    """On the line of the bar, whose words stand a little below it."""
    outside = word.x1 <= bar.x0 + 2 or word.x0 >= bar.x1 - 2
    return outside and -0.1 * word.size < word.y - bar.y0 < 0.6 * word.size


def _said(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)
