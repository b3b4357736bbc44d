"""The catalogue's import by its doors: the screen's three steps, and the command."""

import io
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

UPLOAD = "/catalogo/importar/"


def upload(client: Client, path: Path, address: str = UPLOAD) -> Any:
    """The page of the preview."""
    return client.post(address, {"file": SimpleUploadedFile(path.name, path.read_bytes())}, follow=True)


def act(client: Client, page: Any, step: str = "ver", **answers: Any) -> Any:
    """Answer, or confirm with the answers that the page shows unless others are given."""
    form = page.context["form"]
    shown = {name: form[name].value() for name in form.fields}
    data = {name: value for name, value in {**shown, **answers}.items() if value not in (None, "", False, [])}
    return client.post(page.context["here"], {**data, "act": step}, follow=True)


def confirm(client: Client, page: Any, **answers: Any) -> Any:
    """Years of tests have passed; unless they say something else they are captured month by month."""
    if "historical" not in answers and page.context["page"].get("past_year"):
        page = act(client, page, historical="no", **answers)
        if "form" not in page.context:  # confirmed already: it leads to the record
            return page
    return act(client, page, "confirmar", **answers)


def run(*args: Any, **options: Any) -> tuple[int, str]:
    """Exit status and what was printed."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(*map(str, args), stdout=out, stderr=err, **options)
    except SystemExit as stop:
        return int(stop.code or 0), out.getvalue() + err.getvalue()
    except CommandError as error:
        return error.returncode, str(error)
    return 0, out.getvalue() + err.getvalue()
