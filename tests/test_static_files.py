"""Every style, script and picture that a template names is there: in production a name that leads nowhere is a 500."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.utils import get_app_template_dirs

NAMED = re.compile(r"""\bstatic[ (]+["']([^"']+)["']""")


def templates() -> list[Path]:
    ours = [settings.BASE_DIR / "templates", settings.BASE_DIR / "templates_jinja"]
    apps = [Path(folder) for folder in get_app_template_dirs("templates") if settings.BASE_DIR in Path(folder).parents]
    apps = [folder for folder in apps if ".venv" not in folder.parts]
    return sorted(path for folder in (*ours, *apps) for path in folder.rglob("*") if path.is_file())


NAMES = sorted({name for path in templates() for name in NAMED.findall(path.read_text())})


def test_templates_name_files() -> None:
    assert "css/pmd.css" in NAMES and len(NAMES) > 20


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_a_template_names_is_there(name: str) -> None:
    assert finders.find(name)
