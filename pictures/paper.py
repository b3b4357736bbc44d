"""A picture of a page as a small file: lossy, as good as finds room."""

import io

from PIL import Image

MOST = 60 * 1024  # bytes
_QUALITIES = (80, 70, 60, 50, 40, 30)


def webp(png: bytes) -> bytes:
    image = Image.open(io.BytesIO(png)).convert("RGB")
    for quality in _QUALITIES:
        written = io.BytesIO()
        image.save(written, "WEBP", quality=quality, method=6)
        if len(written.getvalue()) <= MOST:
            break
    return written.getvalue()
