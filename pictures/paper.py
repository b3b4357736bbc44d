"""A picture of a page as a small file: lossy, as good as finds room."""

import io

from PIL import Image

MOST = 60 * 1024  # bytes
_QUALITIES = (80, 70, 60, 50, 40, 30)
_WIDTHS = (1.0, 0.8, 0.65)  # of a page that is full to its edges


def webp(png: bytes) -> bytes:
    """The best that has no more than ``MOST`` bytes; where none has, the smallest."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    for part in _WIDTHS:
        size = (round(image.width * part), round(image.height * part))
        shown = image if part == 1 else image.resize(size, Image.Resampling.LANCZOS)
        for quality in _QUALITIES:
            written = io.BytesIO()
            shown.save(written, "WEBP", quality=quality, method=6)
            if len(written.getvalue()) <= MOST:
                return written.getvalue()
    return written.getvalue()
