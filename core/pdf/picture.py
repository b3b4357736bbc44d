"""A drawing (SVG) as PNG, by the typesetter and with the letters of the papers: the same drawing is the same bytes."""

import typst

from core.pdf.rendering import FONTS, PdfError

_DRAWN = """#set page(width: {width}pt, height: {height}pt, margin: 0pt)
#image(bytes(sys.inputs.drawing), format: "svg", width: 100%, height: 100%)"""


def png(drawing: str, width: int, height: int) -> bytes:
    """``width`` by ``height`` pixels. PdfError for what is no drawing."""
    source = _DRAWN.format(width=width, height=height).encode()
    compiler = typst.Compiler(
        source, font_paths=[str(FONTS)], ignore_system_fonts=True, sys_inputs={"drawing": drawing}
    )
    try:
        made: bytes = compiler.compile(format="png", ppi=72.0)
    except typst.TypstError as error:
        raise PdfError(str(error)) from error
    return made
