"""The version is one, and whoever runs the system finds it; what it is built on is named with its licence."""

import re
import tomllib
from pathlib import Path

import pytest

from accounts.models import Role
from pmd import __version__
from tests.factories import make_department, make_user, signed_in

ROOT = Path(__file__).resolve().parent.parent


def test_the_project_and_its_changes_name_the_same_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    released = re.findall(
        r"^## (\d+\.\d+\.\d+) – \d{4}-\d{2}-\d{2}$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE
    )
    assert project["version"] == __version__ == released[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "shown"), [(Role.PLANNING, True), (Role.LIAISON, False), (Role.READER, False), (Role.COMPTROLLER, False)]
)
def test_planning_reads_the_version_below_every_page(role: Role, shown: bool) -> None:
    department = make_department() if role == Role.LIAISON else None
    client = signed_in(make_user("persona", role, department))
    assert (f"versión {__version__}" in client.get("/cuenta/").content.decode()) is shown


@pytest.mark.parametrize("file", ["requirements.in", "requirements-dev.in"])
def test_every_package_is_named_with_its_licence(file: str) -> None:
    lines = (ROOT / file).read_text().splitlines()
    names = {re.split(r"[\[~=<> ]", line)[0] for line in lines if line and not line.startswith(("#", "-"))}
    listed = (ROOT / "docs" / "licences.md").read_text()
    assert not {name for name in names if not re.search(rf"\b{re.escape(name)}\b", listed)}
