"""In the dark, and in colours that the reader's system chooses, a drawing is told as well as on paper."""

import re
from itertools import combinations

import pytest
from django.conf import settings

from reports.charts import palette
from reports.charts.year_line import EARLIER
from tests.reports.charts.test_charts import APART, BLINDNESS, contrast, seen

SHEET = (settings.BASE_DIR / "static" / "css" / "schemes.css").read_text()
FORCED_AT = SHEET.index("@media (forced-colors: active)")
MADE = {
    *(getattr(palette, name) for name in dir(palette) if re.match(r"#", str(getattr(palette, name)))),
    *palette.FILLS.values(),
    EARLIER,
}


def variables(part: str) -> dict[str, str]:
    return dict(re.findall(r"--((?:chart|pmd)-[a-z-]+): ([^;]+);", part))


DARK, FORCED = variables(SHEET[:FORCED_AT]), variables(SHEET[FORCED_AT:])


def dark(name: str) -> str:
    """The colour of that variable, through the variable that it takes it from."""
    value = DARK[name]
    return dark(value[6:-1]) if value.startswith("var(--") else value


@pytest.mark.parametrize("colour", sorted(MADE))
@pytest.mark.parametrize("attribute", ["fill", "stroke"])
def test_each_colour_of_a_drawing_has_its_own_in_a_scheme(colour: str, attribute: str) -> None:
    found = re.search(rf'svg \[{attribute}="{colour}"\] \{{ {attribute}: var\(--(chart-[a-z]+)\); \}}', SHEET)
    assert found and found[1] in DARK and found[1] in FORCED


@pytest.mark.parametrize("blindness", BLINDNESS)
@pytest.mark.parametrize("pair", list(combinations(palette.FILLS, 2)), ids="-".join)
def test_lights_are_told_apart_by_colour_in_the_dark(blindness: str, pair: tuple[str, str]) -> None:
    one, other = (seen(dark(f"chart-{light}"), blindness) for light in pair)
    assert sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5 >= APART


@pytest.mark.parametrize("name", [f"chart-{light}" for light in palette.FILLS] + ["chart-column", "chart-earlier"])
def test_shapes_stand_out_from_the_dark(name: str) -> None:
    assert contrast(dark(name), DARK["pmd-ground"]) >= 3


@pytest.mark.parametrize("name", ["chart-ink", "chart-soft", "chart-accent", "pmd-ink", "pmd-ink-soft", "pmd-accent"])
@pytest.mark.parametrize("ground", ["pmd-ground", "pmd-paper", "pmd-accent-soft"])
def test_texts_are_read_in_the_dark(name: str, ground: str) -> None:
    assert contrast(dark(name), DARK[ground]) >= 4.5


@pytest.mark.parametrize("light", ["green", "amber", "red", "over", "none"])
@pytest.mark.parametrize("ground", ["pmd-ground", "pmd-paper", "soft"])
def test_the_words_of_lights_are_read_in_the_dark(light: str, ground: str) -> None:
    assert contrast(DARK[f"pmd-{light}"], DARK[f"pmd-{light}-soft" if ground == "soft" else ground]) >= 4.5
