"""The tables of a sample's file, for whoever opens them in a spreadsheet."""

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol

from core.models import TrailEntry
from core.moments import stamp_text
from core.spreadsheets import Column, Sheet, write_csv, write_workbook
from core.spreadsheets.writing import Look, Marked, Value
from indicators.history import history_line
from publishing.sampling import telling
from publishing.sampling.figures import Figure, Sealed
from publishing.sampling.population import Sample

# A workbook names a moment at which it was made; the same sample gives the same bytes.
_MADE = datetime(1980, 1, 1)
_SAMPLE = (
    Column("N.º", 6), Column("Clave", 14), Column("Mes", 12), Column("Estrato", 30), Column("Dependencia", 30),
    Column("Programa", 40), Column("Indicador", 45), Column("Numerador", 14), Column("Denominador", 14),
    Column("Porcentaje del mes", 14), Column("Archivos de evidencia", 12), Column("En el cierre", 12),
    Column("Avisos", 45), Column("Carpeta", 28),
)  # fmt: skip
_ANSWERS = (
    Column("Coincide con la evidencia", 16, choices=("sí", "no", "no se puede saber")),
    Column("Observaciones", 60),
)
_VERSIONS = (
    "Fecha y hora", "Quién", "En calidad de", "Acto", "Estado", "Numerador", "Denominador", "Motivo de 0/0",
    "Justificación", "Motivo",
)  # fmt: skip
_TRAIL = (
    "Sello número", "Sello (SHA-256)", "Sello anterior", "Sellado", "Coincide con su sello", "Archivo de lo sellado",
    "Fecha y hora", "Quién", "En calidad de", "Acto", "Sobre qué", "Cambios", "Motivo",
)  # fmt: skip
_STRATA = ("Estrato", "Nombre", "Población", "Muestra")


class Listed(Protocol):
    @property
    def values(self) -> list[Any]: ...


def sample_csv(lines: Iterable[Listed]) -> bytes:
    return _csv([*_SAMPLE, *_ANSWERS], ([*line.values, "", ""] for line in lines))


def sample_xlsx(lines: Iterable[Listed], about: dict[str, Any]) -> bytes:
    """The list to tick: two cells of each row are to be filled in."""
    blank = Marked(None, Look.OPEN)
    rows = [[*line.values, blank, blank] for line in lines]
    notes: list[Sequence[Value]] = [
        ("Municipio", about["municipality"]), ("Corte", about["cut"]), ("Cifras de la muestra", about["size"]),
        ("Población", about["population"]), ("Huella de la población", about["population_sha256"]),
        ("Semilla", about["seed"]), ("Estratos", about["strata"]),
    ]  # fmt: skip
    file = io.BytesIO()
    sheets = [
        Sheet("Muestra", [*_SAMPLE, *_ANSWERS], rows, frozen=3),
        Sheet("Acerca de", [Column("Dato", 24), Column("Valor", 80)], notes, filtered=False),
    ]
    write_workbook(sheets, file, created=_MADE)
    return file.getvalue()


def strata_csv(sample: Sample) -> bytes:
    rows = ([one.code, sample.labels[one.code], one.population, one.drawn] for one in sample.strata)
    return _csv(_named(_STRATA), rows)


def versions_csv(figure: Figure) -> bytes:
    return _csv(_named(_VERSIONS), telling.version_lines(figure))


def trail_csv(acts: Iterable[tuple[TrailEntry, Sealed | None]]) -> bytes:
    return _csv(_named(_TRAIL), (_act(entry, seal) for entry, seal in acts))


def _act(entry: TrailEntry, seal: Sealed | None) -> list[Value]:
    line = history_line(entry)
    of_seal: list[Value] = ["", "", "", "", telling.seal_words(None), ""]
    if seal is not None:
        one = seal.seal
        of_seal = [
            one.number, one.sha256, one.previous, stamp_text(one.sealed_at), telling.seal_words(seal), seal.name,
        ]  # fmt: skip
    return [
        *of_seal, line.at, line.who, line.capacity, line.act, line.subject, "\n".join(line.changes), line.reason,
    ]  # fmt: skip


def _named(headers: Iterable[str]) -> list[Column]:
    return [Column(header) for header in headers]


def _csv(columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> bytes:
    file = io.BytesIO()
    write_csv(columns, rows, file)
    return file.getvalue()
