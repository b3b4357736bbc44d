"""The drawings: what they show, what they must never hold, and whether everybody can tell their colours apart."""

import re
from decimal import Decimal
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest
from PIL import ImageFont

from core.formats import quantity
from core.pdf.rendering import FONTS
from reports.charts import (
    Bar,
    Bars,
    Sparkline,
    Trend,
    TrendPoint,
    bars,
    bars_table,
    palette,
    sparkline,
    trend,
    trend_table,
)
from reports.charts.year_line import PAPER, WIDE, YearLine, YearPoint, year_line, year_line_table

SVG = "{http://www.w3.org/2000/svg}"
MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")
LONG = "Solicitudes <atendidas> & «recibidas» " * 9


def make_trend(monthly=(), accumulated=(), expected=(), **kwargs) -> Trend:
    def at(values, index):
        return Decimal(str(values[index])) if index < len(values) and values[index] is not None else None

    points = tuple(
        TrendPoint(
            label,
            at(monthly, n),
            f"{at(monthly, n)} al mes",
            at(accumulated, n),
            f"{at(accumulated, n)} acumulado",
            at(expected, n),
            f"{at(expected, n)} esperado",
        )
        for n, label in enumerate(MONTHS)
    )
    return Trend(**{"key": "t", "title": "Avance", "description": "Al corte", "points": points, **kwargs})


def make_bar(value=95, target=100, expected=100, light="green", **kwargs) -> Bar:
    known = None if value is None else Decimal(str(value))
    texts = {"value_text": f"{value} %", "target_text": f"{target} %", "expected_text": f"{expected} %"}
    base = {"code": "PRE-02-01", "name": "Reuniones", "light": light, "light_text": palette.word(light), **texts}
    return Bar(value=known, target=Decimal(str(target)), expected=Decimal(str(expected)), **{**base, **kwargs})


def make_bars(*made: Bar) -> Bars:
    return Bars("b", "Cada indicador contra su meta", "Al corte", made)


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def of_kind(svg: str, name: str, **attributes: str) -> list[ElementTree.Element]:
    return [
        found
        for found in parsed(svg).iter(f"{SVG}{name}")
        if all(found.get(key.replace("_", "-")) == value for key, value in attributes.items())
    ]


EVERY = [
    trend(make_trend([80, 1000, None, 0, "0.00001"], [80, 90, 90, 70, 66], [100] * 12)),
    trend(make_trend()),
    trend(make_trend([0], [0])),
    trend(make_trend([10**12 - 1], [10**12 - 1], [5] * 12, unit="Solicitudes", title=LONG, description=LONG)),
    bars(make_bars(*(make_bar(light=light, name=LONG) for light in palette.FILLS))),
    bars(make_bars(make_bar(1000, light="over"), make_bar(None, light="none", light_text="sin captura"))),
    bars(make_bars(make_bar(3, 0, 0, ceiling=True), make_bar(0, 0, 0, ceiling=True), make_bar("0.00001"))),
    bars(make_bars()),
    sparkline(Sparkline(LONG, [Decimal(3), None, Decimal(4)])),
    sparkline(Sparkline("nada", [None] * 12)),
]


@pytest.mark.parametrize("svg", EVERY)
def test_is_one_well_formed_picture_with_a_role_and_a_name(svg):
    root = parsed(svg)
    assert (root.tag, root.get("role")) == (f"{SVG}svg", "img")
    names = (root.get("aria-labelledby") or "").split()
    described = [root.find(f"{SVG}{tag}[@id='{name}']") for tag, name in zip(("title", "desc"), names, strict=False)]
    assert root.get("aria-label") or (
        len(described) == 2 and all(found is not None and found.text for found in described)
    )


@pytest.mark.parametrize("svg", EVERY)
def test_holds_nothing_that_the_policy_forbids(svg):
    allowed = {"svg", "title", "desc", "defs", "pattern", "g", "path", "rect", "circle", "text"}
    for found in parsed(svg).iter():
        assert found.tag.removeprefix(SVG) in allowed
        assert not {name for name in found.attrib if name in ("style", "class", "href") or name.startswith("on")}
        assert all(value.startswith("url(#") for value in found.attrib.values() if "url(" in value)


