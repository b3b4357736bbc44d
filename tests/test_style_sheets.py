"""Letters, distances and colours come from the scales at the head of pmd.css: no style sheet writes its own."""

import re
from pathlib import Path

import pytest
from django.conf import settings

SHEETS = settings.BASE_DIR / "static" / "css"
# What stands alone: the page of a failure asks for no other style sheet, the admin has Django's own.
ALONE = {"error.css", "catalog/admin.css"}
NAMES = sorted(name for path in SHEETS.rglob("*.css") if (name := path.relative_to(SHEETS).as_posix()) not in ALONE)

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
DECLARATION = re.compile(r"(?<![\w-])([a-z-]+)\s*:\s*([^;{}]+)(?=[;}])")
COLOUR = re.compile(
    r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch)a?\("
    r"|(?<![\w-])(?:white|black|red|green|gr[ae]y|blue)(?![\w-])"
)
DISTANCE = re.compile(
    r"^(?:scroll-)?(?:padding|margin)(?:-|$)|^(?:row-|column-)?gap$|^(?:inset|top|right|bottom|left)$"
)
LENGTH = re.compile(r"(?<![\w.-])-?\d*\.?\d+(?:rem|pt|cm|mm)\b|(?<![\w.-])-?(?:[4-9]|\d\d+)px\b")
TYPE = re.compile(r"^font(?:-size)?$")
# «em» follows the letters it stands among, and a hair's breadth of pixels is no distance.
LETTER = re.compile(r"^(?:var\(--type-[a-z]+\)|0|inherit|\d*\.?\d+em|[1-9]\d?%)$")
ALLOWED = {
    ("papers.css", "margin-top: 4.5rem"),  # room to sign
    ("catalog/tree.css", "padding-right: 17rem"),  # the width of what stands beside the branch
    ("pmd.css", "margin: 1.5cm"),  # the edge of the paper
    ("reports/program-year.css", "margin: 1cm"),
    ("print.css", "font-size: 9.5pt"),  # on paper: that of which «rem» is a part
}


def written(name: str) -> list[tuple[str, str]]:
    return DECLARATION.findall(COMMENT.sub("", (SHEETS / name).read_text()))


def faults(name: str) -> list[str]:
    found = []
    for key, value in written(name):
        wrong = (
            COLOUR.search(value)
            or (TYPE.search(key) and not LETTER.search(value.strip()))
            or (DISTANCE.search(key) and LENGTH.search(value))
        )
        if wrong and not key.startswith("--") and (name, f"{key}: {value.strip()}") not in ALLOWED:
            found.append(f"{key}: {value.strip()}")
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_style_sheet_uses_the_scales(name: str) -> None:
    assert faults(name) == []


@pytest.mark.parametrize("name", NAMES)
def test_only_the_head_of_pmd_a_scheme_and_the_paper_define_them(name: str) -> None:
    """A page may not shift a step for itself; what is Bootstrap's (``--bs-…``) takes its value from ours."""
    if name in ("pmd.css", "print.css", "schemes.css"):
        return
    text = COMMENT.sub("", (SHEETS / name).read_text())
    assert not re.findall(r"(?<![\w(-])--(?:type|space|pmd|chart)-[a-z0-9-]+\s*:", text)


@pytest.mark.parametrize("name", NAMES)
def test_every_variable_of_ours_is_defined(name: str) -> None:
    """A name that is misspelt has no value, and whatever used it looks as if nothing were wrong."""
    defining = (SHEETS / "pmd.css").read_text() + (SHEETS / "schemes.css").read_text()
    defined = set(re.findall(r"(--(?:type|space|pmd|chart)-[a-z0-9-]+)\s*:", defining))
    assert set(re.findall(r"var\((--(?:type|space|pmd|chart)-[a-z0-9-]+)", (SHEETS / name).read_text())) <= defined


@pytest.mark.parametrize(
    ("css", "found"),
    [
        ("a { color: #1f2a30; }", True),
        ("a { border: 1px solid rgba(0, 0, 0, 0.5); }", True),
        ("a { background: white }", True),
        ("a { padding: 0.3rem 0; }", True),
        ("a { margin-inline-start: 3pt; }", True),
        ("a { gap: 12px; }", True),
        ("a { font-size: 0.93rem; }", True),
        ("a { font: 1rem serif; }", True),
        ("a { padding: 0.1em var(--space-2); margin: 0 auto; font-size: var(--type-fine); }", False),
        ("a { bottom: -1px; left: 0; width: 12rem; color: var(--pmd-ink); border-color: transparent; }", False),
    ],
)
def test_what_is_no_step_of_a_scale_is_found(css: str, found: bool, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setitem(faults.__globals__, "SHEETS", tmp_path)
    (tmp_path / "tried.css").write_text(css)
    assert bool(faults("tried.css")) is found
