"""A process of its own that takes the words and strokes out of a PDF: whatever a hostile file does ends here.

``python -m catalog.official_document.pdf_child PAGES LETTERS SECONDS MEGABYTES < file``: a line of JSON a page, or one
with the reason why not. Its memory and time are bounded by the system, so that the reader never has to be trusted.
"""

import contextlib
import ctypes
import json
import math
import sys
from collections import Counter
from typing import Any

import pypdfium2
import pypdfium2.raw as raw

MAX_LETTERS = 60_000  # of a page: the fullest page of print has some 8,000
MAX_STROKES = 2_000
MAX_OUTPUT = 192 * 2**20
MAX_OBJECTS = 40_000
_LIGATURES = str.maketrans(
    {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st", "\ufb06": "st"}
    # How PDFium tells the hyphen at the end of a line.
    | {"\x02": "-", "\ufffe": "-", "\xad": "\xad"}
)
_BLANK = {" ", "\t", "\r", "\n", "\u00a0", "\u2002", "\u2003", "\u2007", "\u2009", "\u200a", "\u202f", "\u3000"}
_NOTHING = {"\x00", "\u200b", "\u200c", "\u200d", "\ufeff", "\u2060"}


def main(pages: int, letters: int, seconds: int, megabytes: int) -> None:
    _bound(seconds, megabytes)
    data = sys.stdin.buffer.read()
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        _say({"refused": "password" if "assword" in str(error) else "damaged"})
        return
    count = len(document)
    if not 0 < count <= pages:
        _say({"refused": "pages" if count else "damaged", "pages": count})
        return
    for number in range(count):
        try:
            page = document[number]
            read = _page(page)
            page.close()
            letters -= sum(len(word[0]) for word in read["words"])
            if letters < 0:
                _say({"refused": "letters"})
                return
            _say(read)
        except pypdfium2.PdfiumError:
            _say({"width": 0, "height": 0, "words": [], "strokes": []})


def _bound(seconds: int, megabytes: int) -> None:
    """One by one: a system that knows no bound of memory (macOS) has that of time."""
    with contextlib.suppress(ImportError):
        import resource

        for name, most in (
            (resource.RLIMIT_AS, (megabytes * 2**20, megabytes * 2**20)),
            (resource.RLIMIT_CPU, (seconds, seconds + 1)),
            (resource.RLIMIT_FSIZE, (MAX_OUTPUT, MAX_OUTPUT)),
            (resource.RLIMIT_CORE, (0, 0)),
        ):
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(name, most)


def _say(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what, ensure_ascii=True, separators=(",", ":")) + "\n")


def _page(page: Any) -> dict[str, Any]:
    left, bottom, right, top = page.get_cropbox()
    letters, turned, lost = _letters(page)
    turn = -turned % 4  # as the text stands: how the page is turned to be looked at says nothing more
    width, height = right - left, top - bottom
    seen = _Seen(left, bottom, width, height, turn)
    words = _words(letters, seen)
    strokes = _strokes(page, seen)
    if turn % 2:
        width, height = height, width
    return {"width": width, "height": height, "words": words, "strokes": strokes, "lost": lost}


class _Seen:
    """From the file's own corner to what a reader sees: from the left and from the top."""

    def __init__(self, left: float, bottom: float, width: float, height: float, turn: int) -> None:
        self._left, self._bottom, self._width, self._height, self._turn = left, bottom, width, height, turn

    def point(self, x: float, y: float) -> tuple[float, float]:
        x, y = x - self._left, y - self._bottom
        if self._turn == 0:
            return x, self._height - y
        if self._turn == 1:
            return y, x
        if self._turn == 2:
            return self._width - x, y
        return self._height - y, self._width - x


