"""A sign has one meaning: the shape of a light is nowhere the mark of a change or of how a table is sorted."""

from decimal import Decimal

from django.template.loader import render_to_string

from core.lights import LIGHTS
from reports.address.selection import Head
from reports.plan.changes import FELL, KINDS, NO_DATA, ROSE, SAME
from reports.plan.glance import change_of

SHAPES = {shape for _, shape in LIGHTS.values()}


def test_a_change_is_an_arrow_and_no_light():
    told = {kind: KINDS[kind].mark for kind in (FELL, ROSE, SAME)}
    assert told == {FELL: "↓", ROSE: "↑", SAME: "="}
    moved = [change_of(Decimal(50), Decimal(now), "desde enero") for now in (49, 51, 50)]
    assert [change.mark for change in moved if change] == ["↓", "↑", "="]
    assert {known.mark for slug, known in KINDS.items() if slug != NO_DATA}.isdisjoint(SHAPES)


def test_a_sorted_column_has_no_shape_of_a_light():
    for sort in ("ascending", "descending"):
        html = render_to_string("reports/address/_heads.html", {"heads": [Head("Clave", "?orden=clave", sort)]})
        assert f'aria-sort="{sort}"' in html and not SHAPES & set(html)
