"""A spreadsheet of the system (LibreOffice without windows) that calculates workbooks anew."""

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl

PATIENCE = 300  # seconds
_FORMULA_CELL = re.compile(rb"<c ([^>]*)><f>([^<]*)</f><v(?:/>|>[^<]*</v>)</c>")
_TYPE = re.compile(rb' t="\w+"')
# Otherwise it shows what the file says that the formulas result in.
_ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item>
</oor:items>
"""


def find_office() -> str | None:
    return shutil.which("soffice") or shutil.which("libreoffice")


def without_results(content: bytes) -> bytes:
    """The same workbook, none of whose formulas says what it results in."""
    emptied = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(emptied, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            inside = source.read(part)
            if part.filename.startswith("xl/worksheets/"):
                inside = _FORMULA_CELL.sub(_bare, inside)
            target.writestr(part, inside)
    return emptied.getvalue()


def _bare(found: re.Match[bytes]) -> bytes:
    return b"<c %s><f>%s</f></c>" % (_TYPE.sub(b"", found[1]), found[2])


def recalculated(books: Sequence[bytes], folder: Path) -> list[dict[str, list[dict[str, Any]]]]:
    """Every sheet as rows by the names of their columns, as the spreadsheet finds them from the formulas alone."""
    office = find_office()
    assert office, "there is no LibreOffice"
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_ALWAYS_RECALCULATE)
    paths = [folder / f"libro-{place}.xlsx" for place in range(len(books))]
    for path, content in zip(paths, books, strict=True):
        path.write_bytes(without_results(content))
    command = [office, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--convert-to", "xlsx"]
    subprocess.run([*command, "--outdir", folder / "out", *paths], check=True, capture_output=True, timeout=PATIENCE)
    return [sheets((folder / "out" / path.name).read_bytes()) for path in paths]


def sheets(content: bytes) -> dict[str, list[dict[str, Any]]]:
    """What a workbook says that its cells hold; an empty text is None."""
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True, read_only=True)
    found = {}
    for sheet in book.worksheets:
        rows = sheet.iter_rows(values_only=True)
        header = next(rows, ())
        found[sheet.title] = [
            {name: None if value == "" else value for name, value in zip(header, row, strict=False) if name}
            for row in rows
        ]
    book.close()
    return found
