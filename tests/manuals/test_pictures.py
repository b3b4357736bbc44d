"""The pictures of the manuals: what is shown is declared, and the pages still have what is marked in them."""

from typing import Any

import pytest

from accounts.models import User
from catalog.demo import durango
from manuals import reading
from manuals.marking import every_inline
from manuals.pictures import folder, picture_of
from pictures.paper import MOST
from pictures.shots import NOW, SHOTS, Shot
from pictures.taking import SOURCE
from tests.factories import signed_in
from tests.support.selecting import find

TOGETHER = 2_560 * 1024  # bytes


def shown() -> set[str]:
    """The pictures that the texts name."""
    return {
        picture.path.stem
        for _, chapter in reading.library().chapters()
        for token in every_inline(chapter.tokens)
        if token.type == "image" and (picture := picture_of(chapter.file, str(token.attrs["src"])))
    }


def test_what_is_declared_is_taken_and_shown() -> None:
    names = [shot.name for shot in SHOTS]
    assert len(names) == len(set(names))
    assert {path.stem for path in folder().glob("*.webp")} == set(names) == shown()


def test_they_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in folder().iterdir()}
    assert [name for name, size in sizes.items() if size > MOST or not name.endswith(".webp")] == []
    assert sum(sizes.values()) < TOGETHER


@pytest.mark.django_db
def test_pages_have_what_is_marked(monkeypatch: Any) -> None:
    """Without a browser: of a picture with steps, what its first step takes hold of."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    durango.make(SOURCE)
    User.objects.update(is_demo=False)
    people = {user.username: signed_in(user) for user in User.objects.all()}
    faults = []
    for shot in SHOTS:
        response = people[shot.by].get(shot.path)
        if response.status_code != 200:
            faults.append(f"{shot.name}: {shot.path} answers {response.status_code}")
            continue
        html = response.content.decode()
        faults += [
            f"{shot.name}: no {selector} in {shot.path}" for selector in _asked(shot) if not find(html, selector)
        ]
    assert not faults, "\n" + "\n".join(faults)


def _asked(shot: Shot) -> list[str]:
    if shot.steps:
        return [shot.steps[0].selector]
    return [selector for selector in (*shot.marks, shot.only) if selector]


@pytest.mark.parametrize(
    ("selector", "text"),
    [
        ("main h2", "Uno"),
        ("#b", "Dos"),
        (".c[name=d] b", "tres"),
        ('a:has-text("más de")', "Más de uno"),
        ("a[href^='/x/']", "Más de uno"),
        ("input[name=q]", ""),
        ("main h3", None),
        ('h2:has-text("nada")', None),
    ],
)
def test_an_element_is_found_by_its_selector(selector: str, text: str | None) -> None:
    html = (
        '<h3>No</h3><main><h2>Uno</h2><br><p id=b>Dos</p><form class="y c" name="d"><input name=q><b>tres</b></form>'
        '<a href="/x/1">Más <i>de</i> uno</a></main>'
    )
    found = find(html, selector)
    assert (found.text if found else None) == text


def test_a_selector_that_says_more_is_refused() -> None:
    with pytest.raises(ValueError, match="says more"):
        find("<p>", "p:nth-child(2)")
