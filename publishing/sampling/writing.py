"""The file of a sample as one ZIP that is read without the system: an index, and a folder for each figure.

It holds what the database and the store hold, and no moment of its own: drawn again, it is the same but for the acts
and seals that came since.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from django.conf import settings
from django.template.loader import render_to_string

from accounts.access import Access
from core.kept_files import note_fault
from core.models import FileFault
from core.moments import stamp_text
from core.pdf import canonical, render_pdf
from indicators.models import Evidence, InstrumentFile, Receipt
from indicators.models.evidence import evidence_storage
from indicators.papers.checking import altered
from indicators.papers.reading import TEMPLATES, TITLES, paper_data
from publishing.models import Closing, DocumentAltered
from publishing.sampling import tables, telling
from publishing.sampling.asked import STRATA
from publishing.sampling.figures import Figure, Sealed, read_figures, sealed
from publishing.sampling.folder import Folder, file_name
from publishing.sampling.population import Sample
from reports.explanation import explain_indicator

MOST_PDFS = 60  # each takes a fifth of a second; beyond it, papers go as their JSON, which has all that they say
_PIECE = 256 * 1024
_STYLE = "publishing/sampling/file/estilo.css"


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file of the store in the ZIP; ``fault`` says what is wrong with it, ``name`` is empty where it is not there."""

    title: str
    name: str
    expected: str
    found: str
    fault: str
    about: str


@dataclass(slots=True)
class Line:
    """A figure in the index, in muestra.csv and in muestra.xlsx."""

    figure_number: int
    folder: str
    title: str
    values: list[Any]
    shown: dict[str, str]
    faults: list[str]


def write_sample(sample: Sample, access: Access, file: BinaryIO) -> None:
    """A figure in memory at a time."""
    _Writer(sample, access, Folder(file)).write()