@pytest.mark.parametrize("svg", EVERY)
def test_is_drawn_inside_its_paper(svg):
    width, height = (float(part) for part in parsed(svg).get("viewBox", "").split()[2:])
    root = parsed(svg)
    for found in [*root.findall(f"{SVG}rect"), *root.findall(f"{SVG}g/{SVG}rect[@stroke]")]:
        assert float(found.get("x", 0)) + float(found.get("width", 0)) <= width
        assert 0 <= float(found.get("y", 0)) <= height


@pytest.mark.parametrize("svg", EVERY)
def test_typst_draws_the_very_same_text(svg):
    import typst

    source = 'image(bytes(sys.inputs.svg), format: "svg", alt: "gráfica", width: 12cm)'
    pdf = typst.compile(
        f"#{source}".encode(), sys_inputs={"svg": svg}, font_paths=[str(FONTS)], ignore_system_fonts=True, format="pdf"
    )
    assert pdf.startswith(b"%PDF")


def test_a_trend_has_a_column_a_month_a_line_and_what_was_expected():
    svg = trend(make_trend([80, None, 60], [80, 80, 70], [50, 50, 100]))
    assert len(of_kind(svg, "rect", fill=palette.COLUMN)) == 1 + 2  # the legend's and two months
    assert len(of_kind(svg, "circle", fill=palette.ACCENT)) == 1 + 3
    (line,) = (found for found in of_kind(svg, "path", stroke=palette.ACCENT) if "L" in found.get("d", ""))
    assert line.get("d", "").count("L") == 2
    (steps,) = (found for found in of_kind(svg, "path", stroke_dasharray="5 4") if "H" in found.get("d", ""))
    assert steps.get("d", "").count("V") == 2
    assert "Esperado al corte" in svg


def test_a_line_breaks_where_a_month_has_nothing():
    svg = trend(make_trend([], [80, None, 70, 60]))
    (line,) = (found for found in of_kind(svg, "path", stroke=palette.ACCENT) if "L" in found.get("d", ""))
    assert line.get("d", "").count("M") == 2
    assert "Esperado al corte" not in svg


def columns_of(svg):
    return [found for found in of_kind(svg, "rect", fill=palette.COLUMN) if found.get("width") != "10"]


def breaks_of(svg):
    return of_kind(svg, "path", stroke=palette.PAPER, stroke_width="3")


def texts_of(svg):
    return [found.text or "" for found in of_kind(svg, "text")]


@pytest.mark.parametrize(
    ("monthly", "accumulated", "unit", "said"),
    [
        ([80, 1000], [80, 90], "%", ["1,000 %"]),
        ([80, 110], [80, 90], "%", []),  # the axis grows
        ([20, "83.67"], [20, 40], "%", []),  # a percentage is whole up to 100
        ([20, "83.67", 400], [20, 40, 41], "%", ["400 %"]),  # and one that is whole stays so beside one that is not
        (["175.125", 800, 300], [60, 70, 71], "%", ["175.13 %", "800 %", "300 %"]),
        ([12, 5], [2, 3], "Solicitudes", ["12"]),
        ([5, 5], [5, 10], "Solicitudes", []),
        ([175, 800], [], "%", []),  # nothing that it would press flat
    ],
)
def test_a_month_beyond_the_axis_says_so_at_its_column_or_the_axis_grows(monthly, accumulated, unit, said):
    svg = trend(make_trend(monthly, accumulated, unit=unit))
    assert len(breaks_of(svg)) == len(said)
    figures = [found for found in of_kind(svg, "text", font_weight="600") if found.get("text-anchor") == "middle"]
    assert [found.text for found in figures] == said
    tops = {column.get("x"): float(column.get("y")) for column in columns_of(svg)}
    beside = [float(found.get("y")) for found in figures]
    assert all(0 < y < min(tops.values()) for y in beside)
    # What is not broken is as high as it is, on the scale of the marks at the left.
    scale = of_kind(svg, "text", text_anchor="end")
    most = float((scale[-1].text or "").replace(",", "").removesuffix("%"))
    bottom, top = (float(scale[n].get("y")) - 4.5 for n in (0, -1))
    for value, column in zip(monthly, columns_of(svg), strict=True):
        share = min(float(value) / most, 1)
        assert float(column.get("height")) == pytest.approx((bottom - top) * share, abs=0.1)
        assert (share == 1 and float(value) > most) is (quantity(Decimal(str(value))) in " ".join(said).split())


