"""How a file writes its decimals: told by the file itself, or asked once for all of it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from core.amounts import Style, both_ways, is_ambiguous, style_of
from core.formats import amount


@dataclass(frozen=True, slots=True)
class DecimalQuestion:
    """A text of the file that can be two numbers, where nothing else tells how the file writes decimals.

    ``point`` and ``comma``: what it is with a decimal point and with a decimal comma, as it would be shown.
    """

    row: int
    column: str
    text: str
    point: str
    comma: str

    def __str__(self) -> str:
        return (
            f"«{self.text}» (fila {self.row}, {self.column}) puede ser {self.point} o {self.comma}: "
            "diga si el archivo escribe los decimales con punto o con coma."
        )

    def as_texts(self) -> dict[str, str]:
        """For a page, which would print a row's number with a comma."""
        return {name: str(value) for name, value in asdict(self).items()}

    @property
    def options(self) -> str:
        """What answers it where a command asks."""
        return f"Repita con --decimal punto («{self.text}» es {self.point}) o con --decimal coma (es {self.comma})."


def decimals_of(
    written: Iterable[tuple[int, str, str]], said: Style | None, telling: Iterable[str] = ()
) -> tuple[Style | None, DecimalQuestion | None]:
    """The style of a file and, where nobody has ``said`` it and it does not tell, the question.

    ``written``: row, column and text of each amount that is written as text; stored numbers are never ambiguous and
    say nothing. ``telling``: other texts that tell the style and are never ambiguous themselves.
    """
    if said is not None:
        return said, None
    amounts = list(written)
    style = style_of([*(text for _, _, text in amounts), *telling])
    for row, column, text in amounts:
        if is_ambiguous(text, style):
            point, comma = both_ways(text)
            return style, DecimalQuestion(row, column, text, amount(point), amount(comma))
    return style, None
