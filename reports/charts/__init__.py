"""Charts as SVG: one drawing that serves the page, its print and the PDF.

A chart takes numbers and texts that were computed elsewhere and returns markup to put into a page or to hand to typst
as an image. It holds presentation attributes only (the Content-Security-Policy forbids inline style and script), says
what it is by ``role="img"`` with a title and a description, and is reached by the keyboard. Its data as a table comes
from ``trend_table`` and ``bars_table``: every place that shows a chart shows that table too.
"""

from reports.charts.bars import Bar, Bars, bars, bars_table
from reports.charts.lights import LightPart, lights_bar
from reports.charts.sparkline import Sparkline, sparkline
from reports.charts.tables import Chart, ChartTable
from reports.charts.trend import NARROW, Trend, TrendPoint, trend, trend_table
from reports.charts.year_line import PAPER, WIDE, YearLine, YearPoint, year_line, year_line_table

__all__ = [
    "NARROW", "PAPER", "WIDE", "Bar", "Bars", "Chart", "ChartTable", "LightPart", "Sparkline", "Trend", "TrendPoint",
    "YearLine", "YearPoint", "bars", "bars_table", "lights_bar", "sparkline", "trend", "trend_table", "year_line",
    "year_line_table",
]  # fmt: skip
