"""Every style, script and picture that a template names is there: in production a name that leads nowhere is a 500."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.template.utils import get_app_template_dirs

from pmd.static_files import StaticFilesStorage

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


def test_what_the_former_version_names_is_there_until_it_is_replaced(tmp_path: Path, settings: Any) -> None:
    """It may start again in the middle of an upgrade, after the styles of the new one."""
    source, made = tmp_path / "source", tmp_path / "made"
    settings.STATIC_ROOT, settings.STATICFILES_DIRS = made, [source]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "pmd.static_files.StaticFilesStorage"},
    }
    source.mkdir()

    def collected(**files: str) -> dict[str, str]:
        for path in source.iterdir():
            path.unlink()
        for name, text in files.items():
            (source / f"{name}.css").write_text(text)
        call_command("collectstatic", interactive=False, verbosity=0)
        return StaticFilesStorage(location=made).load_manifest()[0]

    first = collected(kept="a {}", gone="b {}")
    second = collected(kept="c {}", new="d {}")
    assert second["gone.css"] == first["gone.css"] and (made / second["gone.css"]).read_text() == "b {}"
    assert second["kept.css"] != first["kept.css"] and (made / second["kept.css"]).read_text() == "c {}"
    assert (made / second["new.css"]).is_file() and not list(made.glob("*.json.*"))
    (made / second["gone.css"]).unlink()
    assert "gone.css" not in collected(new="d {}")
