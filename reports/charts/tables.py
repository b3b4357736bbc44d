"""The data of a chart as a table."""

from dataclasses import dataclass

from django.utils.safestring import SafeString


@dataclass(frozen=True, slots=True)
class ChartTable:
    """Texts only; the first column names the row, ``numeric`` tells of each of the others if it holds figures.

    ``links`` are the addresses that explain each row's figures, empty where nothing does.
    """

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    links: tuple[str, ...] = ()

    @property
    def heading_cells(self) -> list[tuple[str, bool]]:
        return list(zip(self.headings, (False, *self.numeric), strict=True))

    @property
    def lines(self) -> list[tuple[str, str, list[tuple[str, bool]]]]:
        """Each row's name, the address that explains it, and its other cells, each with whether it holds a figure."""
        links = self.links or ("",) * len(self.rows)
        return [
            (name, link, list(zip(cells, self.numeric, strict=True)))
            for (name, *cells), link in zip(self.rows, links, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Chart:
    """What ``reports/_chart.html`` shows: the drawing and its data."""

    drawing: SafeString
    table: ChartTable
