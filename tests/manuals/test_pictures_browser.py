"""A picture as ``make pictures`` takes it: steps are done, places marked, and what is written is small."""

import io
from typing import Any

from PIL import Image
from playwright.sync_api import Page

from pictures.paper import MOST, webp
from pictures.shots import Shot, fill
from pictures.taking import picture

MARK = (194, 65, 12)


def test_a_picture(page: Page, live_server: Any) -> None:
    marks = ["#id_username", "button[type=submit]"]
    shot = Shot("prueba", "", "/entrar/", steps=[fill("#id_username", "ana.ruiz")], marks=marks, only="main form")
    taken = picture(shot, page)
    image = Image.open(io.BytesIO(taken)).convert("RGB")
    assert image.width < 1366 and 150 < image.height < 400
    marked = [at for at, colour in enumerate(image.get_flattened_data()) if colour == MARK]
    assert {at // image.width < image.height / 2 for at in marked} == {True, False}  # the field's and the button's
    assert page.locator("#id_username").input_value() == "ana.ruiz"
    small = webp(taken)
    assert small == webp(picture(shot, page)) and len(small) < MOST and Image.open(io.BytesIO(small)).size == image.size