def test_neighbours_that_are_broken_off_do_not_write_over_each_other():
    svg = trend(make_trend([1_234_567] * 12, [80] * 12))
    figures = [found for found in of_kind(svg, "text", font_weight="600") if found.get("text-anchor") == "middle"]
    assert len(figures) == 12
    letters = ImageFont.truetype(str(FONTS / "SourceSans3-SemiBold.ttf"), 100)
    for one, other in pairwise(figures):
        width = letters.getlength(one.text or "") / 100 * 12
        apart = float(other.get("x")) - float(one.get("x"))
        assert one.get("y") != other.get("y") or width < apart


def test_months_that_hardly_differ_are_no_mountain():
    """A tenth of a point is not drawn as a fall."""

    def rise(*values):
        drawn = of_kind(sparkline(Sparkline("año", [Decimal(str(value)) for value in values])), "path")[0]
        heights = [float(part.rsplit(",", 1)[1].removesuffix("h0")) for part in drawn.get("d", "").split("L")]
        return max(heights) - min(heights)

    assert rise("89.9", "90.1") < 1
    assert rise(60, 60) == 0
    assert rise(60, 90) > 8
    assert rise(0, 90) > 15
    assert rise("0.5", 4) > 10  # of what is small a little is much


def test_the_line_of_a_border_does_not_strike_the_last_figure_through():
    """It stands above its point, where the border may pass: it is drawn over the line, on a ground of its own."""
    points = (YearPoint("ene", Decimal(80), "80.00 %"), YearPoint("feb", Decimal("86.5"), "86.50 %"))
    data = YearLine("y", "Año", "Al corte", points, ("2016", ""), (Decimal(90),))
    drawn = list(ElementTree.fromstring(year_line(data)))
    figure = next(one for one in drawn if one.text == "86.50 %")
    border = next(one for one in drawn if one.get("stroke") == palette.INK_SOFT)
    above = float(figure.get("y")) - float(border.get("d").split(",")[1].split()[0])
    assert 0 < above < 13, "the line passes through the letters"
    assert drawn.index(border) < drawn.index(figure)
    assert (figure.get("stroke"), figure.get("paint-order")) == (palette.PAPER, "stroke")


@pytest.mark.parametrize("sheet", [WIDE, PAPER])
@pytest.mark.parametrize(
    ("beside", "most", "said"),
    [(90, 100, ""), (120, 130, ""), (512.5, 150, "Global hasta 512.5 %, más de lo que cabe")],
)
def test_the_line_beside_is_told_apart_and_says_how_far_it_goes_beyond_the_scale(sheet, beside, most, said):
    values = ((80, 70), (85, beside))
    points = tuple(
        YearPoint(label, Decimal(now), f"{now} %", Decimal(60), "60 %", beside=Decimal(str(at)), beside_text=f"{at} %")
        for label, (now, at) in zip(MONTHS, values, strict=False)
    )
    borders = (Decimal(70), Decimal(90))
    data = YearLine("y", "Año", "Al corte", points, ("2016", "2015"), borders, ("Cumplimiento", "Global"), sheet)
    svg = year_line(data)
    (dashed,) = (one for one in of_kind(svg, "path", stroke=palette.COLUMN) if "L" in one.get("d", ""))
    (whole,) = (one for one in of_kind(svg, "path", stroke=palette.ACCENT) if "L" in one.get("d", ""))
    assert dashed.get("stroke-dasharray") and not whole.get("stroke-dasharray")
    assert float(dashed.get("stroke-width")) < float(whole.get("stroke-width"))
    words = texts_of(svg)
    assert {"Cumplimiento", "Global", "2015", "85 %", str(most)} <= set(words)
    assert [one for one in words if "hasta" in one] == ([said] if said else [])
    heights = [float(y) for path in (dashed, whole) for y in re.findall(r"[ML][\d.]+,(-?[\d.]+)", path.get("d"))]
    assert min(heights) > 0 and max(heights) < sheet.height
    table = year_line_table(data)
    assert table.headings == ("Mes", "Cumplimiento", "Global", "Cumplimiento de 2015")
    assert table.rows[1] == ("feb", "85 %", f"{beside} %", "60 %")


