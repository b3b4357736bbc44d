"""The pages of the manual of operation: what they name is there, and what the product says they have."""

import ast
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
from django.core.management import get_commands

from core import manual
from deploy.installing.base import read_settings
from pmd.environment import KNOWN, ZONES
from tests.deploy.test_templates import WORDS, needs
from tests.operation.pages import FOLDER_OF_PAGES, Page, page, pages
from tests.pmd.test_settings import PRODUCTION, ROOT, run

PAGES = {page.name: page for page in pages()}
# How what PostgreSQL and others say begins.
FOREIGN = ("ERROR", "PANIC", "archive file", "cp:", "git ", "make ", "runuser ")
COVER = page(FOLDER_OF_PAGES / "README.md")
ROOMS = ("accounts", "catalog", "core", "deploy", "indicators", "pmd", "programs", "publishing", "reports")


def test_a_page_is_one_chapter_that_is_read_at_a_sitting() -> None:
    numbers = [int(name[:2]) for name in PAGES]
    assert len(set(numbers)) == len(numbers) > 15
    for one in PAGES.values():
        assert (one.text.startswith("# ") and one.text.count("\n# ") == 0) or one.blocks, one.name
        assert [line for line in one.prose.splitlines() if line.startswith("# ")] == [one.text.splitlines()[0]], (
            one.name
        )
        assert len(one.text.splitlines()) <= 220, one.name
        assert not re.search(r"<[a-z]+[ >/]", re.sub(r"`[^`\n]*`", "", one.prose)), f"{one.name} has HTML"
        assert {block.language for block in one.blocks} <= {"sh", "ini", "text", "nginx", "cron"}, one.name


@pytest.mark.parametrize("one", [*PAGES.values(), COVER], ids=lambda one: one.name)
def test_its_links_lead_somewhere(one: Page) -> None:
    for link in one.links():
        target, _, heading = link.partition("#")
        if target.startswith(("http:", "https:")):
            continue
        path = (FOLDER_OF_PAGES / target).resolve() if target else one.path
        assert path.is_file(), f"{one.name}: {link}"
        assert not heading or heading in page(path).anchors(), f"{one.name}: {link}"


def test_what_the_product_names_of_the_manual_is_there() -> None:
    places = {name: value for name, value in vars(manual).items() if name.isupper() and name != "FOLDER"}
    assert len(places) > 7
    for name, place in places.items():
        path, _, heading = place.partition(", «")
        assert not heading or heading.removesuffix("»") in page(ROOT / path).headings(), name
        assert (ROOT / path).is_file(), name


def test_every_setting_is_explained_and_no_other() -> None:
    (table,) = re.findall(r"(?s)## Todos los ajustes\n(.*?)\n## ", PAGES["03-ajustes.md"].text)
    named = {
        name
        for line in table.splitlines()
        for name in re.findall(r"`([A-Z_]+)`", line.split("|")[1:2][0] if "|" in line else "")
    }
    assert named == KNOWN
    (zones,) = re.findall(r"(?s)## Zona horaria\n(.*?)\n## ", PAGES["03-ajustes.md"].text)
    assert dict(re.findall(r"\| `(\S+)` \| (.+?) \|", zones)) == ZONES


@pytest.mark.parametrize("name", PAGES)
def test_settings_that_a_page_writes_are_settings(name: str) -> None:
    for block in PAGES[name].of("ini"):
        for setting, value in re.findall(r"(?m)^([A-Z_]{5,})=(.*)$", block.text):
            assert setting in KNOWN, f"{block}: {setting}"
            assert re.fullmatch(r"'[^']*'", value), f"{block}: {setting}"


def test_the_settings_file_of_the_page_is_one(tmp_path: Path) -> None:
    (block,) = [block for block in PAGES["17-a-mano.md"].of("ini") if "ALLOWED_HOSTS" in block.text]
    file = tmp_path / "pmd.env"
    file.write_text(block.text)
    named = read_settings(file)
    assert named["PMD_MUNICIPALITY"] == "Municipio de Durango"
    done = run(named | {"SECRET_KEY": PRODUCTION["SECRET_KEY"]}, "manage.py", "check", "--deploy")
    assert "no issues (0 silenced)" in done.stdout, done.stderr


# --- Sentences of the product


@cache
def _said_by_the_product() -> str:
    """Every text of the code, one a line, with «…» for what is filled in; and the pages of templates and nginx."""
    lines = []
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            if "migrations" not in path.parts:
                lines += [_flat(node) for node in ast.walk(ast.parse(path.read_text())) if _is_text(node)]
    for folder in ("templates", "deploy/nginx"):
        lines += [re.sub(r"\s+", " ", path.read_text()) for path in (ROOT / folder).rglob("*.html")]
    return "\n".join(lines)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _flat(node: ast.AST) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(_flat(part) if isinstance(part, ast.Constant) else "…" for part in node.values)
    assert isinstance(node, ast.Constant)
    return re.sub(r"%s|\{\w*\}", "…", str(node.value))


