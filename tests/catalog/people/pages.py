"""What the pages of people and departments show, and what a browser sends back from them."""

from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import User

LIST, NEW, NAME = "/catalogo/personas/", "/catalogo/personas/nueva/", "/catalogo/nombramientos/nuevo/"
DEPARTMENTS = "/catalogo/dependencias/"
LUZ = {"first_name": "Luz", "last_name": "Mora", "username": "luz.mora", "email": "luz@durango.example"}


def listed(client: Client, **asked: str) -> list[str]:
    return sorted(row["username"] for row in client.get(LIST, asked).context["rows"])


def page_of(person: User) -> str:
    return reverse("catalog:person", args=[person.pk])


def typed_into(page: Any, **typed: str) -> dict[str, str]:
    """What the form of a page sends when only that was typed in it."""
    form = page.context["form"]
    shown = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else str(value) for name, value in shown.items()} | {
        "seen": page.context["seen"],
        **typed,
    }


def save(client: Client, path: str, **typed: str) -> Any:
    return client.post(path, typed_into(client.get(path), **typed))


def pages(people: dict[str, User]) -> list[str]:
    person = people["liaison"].pk
    membership = people["liaison"].memberships.get().pk
    return [
        LIST, NEW, NAME, f"{LIST}{person}/", f"{LIST}{person}/baja/", f"{LIST}{person}/reactivar/",
        f"/catalogo/nombramientos/{membership}/terminar/", f"/catalogo/nombramientos/{membership}/corregir/",
        DEPARTMENTS, f"{DEPARTMENTS}nueva/", f"{DEPARTMENTS}PRE/",
    ]  # fmt: skip