def test_a_year_without_anything_says_so():
    assert "Sin datos hasta el corte" in trend(make_trend([], [], [100] * 12))
    assert "Sin datos hasta el corte" not in trend(make_trend([0], [0]))


def test_a_bar_ends_where_its_value_is_and_a_notch_where_it_was_expected():
    half, full = (
        of_kind(bars(make_bars(make_bar(value, 100, value))), "rect", stroke=palette.FILLS["green"])[0]
        for value in (50, 100)
    )
    assert float(full.get("width", 0)) == pytest.approx(2 * float(half.get("width", 0)), abs=0.02)
    svg = bars(make_bars(make_bar(20, 100, 50)))
    (notch,) = of_kind(svg, "path", stroke=palette.INK)
    end = 268 + float(half.get("width", 0))
    assert float(notch.get("d", "").removeprefix("M").split(",")[0]) == pytest.approx(end, abs=0.02)


def test_a_bar_of_nothing_and_no_bar_are_two_things():
    assert len(of_kind(bars(make_bars(make_bar(0, light="red"))), "rect", stroke=palette.FILLS["red"])) == 1
    svg = bars(make_bars(make_bar(None, light="none", light_text="sin captura")))
    assert "sin captura" in svg and not of_kind(svg, "rect", stroke=palette.FILLS["none"])


def test_a_bar_beyond_the_scale_is_broken_off():
    for value, target, said in (
        (150, 100, None),
        (1000, 100, "hasta 1,000.00 % de su meta"),
        (5, 3, "hasta 166.67 % de su meta"),
    ):
        svg = bars(make_bars(make_bar(value, target, light="over")))
        assert len(breaks_of(svg)) == bool(said)
        assert [words for words in texts_of(svg) if "hasta" in words] == ([said] if said else [])


def test_a_long_name_is_whole_in_the_drawing_s_title_and_in_the_table():
    data = make_bars(make_bar(name=LONG))
    assert any(found.text and LONG.strip() in found.text for found in of_kind(bars(data), "title"))
    assert LONG in bars_table(data).lines[0][0]


def test_the_tables_say_every_number_of_the_drawings():
    data = make_trend([80, None], [80, 80], [100] * 12)
    table = trend_table(data)
    assert table.headings == ("Mes", "Cada mes", "Acumulado desde enero", "Esperado al corte")
    assert table.lines[0] == ("ene", "", [("80 al mes", True), ("80 acumulado", True), ("100 esperado", True)])
    assert len(table.lines) == 12
    assert len(trend_table(make_trend([1], [1])).headings) == 3
    row = bars_table(make_bars(make_bar())).rows[0]
    assert row == ("PRE-02-01 Reuniones", "95 %", "100 %", "100 %", "95.00 %", "verde")


def test_a_scale_of_almost_nothing_still_has_marks_that_differ():
    labels = [found.text for found in of_kind(trend(make_trend([], ["0.00001"])), "text") if "%" in (found.text or "")]
    assert len(labels) == len(set(labels)) > 2


