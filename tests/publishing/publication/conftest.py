"""A year with closings, a folder of its own to publish into, and what leaves with the transaction done at once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Role, User
from programs.models import FiscalYear
from publishing.publication.acting import publish_up_to
from tests.factories import NOW, access_of, make_user
from tests.publishing.closed import close, planner


@pytest.fixture
def root(tmp_path: Path, settings: Any) -> Path:
    """PMD_PUBLIC_ROOT; the site is the folder ``sitio`` in it."""
    settings.PMD_PUBLIC_ROOT = tmp_path / "publico"
    settings.OWN_PUBLIC_ROOT = True
    return settings.PMD_PUBLIC_ROOT


@pytest.fixture
def committed(root: Path, django_capture_on_commit_callbacks: Any) -> Callable[[Callable[[], Any]], Any]:
    """Does what it is given, and then what was to be done after the transaction."""

    def do(act: Callable[[], Any]) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return act()

    return do


@pytest.fixture
def second(db: None) -> User:
    return make_user("segunda", Role.PLANNING)


@pytest.fixture
def publish(committed: Any) -> Callable[..., Any]:
    """Planning publishes up to a closing, and its files are written."""
    return lambda closing, **given: committed(
        lambda: publish_up_to(access=access_of(planner()), closing=closing, now=NOW, **given)
    )


@pytest.fixture
def published(full_year: FiscalYear, publish: Any) -> FiscalYear:
    """January is public."""
    publish(close(full_year, 1))
    return full_year
