"""A block copied from a spreadsheet, read cell by cell and laid over the rows of a month. Pure functions.

``blocks`` reads the cells, ``columns`` tells which of them are the pair, ``names`` knows the month's indicators by
what stands beside the figures, and ``laying`` puts each row in its place. Nothing is guessed: a cell that can mean two
things, a name that says another indicator than the place and whatever is not a number say so in their own sentence.
"""

from indicators.capture.paste.blocks import (
    BLANK,
    DENOMINATOR,
    MAX_CELLS,
    MAX_LETTERS,
    NUMERATOR,
    SIDES,
    PastedCell,
    PasteError,
    read_block,
    read_cell,
)
from indicators.capture.paste.laying import Choice, Layout, PastedRow, answered, lay_out
from indicators.capture.paste.names import Known

__all__ = [
    "BLANK",
    "DENOMINATOR",
    "MAX_CELLS",
    "MAX_LETTERS",
    "NUMERATOR",
    "SIDES",
    "Choice",
    "Known",
    "Layout",
    "PasteError",
    "PastedCell",
    "PastedRow",
    "answered",
    "lay_out",
    "read_block",
    "read_cell",
]
