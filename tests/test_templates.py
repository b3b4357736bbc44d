"""What pages have in common is written once: their heads, and what stands where there is nothing to show."""

import re

import pytest
from django.conf import settings
from django.template import engines

TEMPLATES = settings.BASE_DIR / "templates"
# Pages that stand alone (those of a sample are read from a disk), and heads that are a part of something else: the
# month's bar, a paper, a sheet's own line.
OWN_HEAD = {
    "_page_head.html", "500.html", "503.html", "reports/plan/dashboard.html", "indicators/capture/month.html",
    "indicators/capture/paste.html", "indicators/papers/paper.html",
    "publishing/sampling/file/index.html", "publishing/sampling/file/figure.html",
}  # fmt: skip
OWN_EMPTY = {"_nothing.html", "reports/address/no_year.html"}


def pages() -> list[tuple[str, str]]:
    return [(path.relative_to(TEMPLATES).as_posix(), path.read_text()) for path in sorted(TEMPLATES.rglob("*.html"))]


def drawn(source: str) -> str:
    return engines["django"].from_string(source).render({"name": "A & <b>"})


def test_no_page_writes_its_own_head() -> None:
    assert {name for name, text in pages() if "<h1" in text and not name.startswith("accounts/")} <= OWN_HEAD


def test_no_page_writes_its_own_nothing() -> None:
    assert {name for name, text in pages() if re.search(r"class=\"empty\b", text)} <= OWN_EMPTY


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{% page_head %} {{ name }} {% endpage_head %}", '<div class="page-head"><h1>A &amp; &lt;b&gt;</h1></div>'),
        (
            '{% page_head %}Plan{% beside %}<p class="where">2016</p>{% endpage_head %}',
            '<div class="page-head"><h1>Plan</h1><div class="page-beside"><p class="where">2016</p></div></div>',
        ),
        ("{% nothing %}Nada de {{ name }}.{% endnothing %}", '<p class="empty">Nada de A &amp; &lt;b&gt;.</p>'),
        (
            '{% nothing %}Nada.{% step %}<a href="/">Ir</a>{% endnothing %}',
            '<p class="empty">Nada. <span class="step"><a href="/">Ir</a></span></p>',
        ),
    ],
)
def test_a_head_and_a_nothing_hold_what_they_are_given(source: str, expected: str) -> None:
    assert drawn(source).strip() == expected
