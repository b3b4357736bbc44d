"""Tests run with the interpreter's own collector, past which what was collected at the beginning goes."""

import gc


def test_garbage_of_tests_is_looked_for_and_not_among_what_stays() -> None:
    assert gc.isenabled()
    assert gc.get_freeze_count() > 50_000  # the product's models and views alone are more