@pytest.mark.parametrize(
    "text",
    [
        "999,999,999,999.9999 Solicitudes de información pública",
        "72 Mantenimientos",
        "1,000 MANTENIMIENTOS MAYORES",
        "99,999,990.00 %",
    ],
)
def test_long_amounts_and_units_stay_on_the_paper(text):
    """Measured with the letters of the PDF, which are those of the page."""
    svg = bars(make_bars(make_bar(value_text=text, expected_text=text), make_bar(None, light_text=text)))
    beside = [found for found in of_kind(svg, "text") if float(found.get("x", 0)) > 560]
    assert len(beside) == 5
    for found in beside:
        face = "SemiBold" if found.get("font-weight") else "Regular"
        letters = ImageFont.truetype(str(FONTS / f"SourceSans3-{face}.ttf"), 100)
        width = letters.getlength(found.text or "") / 100 * float(found.get("font-size", 0))
        assert float(found.get("x", 0)) + width <= 760, found.text
    assert text in bars_table(make_bars(make_bar(value_text=text))).rows[0]


def test_two_charts_of_a_page_do_not_share_their_names():
    both = bars(make_bars(make_bar(light="red"))) + trend(make_trend())
    ids = [found.get("id") for found in parsed(f"<div>{both}</div>").iter() if found.get("id")]
    assert len(ids) == len(set(ids))


# Colours. Luminance and contrast of WCAG 2; colour blindness by Machado, Oliveira and Fernandes 2009 (severity 1).
BLINDNESS = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
    "none": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
}
APART = 14  # CIE 1976 difference: about 2.3 is just noticeable, 10 is seen at a glance


def linear(color: str) -> tuple[float, ...]:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return tuple(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)


def luminance(color: str) -> float:
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear(color), strict=True))


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lab(rgb: tuple[float, ...]) -> tuple[float, float, float]:
    rows = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    xyz = [sum(w * max(part, 0) for w, part in zip(row, rgb, strict=True)) for row in rows]
    x, y, z = (
        (part / white) ** (1 / 3) if part / white > 0.008856 else 7.787 * part / white + 16 / 116
        for part, white in zip(xyz, (0.9505, 1.0, 1.089), strict=True)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def seen(color: str, blindness: str) -> tuple[float, float, float]:
    rgb = linear(color)
    return lab(tuple(sum(w * part for w, part in zip(row, rgb, strict=True)) for row in BLINDNESS[blindness]))


@pytest.mark.parametrize("blindness", BLINDNESS)
@pytest.mark.parametrize("pair", list(combinations(palette.FILLS, 2)), ids="-".join)
def test_lights_are_told_apart_by_colour_alone(blindness, pair):
    one, other = (seen(palette.FILLS[light], blindness) for light in pair)
    assert sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5 >= APART


def test_shapes_have_three_to_one_and_texts_four_and_a_half_to_one():
    for color in (*palette.FILLS.values(), palette.ACCENT, palette.COLUMN, palette.INK):
        assert contrast(color, palette.PAPER) >= 3, color
    for color in (palette.INK, palette.INK_SOFT):
        assert contrast(color, palette.PAPER) >= 4.5, color


def test_each_light_has_a_shape_and_a_pattern_of_its_own():
    marks = [palette.mark(light, 0, 0).replace(palette.FILLS[light], "") for light in palette.FILLS]
    fills = [palette.fill("k", light) for light in palette.FILLS]
    assert len(set(marks)) == len(set(fills)) == len(palette.FILLS)


@pytest.mark.parametrize("most", ["0.00001", "0.0008888", "0.004", "0.3", "1", "2.5", "92.31", "150", "120000", "0"])
def test_no_two_marks_of_an_axis_read_alike(most):
    svg = trend(make_trend(accumulated=[most]))
    marks = [found.text for found in of_kind(svg, "text", **{"text-anchor": "end"})]
    assert len(marks) >= 2 and len(set(marks)) == len(marks)
    assert marks[0] == "0 %"


def test_a_tiny_value_rises_from_its_axis():
    (dot,) = of_kind(trend(make_trend(accumulated=["0.00001"])), "circle", r="4.4")
    assert float(dot.get("cy")) < 100


def test_no_bar_is_a_part_of_a_target_of_0():
    above = bars(make_bars(make_bar("0.0009", target=0, expected=0, light="red", ceiling=True)))
    assert "La meta es 0" in above
    assert not of_kind(above, "rect", height="18")
    assert of_kind(bars(make_bars(make_bar(0, target=0, expected=0, ceiling=True))), "rect", height="18")
