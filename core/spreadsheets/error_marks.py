"""The wrong cells of a workbook of errors, red at a glance: a conditional format of each column that has one.

It asks what the column «Errores» says beside the cell («Meta: …»): so no cell's own format changes, the colour goes
with its row when the sheet is sorted, and is gone when the sentence is. A book that comes back loses the rules that
it was given before, and only those.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, unescape

from core.spreadsheets.reading import header_key
from core.spreadsheets.sheet_markup import TAG, column_letters

FILL, INK = "FFC7CE", "9C0006"
_OURS = '"Errores"<>""'
"""Always true: by it a rule of an earlier book of errors is known again."""

_DXFS = re.compile(rb"<((?:\w+:)?)dxfs\b[^>]*?(/?)>")
_ONE_DXF = re.compile(rb"<(?:\w+:)?dxf[\s/>]")
_COUNT = re.compile(rb"(\scount\s*=\s*)([\"'])\d+[\"']")
_DXFS_GO_AFTER = re.compile(rb"</(?:\w+:)?cellStyles\s*>|</(?:\w+:)?cellXfs\s*>")
_PRIORITY = re.compile(rb"\spriority\s*=\s*[\"'](\d+)[\"']")
_SHEET_DATA_END = re.compile(rb"</((?:\w+:)?)sheetData\s*>")
# What the format puts between the rows and the conditional formats.
_BEFORE_RULES = {
    "sheetCalcPr", "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate",
    "customSheetViews", "mergeCells", "phoneticPr",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wrong:
    """A column in which cells are wrong: where it is, and with which name its sentences begin."""

    column: int
    name: str


def wrong_columns(header: Sequence[str], texts: Mapping[int, str]) -> list[Wrong]:
    """The columns that the sentences (each on its line, «Meta: …») name."""
    at = {header_key(text): position for position, text in reversed(list(enumerate(header, start=1))) if text}
    names = dict.fromkeys(name for text in texts.values() for name in _names(text))
    return sorted((Wrong(at[header_key(name)], name) for name in names if header_key(name) in at), key=_place)


def wrong_cells(header: Sequence[str], texts: Mapping[int, str]) -> set[tuple[int, int]]:
    """Row and column of each wrong cell."""
    at = {wrong.name: wrong.column for wrong in wrong_columns(header, texts)}
    return {(row, at[name]) for row, text in texts.items() for name in _names(text) if name in at}


def _names(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        name, colon, _ = line.partition(": ")
        if colon:
            yield name


def _place(wrong: Wrong) -> tuple[int, str]:
    return wrong.column, wrong.name


def with_mark(styles: bytes) -> tuple[bytes, int | None]:
    """The styles with the look of a wrong cell, and its index; None where they have no place for one."""
    place = _DXFS.search(styles)
    if place is None:
        after = _DXFS_GO_AFTER.search(styles)
        prefix = _prefix_of(after[0]) if after else ""
        if after is None:
            return styles, None
        made = f'<{prefix}dxfs count="1">{_look(prefix)}</{prefix}dxfs>'.encode()
        return styles[: after.end()] + made + styles[after.end() :], 0
    prefix = place[1].decode()
    look = _look(prefix).encode()
    if place[2]:  # «<dxfs count="0"/>»
        made = f'<{prefix}dxfs count="1">'.encode() + look + f"</{prefix}dxfs>".encode()
        return styles[: place.start()] + made + styles[place.end() :], 0
    end = styles.find(f"</{prefix}dxfs".encode(), place.end())
    if end < 0:
        return styles, None
    known = styles.find(look, place.end(), end)
    if known >= 0:
        return styles, len(_ONE_DXF.findall(styles, place.end(), known))
    count = len(_ONE_DXF.findall(styles, place.end(), end))
    tag = _COUNT.sub(rb"\g<1>\g<2>%d\g<2>" % (count + 1), place[0])
    return styles[: place.start()] + tag + styles[place.end() : end] + look + styles[end:], count


def _look(prefix: str) -> str:
    return (
        f'<{prefix}dxf><{prefix}font><{prefix}b/><{prefix}color rgb="FF{INK}"/></{prefix}font><{prefix}fill>'
        f'<{prefix}patternFill patternType="solid"><{prefix}fgColor rgb="FF{FILL}"/><{prefix}bgColor rgb="FF{FILL}"/>'
        f"</{prefix}patternFill></{prefix}fill></{prefix}dxf>"
    )


def _prefix_of(closing: bytes) -> str:
    name = closing.removeprefix(b"</").decode()
    return name.partition(":")[0] + ":" if ":" in name else ""


def with_rules(
    sheet: bytes, wrong: Collection[Wrong], look: int | None, *, errors_column: int, first: int, last: int
) -> bytes:
    """The sheet's XML with a rule for each column, from row ``first`` to ``last``, and without those of before."""
    end = _SHEET_DATA_END.search(sheet)
    if end is None or look is None:
        return sheet
    prefix, head, tail = end[1].decode(), sheet[: end.end()], sheet[end.end() :]
    if b"<!" in tail or b"<?" in tail:
        return sheet
    tail, at = _without_rules(tail, prefix)
    priority = max((int(found) for found in _PRIORITY.findall(tail)), default=0)
    made = []
    for number, column in enumerate(wrong, start=priority + 1):
        letters = column_letters(column.column)
        made.append(
            f'<{prefix}conditionalFormatting sqref="{letters}{first}:{letters}{last}"><{prefix}cfRule type="expression"'
            f' dxfId="{look}" priority="{number}"><{prefix}formula>{escape(_formula(column, errors_column, first))}'
            f"</{prefix}formula></{prefix}cfRule></{prefix}conditionalFormatting>"
        )
    return head + tail[:at] + "".join(made).encode() + tail[at:]


