"""What runs before a commit is what ``make lint`` runs."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent


def test_a_commit_passes_what_make_lint_asks() -> None:
    makefile = (ROOT / "Makefile").read_text()
    (recipe,) = re.findall(r"^lint:[^\n]*\n((?:\t[^\n]*\n)+)", makefile, re.MULTILINE)
    asked = [line.strip().replace("$(PY)", ".venv/bin/python") for line in recipe.splitlines()]
    (local,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert [hook["entry"] for hook in local["hooks"]] == asked
    assert all(hook["always_run"] and not hook["pass_filenames"] for hook in local["hooks"])
