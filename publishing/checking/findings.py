"""What the check looks at and what it says of it."""

from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """A part of the check; the value is stored, the label is what people read."""

    label: str

    def __new__(cls, value: str, label: str) -> "Part":
        made = str.__new__(cls, value)
        made._value_, made.label = value, label
        return made

    CLOSINGS = "closings", "Cierres"
    TRAIL = "trail", "Bitácora"
    HEADS = "heads", "Cabezas guardadas fuera"
    FIGURES = "figures", "Capturas"
    CATALOGUE = "catalogue", "Catálogo, metas y umbrales"
    PAPERS = "papers", "Acuses y constancias"
    FILES = "files", "Archivos"
    SITE = "site", "Sitio público"
    RULES = "rules", "Reglas de la base de datos"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not hold: where, and a sentence that names it."""

    part: Part
    sentence: str


class Findings(list[Finding]):
    """All that one check found, in its order."""

    def add(self, part: Part, sentence: str) -> None:
        self.append(Finding(part, sentence))
