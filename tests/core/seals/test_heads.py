"""The file of heads: what it may look like, and what is said of one that cannot be read."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.seals import Head, HeadFileError, KeptHead, head_line, read_heads

SHA = "9f" * 32


@pytest.mark.parametrize(
    "text",
    [
        f"2016-10-14 12 {SHA}",
        f"\ufeff2016-10-14\t12\t{SHA.upper()}  ",
        f"# del correo\n\n  2016-10-14  12  {SHA}\r\n",
    ],
)
def test_a_file_of_heads_is_read(text):
    assert read_heads(text.split("\n")) == [KeptHead("2016-10-14", 12, SHA)]


@pytest.mark.parametrize(
    "text, named",
    [
        ("", "no tiene ninguna cabeza"),
        ("# nada", "no tiene ninguna cabeza"),
        ("hola", "renglón 1"),
        (f"2016-10-14 12 {SHA}\n2016-10-15 13 {SHA[:-1]}", "renglón 2"),
        (f"14/10/2016 12 {SHA}", "renglón 1"),
        (f"2016-10-14 -1 {SHA}", "renglón 1"),
        (f"2016-10-14 {'9' * 30} {SHA}", "renglón 1"),
        ("x" * 5000, "renglón 1"),
    ],
)
def test_what_is_no_file_of_heads_is_told_with_its_line(text, named):
    with pytest.raises(HeadFileError, match=named) as caught:
        read_heads(text.split("\n"))
    assert len(str(caught.value)) < 500


@given(st.lists(st.text()))
def test_whatever_the_file_holds_it_is_read_or_told(lines):
    try:
        heads = read_heads(lines)
    except HeadFileError:
        return
    assert heads


@given(
    st.lists(
        st.tuples(
            st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)),
            st.integers(1, 10**17),
            st.binary(min_size=32, max_size=32),
        ),
        min_size=1,
    )
)
def test_a_line_says_what_the_head_is(heads):
    lines = [head_line(Head(sha.hex(), entries, at)) for at, entries, sha in heads]
    assert [(kept.entries, kept.sha256) for kept in read_heads(lines)] == [(n, sha.hex()) for _, n, sha in heads]
