"""The picture of a closing's lights, shown where somebody sends a link to it: an SVG, and the same as PNG."""

import textwrap
from collections.abc import Iterator

from django.utils.html import escape

from core.lights import LIGHTS
from core.pdf.picture import png
from publishing.document.borders import percent_text
from publishing.published import DEMO
from publishing.site.drawing import DRAWING, PICTURE, PICTURE_SIZE
from publishing.site.reading import Cut
from publishing.site.words import by_the_cut, plain
from reports.charts import palette
from reports.charts.svg import element, fitting, text

_EDGE = 72
_LINE = 42  # letters of a line of the plan's name


def pictures(cut: Cut) -> Iterator[tuple[str, bytes]]:
    drawing = lights_svg(cut)
    yield cut.at(DRAWING), drawing.encode()
    yield cut.at(PICTURE), png(drawing, *PICTURE_SIZE)


def lights_svg(cut: Cut) -> str:
    """Compliance as it is written, the lights as a bar and in words; no name but those of town and plan."""
    width, height = PICTURE_SIZE
    room = width - 2 * _EDGE
    document, plan = cut.document, cut.document["plan_results"]
    content = [element("rect", width=width, height=height, fill=palette.PAPER)]
    content.append(element("rect", width=width, height=18, fill=palette.ACCENT))
    content.append(
        text(fitting(plain(document["municipality"]), room, 32), _EDGE, 92, font_size=32, fill=palette.INK_SOFT)
    )
    name = textwrap.wrap(plain(document["plan"]), _LINE, max_lines=2, placeholder=" …") or [""]
    for place, line in enumerate(name):
        shown = fitting(line, room, 46, bold=True)
        content.append(text(shown, _EDGE, 156 + 54 * place, font_size=46, font_weight=600, fill=palette.INK))
    top = 156 + 54 * (len(name) - 1)
    shown = f"{cut.name_of_cut} · {DEMO}" if cut.place.demo else cut.name_of_cut
    content.append(text(shown, _EDGE, top + 56, font_size=34, fill=palette.INK_SOFT))
    share = percent_text(plan["compliance"], cut.borders)
    content.append(text(share, _EDGE, 400, font_size=104, font_weight=600, fill=palette.ACCENT))
    wide = 53 * len(share)
    if plan["compliance"] is not None:
        words = fitting(f"de lo que se esperaba {by_the_cut(document)}", room - wide, 34)
        content.append(text(words, _EDGE + wide + 12, 400, font_size=34, fill=palette.INK))
    content.append(_bar(plan["lights"], room))
    content.append(_words(plan["lights"]))
    return element(
        "svg",
        element("title", escape(cut.lights_say)) + "".join(content),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
        font_family=palette.FONT,
    )


def _bar(lights: dict[str, int], room: float) -> str:
    shown = [(code, lights[code]) for code in LIGHTS if lights.get(code)]
    total, x, parts = sum(count for _, count in shown), float(_EDGE), []
    for code, count in shown:
        width = room * count / total
        parts.append(element("rect", x=x, y=440, width=max(width - 4, 3), height=56, fill=palette.FILLS[code]))
        x += width
    return "".join(parts)


def _words(lights: dict[str, int]) -> str:
    x, parts = float(_EDGE), []
    for code in LIGHTS:
        if not lights.get(code):
            continue
        said = f"{lights[code]:,} {palette.word(code)}"
        parts.append(palette.mark(code, x + 12, 551, 12))
        parts.append(text(said, x + 34, 562, font_size=34, fill=palette.INK))
        x += 34 + 18 * len(said) + 40
    return "".join(parts)
