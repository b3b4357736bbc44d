"""Codes proposed for official keys: their shape, what they belong to, and that they stay."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from catalog.layout.dates_as_codes import codes_behind
from catalog.layout.keys import KeyRow, Known, Written, prefix_for, propose_codes
from catalog.workbook.cells import ACTION, INDICATOR, PROGRAM, fits
from core.text import fold


def key_row(number, program, action, indicator="", *, department="Obras Públicas", prefix="", name="Bacheo"):
    return KeyRow(
        number, department, prefix, Written(program), name, Written(action), "Bachear", Written(indicator),
        f"Indicador {number}",
    )  # fmt: skip


def codes(rows, known=None, chosen=None):
    found = propose_codes(rows, known or Known(), chosen)
    return [(found.rows[row.row].program, found.rows[row.row].action, found.rows[row.row].indicator) for row in rows]


@pytest.mark.parametrize(
    ("program", "action", "expected"),
    [
        ("E-01", "E-01-01", ("OBR-01", "OBR-01-01", "OBR-01-01")),
        ("pre-01", "pre-01-02", ("PRE-01", "PRE-01-02", "")),
        ("SIN–01", "SIN – 01 – 01", ("SIN-01", "SIN-01-01", "")),
        ("PRE-1", "PRE-1-1", ("PRE-01", "PRE-01-01", "PRE-01-01")),
        ("OP-001", "OP-001-001", ("OP-001", "OP-001-001", "")),
        ("PRE-01", "PRE-01-02A", ("PRE-01", "PRE-01-01", "PRE-01-01")),
        ("PRE-01", "PRE-02-01", ("PRE-01", "PRE-01-01", "PRE-01-01")),
    ],
)
def test_one_key(program, action, expected):
    assert codes([key_row(2, program, action)]) == [expected]


def test_the_prefix_is_the_files_or_the_catalogues_before_it_is_one_of_the_name():
    assert codes([key_row(2, "E-01", "1", prefix="OPM")])[0][0] == "OPM-01"
    known = Known(prefixes={fold("Obras Públicas"): "SOP"}, codes=frozenset({"SOP-01", "SOP-07"}))
    assert codes([key_row(2, "E-01", "1")], known)[0][0] == "SOP-08"


def test_two_departments_number_their_own_programmes_alike():
    rows = [
        key_row(2, "E-01", "1"),
        key_row(3, "E-01", "1", department="Seguridad Pública", name="Patrullaje"),
        key_row(4, "E-01", "2", department="Seguridad Pública", name="Patrullaje"),
    ]
    assert codes(rows) == [
        ("OBR-01", "OBR-01-01", "OBR-01-01"),
        ("SEG-01", "SEG-01-01", "SEG-01-01"),
        ("SEG-01", "SEG-01-02", "SEG-01-02"),
    ]
    assert len({one.key for one in propose_codes(rows, Known()).asked}) == 5


def test_a_key_that_two_spellings_of_one_department_share_is_one_programme():
    rows = [key_row(2, "E-01", "1"), key_row(3, "E-01", "2", department="Dirección de Obras Públicas")]
    assert [code for code, _, _ in codes(rows)] == ["OBR-01", "OBR-01"]


OBRAS = Known(
    prefixes={fold("Obras Públicas"): "OBR"}, codes=frozenset({"OBR-01"}), programs={"e-01": ["OBR-01"]},
    owners={"OBR-01": ("OBR", fold("Bacheo"))},
)  # fmt: skip


@pytest.mark.parametrize(
    ("department", "name", "expected"),
    [
        ("Obras Públicas", "Bacheo", "OBR-01"),
        ("Obras Públicas", "Bacheo y balizamiento", "OBR-01"),  # renamed
        ("Servicios Públicos", "Bacheo", "OBR-01"),  # moved
    ],
)
def test_a_known_key_is_the_programme_of_its_department_or_of_its_name(department, name, expected):
    found = propose_codes([key_row(2, "E-01", "1", department=department, name=name)], OBRAS)
    assert found.rows[2].program == expected
    assert not [one for one in found.asked if one.what == PROGRAM and one.asks]


def test_another_departments_programme_is_not_overwritten_by_one_of_the_same_key():
    found = propose_codes([key_row(2, "E-01", "1", department="Seguridad Pública", name="Patrullaje")], OBRAS)
    assert found.rows[2].program == "SEG-01"
    (asked,) = [one for one in found.asked if one.what == PROGRAM]
    assert asked.asks
    assert asked.doubt == "«E-01» ya es la clave oficial de OBR-01, de otra dependencia y con otro nombre"


def test_the_same_keys_below_two_departments_and_programmes_are_other_things():
    rows = [
        key_row(2, "E-01", "1"),
        key_row(3, "E-02", "1"),
        key_row(4, "E-03", "1", department="Dirección de Obras Rurales"),
    ]  # fmt: skip
    assert codes(rows) == [
        ("OBR-01", "OBR-01-01", "OBR-01-01"),
        ("OBR-02", "OBR-02-01", "OBR-02-01"),
        ("OR-01", "OR-01-01", "OR-01-01"),
    ]


def test_a_code_of_the_file_is_never_proposed_for_another_key():
    rows = [key_row(2, "E-01", "E-01-01", prefix="OBR"), key_row(3, "OBR-01", "OBR-01-01", prefix="OBR")]
    assert codes(rows) == [("OBR-02", "OBR-02-01", "OBR-02-01"), ("OBR-01", "OBR-01-01", "")]


@pytest.mark.parametrize(
    ("name", "prefix"),
    [
        ("Obras Públicas", "OBR"), ("Dirección General de Obras Públicas", "OBR"), ("DIF Municipal", "DIF"),
        ("Secretaría del H. Ayuntamiento", "SEC"), ("Niñez y Juventud", "NIÑ"), ("2", "DEP"), ("", "DEP"),
        ("Instituto Municipal del Arte y la Cultura", "ART"),
    ],
)  # fmt: skip
def test_a_prefix_from_a_name(name, prefix):
    assert prefix_for(name, ()) == prefix


@given(st.lists(st.text(max_size=12), max_size=60))
def test_prefixes_are_unique_and_have_their_shape(names):
    taken = set()
    for name in names:
        prefix = prefix_for(name, taken)
        assert re.fullmatch("[A-ZÑ]{2,6}", prefix) and prefix not in taken
        taken.add(prefix)


@pytest.mark.parametrize(
    ("day", "code"),
    [("2001-03-01", "MAR-01"), ("2026-03-01", "MAR-01"), ("2016-12-05", "DIC-05"), ("2003-01-01", "ENE-03")],
)
def test_the_code_behind_a_date(day, code):
    assert codes_behind(day)[0] == code


@pytest.mark.parametrize("text", ["", "10:30:00", "x", "2016", "01030501", "2016-W01-1", "2016-01-011"])
def test_no_date_is_behind_it(text):
    assert codes_behind(text) == ()


_KEYS = st.sampled_from(
    [
        "E-01",
        "e-01",
        "1.1.2",
        "PRE-01",
        "pre-1",
        "PRE–02",
        "K003",
        "0105-1",
        "ñ",
        "OBR-01",
        "OBR-01-01",
        "OBR-01-02",
        "1",
    ]
) | st.text(max_size=8).map(lambda text: " ".join(text.split())).filter(fold)
_ROWS = st.lists(
    st.tuples(_KEYS, _KEYS, st.just("") | _KEYS, st.sampled_from(["Obras", "Salud", "Niñez"]), st.sampled_from("ab")),
    max_size=25,
)


@given(_ROWS)
def test_codes_have_our_shape_belong_together_and_come_again(given_rows):
    rows = [
        key_row(number, program, action, indicator, department=department, name=name)
        for number, (program, action, indicator, department, name) in enumerate(given_rows, start=2)
    ]
    first = propose_codes(rows, Known())
    programs, actions, indicators, everything = {}, {}, {}, set()
    for row in rows:
        coded = first.rows[row.row]
        if coded.program:
            assert fits(coded.program, PROGRAM)
        if coded.program and coded.action:
            assert fits(coded.action, ACTION) and coded.action.startswith(f"{coded.program}-")
        if coded.indicator and coded.action:
            assert fits(coded.indicator, INDICATOR)
            assert coded.indicator == coded.action or coded.indicator.startswith(f"{coded.action}-")
        everything |= {coded.program, coded.action, coded.indicator}
        for kept, code, key in (
            (actions, coded.action, (coded.program, fold(coded.action_key))),
            (indicators, coded.indicator, (coded.action, fold(coded.indicator_key))),
        ):
            if key[1]:
                assert kept.setdefault(key, code) == code
        if coded.program_key and coded.program not in programs.setdefault(fold(coded.program_key), []):
            programs[fold(coded.program_key)].append(coded.program)
    named = {
        (INDICATOR, first.rows[row.row].action, fold(row.indicator_name)): first.rows[row.row].indicator
        for row in rows
        if first.rows[row.row].indicator and not row.indicator.shown
    }
    of_code = {(first.rows[row.row].program, fold(row.department), fold(row.program_name)) for row in rows}
    assume(len(of_code) == len({code for code, *_ in of_code}))  # others are refused: a code is of one programme
    owners = {first.rows[row.row].program: (first.rows[row.row].prefix, fold(row.program_name)) for row in rows}
    known = Known({}, frozenset(everything - {""}), programs, actions, indicators, named, owners)
    again = propose_codes(rows, known)
    for row in rows:
        was, now = first.rows[row.row], again.rows[row.row]
        assert (was.program, was.action, was.indicator) == (now.program, now.action, now.indicator)