def _formula(wrong: Wrong, errors_column: int, row: int) -> str:
    name = wrong.name.replace('"', '""')
    cell = f"${column_letters(errors_column)}{row}"
    return f'AND({_OURS},ISNUMBER(FIND(CHAR(10)&"{name}: ",CHAR(10)&{cell})))'


def _without_rules(tail: bytes, prefix: str) -> tuple[bytes, int]:
    """What follows the rows without our rules, and where such rules go in it."""
    taken: list[tuple[int, int]] = []
    at, depth, opened = None, 0, 0
    for found in TAG.finditer(tail):
        text = found[0]
        closing, single = text.startswith(b"</"), text.endswith(b"/>")
        if depth == 0:
            name = _local_name(text, prefix)
            if at is None and (closing or name not in _BEFORE_RULES):
                at = found.start()
            opened = found.start()
        if not single:
            depth += -1 if closing else 1
        if depth == 0 and closing and _local_name(text, prefix) == "conditionalFormatting":
            taken += _our_part(tail, opened, found.end(), prefix)
        if depth < 0:
            break  # the end of the sheet
    kept, last = b"", 0
    for start, end in taken:
        kept, last = kept + tail[last:start], end
    gone_before = sum(end - start for start, end in taken if at is not None and start < at)
    return kept + tail[last:], (at or 0) - gone_before


def _our_part(tail: bytes, start: int, end: int, prefix: str) -> list[tuple[int, int]]:
    """Our rules of a conditional format: all of it where it has no others."""
    rule = re.compile(rb"<%bcfRule\b.*?</%bcfRule\s*>|<%bcfRule\b[^>]*/>" % ((prefix.encode(),) * 3), re.DOTALL)
    rules = [(found.start() + start, found.end() + start, found[0]) for found in rule.finditer(tail[start:end])]
    ours = [(first, last) for first, last, text in rules if _is_ours(text)]
    if ours and len(ours) == len(rules):
        return [(start, end)]
    return ours


def _is_ours(rule: bytes) -> bool:
    return _OURS in unescape(rule.decode("utf-8", "replace"), {"&quot;": '"', "&apos;": "'"})


def _local_name(tag: bytes, prefix: str) -> str:
    name = re.match(rb"</?([^\s/>]+)", tag)
    return name[1].decode("utf-8", "replace").removeprefix(prefix) if name else ""
