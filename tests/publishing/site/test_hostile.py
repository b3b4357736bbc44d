"""Names and codes that somebody typed to do harm, or without thinking of pages: what they become is text, and stays."""

import re
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from publishing.addresses import axis_page, indicator_page, program_page, stem
from tests.publishing.export.altering import said_of
from tests.publishing.export.documents import a_closing, a_program, an_indicator, sealed
from tests.publishing.site.reading import broken, page, pages, published

RIGHT_TO_LEFT = "\N{RIGHT-TO-LEFT OVERRIDE}oirartnoc la\N{POP DIRECTIONAL FORMATTING}"
NAMES = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "../../etc/passwd",
    "=HYPERLINK(1)",
    "{{ 7 * 7 }} {% raw %}",
    "]]> --> </title></svg></style>",
    RIGHT_TO_LEFT,
    "\N{RIGHT-TO-LEFT ISOLATE}sin cerrar",
    "a" * 500,
    "مرحبا بالعالم",
    "línea\ncon\tsaltos",
    "&lt;ya escapado&gt; &amp;",
    "javascript:alert(1)",
]
ODD = [
    *(
        "ÑU 1/2",
        "..",
        ".",
        "",
        "CON",
        "con",
        "aux.html",
        "INDEX",
        "index",
        "PRE-01",
        "pre-01",
        "Pre-01",
        "1.2b",
        "1.2B",
    ),
    *("A" * 300, "a/b", "a\\b", "%2e%2e", "lista_2", "PRE-01.", ".PRE", "A B", "A-B", "A--B", "🙂", "NUL.1", "COM1"),
]
LABELS = (
    *("name", "definition", "action", "unit", "source", "responsible_area", "numerator_label", "denominator_label"),
)
NOWHERE = {"objective": None, "strategy": None}
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_text_wherever_it_stands(tmp_path: Path, name: str) -> None:
    _holds(tmp_path, name)


@settings(max_examples=10)
@given(name=ANY)
@example(name="\x7f\x80\ufeff\u2028")
def test_any_name_is_text(name: str) -> None:
    with TemporaryDirectory() as folder:
        _holds(Path(folder), name)


def _holds(root: Path, name: str) -> None:
    labels = dict.fromkeys(LABELS, name)
    made = a_program("PRE-01", [an_indicator("PRE-01-01", {1: ("1", "2")}, **labels)], name=name, description=name)
    document = a_closing([{**made, "objectives": [name]}])
    document |= {"municipality": name, "plan": name}
    document["departments"][0]["name"] = name
    document["axes"][0]["name"] = document["axes"][0]["objectives"][0]["name"] = name
    published(root, [sealed(document)])
    found = pages(root)
    assert broken(root, found) == []
    for place, read in found.items():
        assert read.faults == [], place
        assert not {"script", "img", "style"} & set(read.tags), place
        turning = re.findall("[\u202a-\u202e\u2066-\u2069]", read.title + read.metas["og:title"])
        assert turning == [], place
    own = page(root, "2016/09/programas/PRE-01.html")
    assert "".join(own.h1.removeprefix("PRE-01").split()) == "".join(_readable(name).split())
    assert "bdi" in own.tags


def _readable(name: str) -> str:
    return "".join(letter for letter in name if letter >= " " or letter == "\n")


# --- Addresses


@pytest.mark.parametrize("code", ["PRE-01", "1", "1.2", "PRE-02-03-B", "OBP"])
def test_a_plain_code_is_its_own_address(code: str) -> None:
    assert stem(code) == code


@pytest.mark.parametrize("code", [code for code in ODD if code not in ("PRE-01", "1.2B", "A-B")])
def test_any_other_becomes_one_that_every_disk_takes(code: str) -> None:
    assert re.fullmatch(r"[a-z0-9-]{0,40}_[0-9a-f]{16}", stem(code))


def test_codes_that_look_alike_have_addresses_that_do_not() -> None:
    found = [stem(code).casefold() for code in ODD]
    assert len(set(found)) == len(ODD)


@given(ANY)
def test_an_address_never_leaves_its_folder(code: str) -> None:
    for name in (program_page(code), indicator_page(code), axis_page(code)):
        path = PurePosixPath(name)
        assert len(path.parts) == 2 and path.suffix == ".html"
        assert re.fullmatch(r"[A-Za-z0-9_.-]+", path.name) and ".." not in name
        assert not path.name.startswith(".") and len(path.name) < 64


@given(st.lists(ANY, unique=True, max_size=30))
def test_no_two_codes_share_an_address_even_where_capitals_do_not_count(codes: list[str]) -> None:
    assert len({stem(code).casefold() for code in codes}) == len(codes)


def test_odd_codes_have_pages_that_links_reach(tmp_path: Path) -> None:
    programs = [
        a_program(
            f"{code}P{place}",
            [an_indicator(code, {1: ("1", "2")})],
            department=code,
            axis=code,
            objective=None,
            strategy=None,
        )
        for place, code in enumerate(ODD)
    ]
    published(tmp_path, [sealed(a_closing(sorted(programs, key=lambda program: program["code"])))])
    found = pages(tmp_path)
    assert broken(tmp_path, found) == []
    assert said_of(tmp_path) == []
    assert len([name for name in found if "/indicadores/" in name]) == len(ODD) + 1
    assert {path.parts[0] for path in map(PurePosixPath, found)} == {"2016", "index.html", "404.html", "metodo.html"}
