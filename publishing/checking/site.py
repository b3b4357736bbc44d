"""The public site: each file is what SHA256SUMS says, and its documents are the closings that planning published."""

import json
from collections.abc import Iterator
from pathlib import Path

from publishing.checking.findings import Findings, Part
from publishing.export.folder import BEFORE, NEXT
from publishing.publication import for_proxy
from publishing.publication.place import site_folder, writing_alone
from publishing.publication.published_files import PublishedFiles
from publishing.publication.state import closings_up_to, site_state
from publishing.published import INDEX, SUMS

_SHOWN = 20
_PATIENCE = 300.0  # seconds; what is being written now is looked at afterwards


def check_site(found: Findings) -> int:
    """How many files were looked at."""
    if not site_folder().parent.is_dir() and site_state().shown is None:
        return 0
    with writing_alone(patience=_PATIENCE) as site:
        shown = site_state().shown
        if shown is None:
            if site.exists():
                found.add(Part.SITE, f"La carpeta «{site}» está, y nada está publicado: {_AGAIN}")
            return 0
        files = PublishedFiles(site)
        wanted = list(closings_up_to(shown.closing).without_documents().values_list("sha256", flat=True))
        faults = list(_faults(site, files, wanted))
    for sentence in faults[:_SHOWN]:
        found.add(Part.SITE, sentence)
    if len(faults) > _SHOWN:
        found.add(Part.SITE, f"Otros {len(faults) - _SHOWN:,} archivos del sitio público no son lo que se publicó.")
    return len(files.names())


_AGAIN = "escriba otra vez los archivos en «Sitio público»."


def _faults(site: Path, files: PublishedFiles, wanted: list[str]) -> Iterator[str]:
    names = files.names()
    if not names:
        yield f"El sitio está publicado y sus archivos no están en «{site}»: {_AGAIN}"
        return
    for name, digest in names.items():
        if name != SUMS and files.content(name, digest) is None:
            if (site / name).exists():
                yield f"«{name}» no es lo que se publicó: alguien lo cambió. Avise a Contraloría y {_AGAIN}"
            else:
                yield f"«{name}» falta: {_AGAIN}"
    for name in for_proxy.faults(site, names):
        yield f"«{name}» de la copia que sirve nginx no es lo que se publicó: {_AGAIN}"
    there = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    for name in sorted(there - set(names)):
        if not name.startswith((f"{BEFORE}/", f"{NEXT}/")):
            yield f"«{name}» está en la carpeta del sitio y no se publicó: quítelo."
    index = files.content(INDEX, names.get(INDEX, ""))
    try:
        listed = [(one["sha256"], names.get(one["document"])) for one in json.loads(index or b"")["closings"]]
    except (ValueError, KeyError, TypeError):
        yield f"«{INDEX}» del sitio no se puede leer: {_AGAIN}"
        return
    if listed != [(digest, digest) for digest in wanted]:
        yield f"Los documentos del sitio no son los de los cierres publicados: {_AGAIN}"