def sentences(one: Page) -> list[str]:
    """What a table of a page says that one reads: the code spans of first columns that are sentences."""
    firsts = [line.split("|")[1] for line in one.prose.splitlines() if line.startswith("| `")]
    return [span for cell in firsts for span in re.findall(r"`([^`]+)`", cell) if " " in span and _is_spanish(span)]


def _is_spanish(span: str) -> bool:
    return bool(re.search(r"[…áéíóúñ.:]", span)) and not span.startswith(FOREIGN)


@pytest.mark.parametrize("name", [name for name, one in PAGES.items() if sentences(one)])
def test_what_one_reads_is_what_the_product_says(name: str) -> None:
    said = _said_by_the_product()
    for sentence in sentences(PAGES[name]):
        pieces = [piece.strip(" «»().,:;") for piece in sentence.split("…")]
        for piece in pieces:
            assert len(piece) < 4 or _is_said(piece, said), f"{name}: nothing says «{piece}» of «{sentence}»"


def _is_said(piece: str, said: str) -> bool:
    """Word for word, or with one word of the page where the product fills something in."""
    words = (word.strip("«»().,:;") for word in piece.split())
    return piece in said or any(piece.replace(word, "…", 1) in said for word in words if word)


def test_each_finding_of_doctor_has_its_remedy() -> None:
    text = PAGES["04-revisar.md"].text
    missing = []
    for path in (ROOT / "pmd/installation").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding" and _is_text(node.args[0]):
                pieces = [piece.strip(" «».,:").split() for piece in _flat(node.args[0]).split("…") if len(piece) > 8]
                if pieces and not any(" ".join(words[:2]).strip(":.") in text for words in pieces):
                    missing.append(_flat(node.args[0]))
    assert not missing


# --- Programs that read what a page says


def test_what_a_sentence_types_in_passing_is_a_command() -> None:
    known = {*get_commands(), *WORDS, "help", "PALABRA"}
    typed = [(one.name, word) for one in PAGES.values() for span in one.spans() for word in _words_of(span)]
    assert len(typed) > 10 and [pair for pair in typed if pair[1] not in known] == []


def _words_of(span: str) -> list[str]:
    return re.findall(r"deploy/pmd ([\w-]+)", span)


@needs("shellcheck")
def test_commands_are_sound() -> None:
    text = "\n".join(f"(\n{block.text})" for one in PAGES.values() for block in one.of("sh"))
    given = ["shellcheck", "--shell=bash", "--exclude=SC1091,SC2164,SC2046,SC2012,SC2103", "-"]
    done = subprocess.run(given, input=text, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_schedules_of_cron_are_those_of_the_timers() -> None:
    (block,) = PAGES["17-a-mano.md"].of("cron")
    hours = {
        line.split()[-1]: f"{int(line.split()[1]):02}:{int(line.split()[0]):02}" for line in block.text.splitlines()
    }
    entry = (ROOT / "deploy/pmd").read_text()
    assert hours == {word: hour for hour, word in re.findall(r"(\d\d:\d\d)\) deploy/pmd ([\w-]+) &", entry)}


def _nginx_blocks() -> dict[str, str]:
    found = PAGES["14-proxy-y-sitio-publico.md"].of("nginx")
    return {block.text.partition("{")[0].strip(): block.text for block in found}


def test_the_public_site_of_the_page_is_the_one_that_is_installed() -> None:
    installed = re.sub(r"\s+", " ", (ROOT / "deploy/nginx/site.conf").read_text()).replace(
        "{{PUBLIC}}", "/srv/pmd-publico"
    )
    shown = _nginx_blocks()
    assert {"location /publico/", "location @publico_sin_pagina"} < set(shown)
    for begins, text in shown.items():
        if begins != "server":
            assert re.sub(r"\s+", " ", text).strip() in installed, begins


@needs("nginx")
def test_nginx_reads_the_blocks_of_the_page(tmp_path: Path) -> None:
    blocks = _nginx_blocks()
    server = blocks.pop("server").replace("listen 443 ssl", "listen 8443").rstrip().removesuffix("}")
    of_http = blocks.pop(next(begins for begins in blocks if begins.startswith("map ")))
    (tmp_path / "nginx.conf").write_text(
        f"error_log stderr; pid {tmp_path}/pid; events {{}}\n"
        f"http {{ access_log off;\n{of_http}{server}{''.join(blocks.values())} }} }}\n"
    )
    done = subprocess.run(
        [shutil.which("nginx") or "nginx", "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True
    )
    assert done.returncode == 0 and "warn" not in done.stderr, done.stderr


def test_headings_of_one_page_are_told_apart() -> None:
    for one in PAGES.values():
        assert len(one.anchors()) == len(one.headings()), one.name
