"""Here the folder and its data are tried; its pages have tests of their own (tests/publishing/site)."""

from collections.abc import Iterator

import pytest

from publishing.export import publication


@pytest.fixture(autouse=True, scope="module")  # before what a module publishes once
def _without_pages() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(publication, "_draw", lambda folder, unit: None)
        yield
