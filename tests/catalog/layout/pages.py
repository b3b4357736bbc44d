"""The page that asks what each column of a file is."""

from typing import Any

from django.test import Client


def fields(page: Any) -> dict[str, Any]:
    """What a browser would send of the page of the columns as it stands."""
    shown = page.context["page"]
    sent = {
        "head": shown["head"], "first_row": shown["first_row"], "last_row": shown["last_row"],
        "sheet": [sheet["name"] for sheet in shown["sheets"] if sheet["chosen"]],
        **{f"column-{column['position']}": column["target"] for column in shown["columns"]},
        **{f"constant-{constant['name']}": constant["value"] for constant in shown["constants"]},
    }  # fmt: skip
    return sent | ({"skip_strays": "on"} if shown["skips_strays"] else {})


def say(client: Client, page: Any, act: str = "leer", **changes: Any) -> Any:
    """Answer as the page stands but for the ``changes``, and go on."""
    data = {**fields(page), **changes, "act": act}
    return client.post(page.context["here"], data, follow=True)
