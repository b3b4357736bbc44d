"""Altering a published folder, as somebody does who can write in it; and what the verifier says then."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from publishing.export import verificar
from publishing.export.publication import publish
from tests.publishing.export.documents import ADDRESS, Document, a_closing, a_program, an_indicator, chain_of, sealed


def small_programs(month: int) -> list[Document]:
    """Two programmes, one with an indicator of each kind; all of them have figures."""
    pairs = {one: (str(one), "12") for one in range(1, month + 1)}
    return [
        a_program(
            "OBP-01",
            [an_indicator("OBP-01-01", dict.fromkeys(pairs, ("0", "0"))), an_indicator("OBP-01-02")],
            axis="2",
            objective="2.1",
            strategy="2.1.1",
        ),
        a_program(
            "PRE-01",
            [
                an_indicator("PRE-01-01", pairs, target="90.0000"),
                an_indicator("PRE-01-02", pairs, direction="descending", target="5.0000", frequency="quarterly"),
                an_indicator(
                    "PRE-01-03",
                    pairs,
                    target_kind="absolute",
                    target="80.0000",
                    schedule="linear",
                    denominator_mode="last",
                    thresholds={"green_from": "80.0000", "amber_from": "50.0000", "over_above": "110.0000"},
                ),
            ],
        ),
    ]


def publish_small(root: Path) -> Path:
    """August, September and a rectification of August."""
    publish(root, chain_of([8, 9, 8], small_programs), address=ADDRESS)
    return root


def said_of(root: Path) -> list[str]:
    """What does not hold, in its sentences."""
    return verificar.verify(str(root))[0].faults


def seal_anew(root: Path) -> None:
    """What a forger does last: the list of fingerprints says again what the files are."""
    names = sorted(path for path in root.rglob("*") if path.is_file() and path.name != "SHA256SUMS")
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(root).as_posix()}\n" for path in names
    ]
    (root / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def forged(root: Path, change: Callable[[Document], Any]) -> list[str]:
    """What is said of a folder whose one document was altered before everything around it was made to match."""
    document = a_closing(small_programs(9), month=9)
    change(document)
    publish(root, [sealed(document)], address=ADDRESS)
    return said_of(root)


def altered(root: Path, change: Callable[[Document], Any]) -> list[str]:
    """The same of a document that no tables can be made of: they stay as they were, and are not what is asked about."""
    sound = a_closing(small_programs(9), month=9)
    publish(root, [sealed(sound)], address=ADDRESS)
    change(sound)
    document = sealed(sound)
    (root / "2016/09/datos/cierre.json").write_bytes(document.content())
    index = json.loads((root / "cierres.json").read_text())
    index["closings"][0]["sha256"] = document.sha256
    (root / "cierres.json").write_text(json.dumps(index))
    seal_anew(root)
    return [sentence for sentence in said_of(root) if ".csv" not in sentence]