@dataclass
class _Writer:
    sample: Sample
    access: Access
    folder: Folder
    explained: tuple[str, bytes] = ("", b"")

    def write(self) -> None:
        keys = [unit.key for unit in self.sample.units]
        papers = Receipt.objects.filter(measurements__in=keys).distinct().count()
        self.as_pdf = papers <= MOST_PDFS
        self.closing, closing_fault = self._closing()
        lines = [self._figure(figure) for figure in read_figures(self.access, self.sample.units)]
        about = self._about(closing_fault)
        self.folder.add("muestra.csv", tables.sample_csv(lines))
        self.folder.add("muestra.xlsx", tables.sample_xlsx(lines, about))
        self.folder.add("estratos.csv", tables.strata_csv(self.sample))
        context = {"about": about, "lines": lines, "strata": telling.strata_lines(self.sample), "as_pdf": self.as_pdf}
        self._page("index.html", "index", context)
        self.folder.add("LEAME.txt", render_to_string("publishing/sampling/file/leame.txt", context).encode())
        self.folder.add("estilo.css", render_to_string(_STYLE).encode())
        self.folder.close()

    def _about(self, closing_fault: str) -> dict[str, Any]:
        sample = self.sample
        return {
            "municipality": settings.PMD_MUNICIPALITY,
            "cut": sample.cut.label,
            "size": f"{len(sample.units):,}",
            "population": f"{len(sample.population):,}",
            "population_sha256": sample.fingerprint,
            "seed": sample.asked.seed,
            "strata": STRATA[sample.asked.strata],
            "closing": self.closing.name,
            "closing_fault": closing_fault,
            "demo": sample.cut.fiscal_year.demo_data,
        }

    def _closing(self) -> tuple["_Closed", str]:
        """The latest closing of the cut-off, as a file; a document that was altered is named and not given out."""
        rows = Closing.objects.latest_versions().filter(
            fiscal_year=self.sample.cut.fiscal_year, month=self.sample.cut.month
        )
        found = rows.select_related("fiscal_year").first()
        if found is None:
            return _Closed(), ""
        try:
            content, data = found.document_bytes, found.content
        except DocumentAltered as fault:
            return _Closed(), str(fault)
        name = f"cierre/cierre-{self.sample.cut.year}-{found.month:02d}-v{found.version}.json"
        self.folder.add(name, content)
        self.folder.add("cierre/cierre.sello.json", canonical(found.seal))
        return _Closed(name, pairs=dict(_closed_pairs(data))), ""

    def _figure(self, figure: Figure) -> Line:
        evidence = [self._stored(figure, "evidencia", number, one) for number, one in enumerate(figure.evidence, 1)]
        letters = [
            self._stored(figure, "instrumentos", number, one) for number, one in enumerate(figure.instruments, 1)
        ]
        papers = [self._paper(figure, receipt) for receipt in figure.papers]
        acts = [(entry, self._seal(sealed(entry))) for entry in figure.entries]
        closed = self.closing.says(figure)
        faults = [f"{line.title}: {line.fault}" for line in (*evidence, *letters, *papers) if line.fault]
        broken = [seal.seal.number for _, seal in acts if seal and not seal.holds]
        faults += [f"Acto con el sello {number}: ya no dice lo que se selló" for number in broken]
        if closed == telling.DIFFERS:
            faults.append("La cifra validada de hoy no es la del cierre")
        if not figure.evidence:
            faults.append("Sin archivos de evidencia")
        ficha = telling.ficha(figure, self.sample)
        self._add(figure, "ficha.json", json.dumps(ficha, ensure_ascii=False, indent=2).encode())
        self._add(figure, "capturas.csv", tables.versions_csv(figure))
        self._add(figure, "bitacora.csv", tables.trail_csv(acts))
        self._add(figure, "explicacion.json", self._explanation(figure))
        context = {
            "figure": figure, "title": telling.title(figure), "facts": telling.facts(ficha), "evidence": evidence,
            "letters": letters, "papers": papers, "versions": telling.version_lines(figure),
            "acts": telling.act_lines(acts), "faults": faults, "closed": closed, "origin": ficha["origen"],
        }  # fmt: skip
        self._page(f"{figure.folder}/index.html", "figure", context)
        values = telling.line_values(figure, self.sample, files=len(evidence), closed=closed, faults=faults)
        shown = telling.shown(figure, self.sample, files=len(evidence), closed=closed)
        return Line(figure.number, figure.folder, telling.title(figure), values, shown, faults)

    def _add(self, figure: Figure, name: str, content: bytes) -> None:
        self.folder.add(f"{figure.folder}/{name}", content)

    def _page(self, name: str, template: str, context: dict[str, Any]) -> None:
        self.folder.add(name, render_to_string(f"publishing/sampling/file/{template}.html", context).encode())

    def _explanation(self, figure: Figure) -> bytes:
        """Of the indicator at the cut-off; months of one indicator follow one another."""
        code = figure.unit.code
        if self.explained[0] != code:
            found = explain_indicator(self.sample.cut, code, self.access)
            self.explained = (code, found.canonical if found else b"{}")
        return self.explained[1]

    def _seal(self, found: Sealed | None) -> Sealed | None:
        if found is not None and found.name not in self.folder:
            self.folder.add(found.name, found.content)
        return found

    def _stored(self, figure: Figure, where: str, number: int, kept: Evidence | InstrumentFile) -> FileLine:
        """As it is stored, whatever it is now; one that is lost or not what was kept is named, and stops nothing."""
        name = f"{figure.folder}/{where}/{number:02d}-{file_name(kept.name)}"
        about = f"{stamp_text(kept.uploaded_at)}, {kept.uploaded_by}"
        if isinstance(kept, Evidence) and not kept.is_in_force:
            about += "; retirado" if kept.withdrawn_at else "; sustituido por otro archivo"
        try:
            file = evidence_storage().open(kept.file.name, "rb")
        except OSError:
            note_fault(kept.file.name, FileFault.Fault.MISSING)
            return FileLine(kept.name, "", kept.sha256, "", "el archivo está perdido o no se puede leer", about)
        with file:
            found = self.folder.add_pieces(name, _pieces(file))
        fault = "" if found == kept.sha256 else "el archivo guardado no es el que se subió: su huella no coincide"
        if fault:
            note_fault(kept.file.name, FileFault.Fault.ALTERED)
        return FileLine(kept.name, name.removeprefix(f"{figure.folder}/"), kept.sha256, found, fault, about)

    def _paper(self, figure: Figure, receipt: Receipt) -> FileLine:
        """Once in the ZIP, whatever number of its figures was drawn."""
        wrong = altered(receipt)
        stem = f"documentos/{file_name(receipt.folio)}{'-no-coincide' if wrong else ''}"
        content = canonical(receipt.figures)
        if f"{stem}.json" not in self.folder:
            self.folder.add(f"{stem}.json", content)
            if self.as_pdf:
                kind = Receipt.Kind(receipt.kind)
                data = paper_data(receipt, replaces=[old.folio for old in receipt.replaces.all()])
                pdf = render_pdf(
                    TEMPLATES[kind], data, created=receipt.issued_at, title=f"{TITLES[kind]} {receipt.folio}"
                )
                self.folder.add(f"{stem}.pdf", pdf)
        title = f"{TITLES[Receipt.Kind(receipt.kind)]} {receipt.folio}"
        about = f"{stamp_text(receipt.issued_at)}, {receipt.issued_by}"
        if receipt.void_at:
            about += f"; sin efecto desde el {stamp_text(receipt.void_at)}"
        fault = "lo que está guardado no coincide con su huella" if wrong else ""
        found = hashlib.sha256(content).hexdigest()
        return FileLine(
            title, f"../../{stem}.{'pdf' if self.as_pdf else 'json'}", receipt.fingerprint, found, fault, about
        )


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    """What a disk gives of it: where it cannot be read further, what there is has another SHA-256."""
    with suppress(OSError):
        while piece := file.read(_PIECE):
            yield piece


@dataclass(frozen=True, slots=True)
class _Closed:
    """What the closing of the cut-off says of each figure; without a name there is none."""

    name: str = ""
    pairs: dict[tuple[str, int], tuple[str, str]] = field(default_factory=dict)

    def says(self, figure: Figure) -> str:
        if not self.name:
            return telling.NOT_CLOSED
        return telling.closed_words(figure.row, self.pairs.get((figure.unit.code, figure.unit.month)))


def _closed_pairs(document: dict[str, Any]) -> Iterator[tuple[tuple[str, int], tuple[str, str]]]:
    for program in document["programs"]:
        for indicator in program["indicators"]:
            for month in indicator["months"]:
                yield (indicator["code"], month["month"]), (month["numerator"], month["denominator"])
