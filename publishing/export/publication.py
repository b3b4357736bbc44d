"""The files of the published folder, from the documents of the closings alone."""

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from publishing.export.csv_files import csv_files
from publishing.export.folder import CannotPublish, Folder, Written, opened
from publishing.export.workbook import workbook
from publishing.open_data import Kept, root_files
from publishing.open_data.data_package import data_package
from publishing.open_data.files import ACTA, BOOK, DATA_FILES, PACKAGE, VERIFIER
from publishing.published import DATA, DOCUMENT, INDEX, INDEX_FORMAT, Chain, Place, Source
from publishing.site.pages import Unit, closing_unit, upper_units


def publish(
    root: Path, sources: Sequence[Source], *, address: str, advance: Callable[[], None] = lambda: None
) -> Written:
    """Write the folder; ``sources`` is every closing in its order. CannotPublish leaves it as it was.

    ``address`` is where it will be read (PMD_PUBLIC_URL), with a slash at its end.
    """
    if not sources:
        raise CannotPublish("No hay ningún cierre que publicar: cierre primero un mes.")
    chain = Chain(sources)
    with opened(root) as folder:
        published = folder.published()
        data: dict[str, Kept] = {}
        _refuse_another_chain(list(published), sources, root)
        for source, place in zip(chain.sources, chain.places, strict=True):
            files = _as_published(folder, source, published.get(source.sha256)) or closing_files(source)
            for name, content in files.items():
                digest = folder.put(f"{place.folder}/{name}", content)
                data[f"{place.folder}/{name}"] = Kept(len(content), digest)
            _draw(folder, closing_unit(chain, place, address))
            advance()
        for unit in upper_units(chain, address):
            _draw(folder, unit)
        folder.put(INDEX, index(chain.places))
        folder.put(VERIFIER, (Path(__file__).parent / VERIFIER).read_bytes())
        for name, content in root_files(chain, address, data):
            folder.put(name, content)
        return folder.finish()


def closing_files(source: Source) -> dict[str, bytes]:
    """All that is published of one closing, by the name within its folder."""
    content = source.content()
    document: dict[str, Any] = json.loads(content)
    data = {DOCUMENT: content, **csv_files(document), BOOK: workbook(document, source.sha256)}
    data[PACKAGE] = data_package(document, {name: data[name] for name in data if name != BOOK})
    files = {f"{DATA}/{name}": data[name] for name in DATA_FILES}
    return {**files, ACTA: source.acta()} if source.acta else files


def index(listed: Iterable[Place]) -> bytes:
    """``cierres.json``: the chain in its order, and where each document is."""
    closings = [
        {
            "year": one.year,
            "month": one.month,
            "version": one.version,
            "closed_on": one.closed_on,
            "sha256": one.sha256,
            "latest": one.latest,
            "document": one.document,
        }
        for one in listed
    ]
    return (json.dumps({"format": INDEX_FORMAT, "closings": closings}, indent=1, sort_keys=True) + "\n").encode()


def _as_published(folder: Folder, source: Source, document: str | None) -> dict[str, bytes] | None:
    """What was published of a closing is never written otherwise, only where it was lost or altered: written anew."""
    if document is None or not document.endswith(f"/{DATA}/{DOCUMENT}"):
        return None
    names = [*(f"{DATA}/{name}" for name in DATA_FILES), *([ACTA] if source.acta else [])]
    found = folder.still_there(document.removesuffix(f"/{DATA}/{DOCUMENT}"), names)
    return found if found and found[f"{DATA}/{DOCUMENT}"] == source.content() else None


def _draw(folder: Folder, unit: Unit) -> None:
    """Drawn again only where what they are made of is another, or where one was lost or altered."""
    names = [name for name in folder.names() if unit.belongs(name)]
    if unit.was_made(folder.content(unit.first), len(names)) and folder.keep(names):
        return
    for name, content in unit.draw():
        folder.put(name, content)


def _refuse_another_chain(published: Sequence[str], chain: Sequence[Source], root: Path) -> None:
    """A folder that shows closings which this database does not have is never overwritten: it may be the proof."""
    ours = [one.sha256 for one in chain]
    if list(published) != ours[: len(published)]:
        strange = next((one for one in published if one not in ours), published[0])
        raise CannotPublish(
            f"La carpeta «{root}» publica un cierre que este sistema no tiene o tiene en otro orden ({strange[:16]}…): "
            "no se cambió nada. Guarde esa carpeta, avise a Contraloría y publique en otra."
        )
