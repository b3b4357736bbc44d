"""The seal is of the document as ``results --format json`` says it, however it is put together; and never stale."""

import pytest

from core.pdf import canonical
from indicators.models import Measurement
from indicators.results.course import load_course
from indicators.results.year import OFFICIAL, load_results
from reports.fingerprint import canonical_results, results_document

pytestmark = pytest.mark.django_db


def test_the_text_put_together_is_the_canonical_one(town) -> None:
    town.program.name = 'Obra "\x00" \\u0000 ["\\u0000"] ñ'.replace("\x00", "")
    town.program.save()
    found = [load_results(town.fiscal_year, month=month) for month in (1, 9)]
    assert canonical_results(found) == canonical([results_document(results) for results in found])


def test_a_saved_figure_is_in_the_next_reading(town) -> None:
    """Results are kept by all that they depend on: another pair, target, border or code is another result."""
    before = load_results(town.fiscal_year, month=9)
    seal, course = canonical_results([before]), load_course(town.fiscal_year, scope=OFFICIAL, cut_off=9)
    row = Measurement.objects.get(indicator__code="PRE-02-01", month=1)
    assert row.validated_numerator is not None
    Measurement.objects.filter(pk=row.pk).update(
        validated_numerator=row.validated_numerator + 1, numerator=row.validated_numerator + 1
    )
    after = load_results(town.fiscal_year, month=9)
    assert canonical_results([after]) != seal
    changed = load_course(town.fiscal_year, scope=OFFICIAL, cut_off=9)
    assert [program.results[row.month - 1] for program in changed] != [
        program.results[row.month - 1] for program in course
    ]
    town.fiscal_year.green_from += 1
    assert load_results(town.fiscal_year, month=9).programs[0].result.borders[0] == town.fiscal_year.green_from
