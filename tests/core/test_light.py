import pytest
from django.template import Context, Template

from core.lights import LIGHTS


def render(source: str, **context: object) -> str:
    return Template("{% load pmd %}" + source).render(Context(context))


@pytest.mark.parametrize("code, word", [(code, word) for code, (word, _) in LIGHTS.items()])
def test_a_light_is_a_word_a_shape_and_a_colour(code: str, word: str) -> None:
    shown = render("{% light code %}", code=code)
    assert word in shown
    assert LIGHTS[code][1] in shown
    assert f"light-{code}" in shown


def test_the_shapes_differ() -> None:
    assert len({shape for _, shape in LIGHTS.values()}) == len(LIGHTS)


def test_without_a_light_the_reason_is_shown_and_escaped() -> None:
    shown = render("{% light None reason %}", reason="sin captura <b>")
    assert "sin captura &lt;b&gt;" in shown
    assert "light-none" in shown


def test_a_year_has_no_thousands() -> None:
    assert render("{{ 2016|year }}") == "2016"