def _letters(page: Any) -> tuple[list[Any], int, int]:
    """Each letter with its foot, box and size; how many quarters they are turned (clockwise); how many were lost.

    What stands askew (a stamp, a watermark) is left out.
    """
    text = page.get_textpage()
    handle = text.raw
    count = min(raw.FPDFText_CountChars(handle), MAX_LETTERS)
    x, y, box = ctypes.c_double(), ctypes.c_double(), raw.FS_RECTF()
    found: list[Any] = []
    angles, lost = Counter[int](), 0
    for at in range(count):
        code = raw.FPDFText_GetUnicode(handle, at)
        letter = chr(code) if code < 0xD800 or 0xE000 <= code < 0x110000 else "\ufffd"
        if 0xF000 <= code <= 0xF0FF:
            letter = "•"  # of a font of signs, which office programs use for the points of lists
        elif letter in _NOTHING or letter == "\ufffd" or 0xE000 <= code < 0xF900:
            lost += 1
            if letter in _NOTHING:
                continue
        if letter in _BLANK:
            found.append((" ", 0.0, 0.0, 0.0, 0.0, 0.0, 0))
            continue
        if not raw.FPDFText_GetCharOrigin(handle, at, x, y) or not raw.FPDFText_GetLooseCharBox(handle, at, box):
            continue
        angle = raw.FPDFText_GetCharAngle(handle, at)
        quarter = angle / (math.pi / 2)
        if abs(quarter - round(quarter)) > 0.05:
            continue
        size = raw.FPDFText_GetFontSize(handle, at)
        found.append((letter, x.value, y.value, box.left, box.right, box.bottom, round(quarter) % 4, box.top, size))
        angles[round(quarter) % 4] += 1
    text.close()
    turned = angles.most_common(1)[0][0] if angles else 0
    return [one for one in found if one[0] == " " or one[6] == turned], turned, lost


def _words(letters: list[Any], seen: _Seen) -> list[list[Any]]:
    words: list[list[Any]] = []
    broken, begins = True, 0.0
    for one in letters:
        if one[0] == " ":
            broken = True
            continue
        letter, x, y, left, right, bottom, _, top, size = one
        _foot_x, foot_y = seen.point(x, y)
        ax, ay = seen.point(left, bottom)
        bx, by = seen.point(right, top)
        x0, x1 = min(ax, bx), max(ax, bx)
        tall = size if size > 1.5 else abs(by - ay) * 0.8
        letter = letter.translate(_LIGATURES)
        if not broken and words:
            last = words[-1]
            level = abs(foot_y - last[3]) <= 0.15 * tall
            # The letters of a ligature all begin where it begins.
            if level and x0 >= begins - 0.1 * tall and x0 - last[2] < 0.2 * tall:
                last[0] += letter
                last[2] = max(last[2], x1)
                begins = x0
                continue
        words.append([letter, x0, x1, foot_y, tall])
        broken, begins = False, x0
    for word in words:
        word[1:] = [round(value, 2) for value in word[1:]]
    return words


def _strokes(page: Any, seen: _Seen) -> list[list[float]]:
    found: list[list[float]] = []
    for at in range(min(raw.FPDFPage_CountObjects(page.raw), MAX_OBJECTS)):
        thing = raw.FPDFPage_GetObject(page.raw, at)
        if raw.FPDFPageObj_GetType(thing) != raw.FPDF_PAGEOBJ_PATH:
            continue
        found += _of_path(thing, seen)
        if len(found) > MAX_STROKES:
            return []  # a drawing, and no table
    return found


def _of_path(path: Any, seen: _Seen) -> list[list[float]]:
    """Its level and upright pieces."""
    count = raw.FPDFPath_CountSegments(path)
    if count < 2 or count > 400:
        return []
    matrix = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(path, matrix):
        return []
    x, y = ctypes.c_float(), ctypes.c_float()
    found: list[list[float]] = []
    start = before = (0.0, 0.0)
    for at in range(count):
        segment = raw.FPDFPath_GetPathSegment(path, at)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = seen.point(
            matrix.a * x.value + matrix.c * y.value + matrix.e, matrix.b * x.value + matrix.d * y.value + matrix.f
        )
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == raw.FPDF_SEGMENT_LINETO:
            _add(found, before, point)
        before = point
        if raw.FPDFPathSegment_GetClose(segment):
            _add(found, point, start)
            before = start
    return found


def _add(found: list[list[float]], one: tuple[float, float], other: tuple[float, float]) -> None:
    wide, tall = abs(one[0] - other[0]), abs(one[1] - other[1])
    if min(wide, tall) < 0.7 and max(wide, tall) > 6:
        x0, x1 = sorted((one[0], other[0]))
        y0, y1 = sorted((one[1], other[1]))
        found.append([round(value, 1) for value in (x0, y0, x1, y1)])


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:5]))
