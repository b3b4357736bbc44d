"""What the engine of the long tables may never do: print markup that somebody typed, or a blank for a slip."""

import pytest
from django.template import Context, Template
from jinja2 import UndefinedError

ROW = ("PRE-01", 'Obra & "más" <b>', "/2016/", "L'Ermita")


def _heat_map(rows: object, name: str = "rows") -> str:
    source = '{% load pmd %}{% long_table "reports/plan/_heat_map_rows.html" ' + name + "=rows %}"
    return Template(source).render(Context({"rows": rows}))


def test_what_was_typed_is_text() -> None:
    shown = _heat_map([(*ROW, "<td>")])
    assert "Obra &amp; " in shown and "&lt;b&gt;" in shown and "&lt;td&gt;" in shown
    assert "<b>" not in shown and "<td>" not in shown


def test_what_is_markup_already_stays_markup() -> None:
    from django.utils.safestring import mark_safe

    assert "<td>9</td>" in _heat_map([(*ROW, mark_safe("<td>9</td>"))])


def test_a_name_that_was_not_given_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="rows"):
        _heat_map([], name="row")


def _row_by_row(rows: object) -> str:
    source = '{% load pmd %}{% row_by_row "reports/plan/_heat_map_rows.html" rows %}'
    return Template(source).render(Context({"rows": rows}))


def test_rows_drawn_one_by_one_are_those_drawn_together() -> None:
    rows = [(*ROW, "<td>"), (*ROW[:3], "Otra", "<td>"), (*ROW, "<td>")]
    for _ in range(2):
        assert _row_by_row(rows) == _heat_map(rows)
    assert _row_by_row([]) == ""


def test_a_text_that_reads_like_markup_drawn_before_is_drawn_as_text() -> None:
    from django.utils.safestring import mark_safe

    assert "<td>7</td>" in _row_by_row([(*ROW, mark_safe("<td>7</td>"))])
    assert "<td>7</td>" not in _row_by_row([(*ROW, "<td>7</td>")])
