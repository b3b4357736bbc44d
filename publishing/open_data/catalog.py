"""``catalogo.jsonld``: the closings as datasets, in the words of DCAT 3 and, on the same nodes, of schema.org.

A month is one dataset, whose files are those of the version that counts and whose address never changes; each earlier
version is a dataset of its own, which keeps what it said. Nothing needs a network: the context stands in the file.
"""

import calendar
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from indicators.models import month_name
from publishing.open_data import terms
from publishing.open_data.columns import TABLES
from publishing.open_data.files import (
    ACTA,
    CATALOG,
    CSV,
    JSON,
    OF_A_CLOSING,
    OPENAPI,
    PACKAGE,
    XLSX,
    DataFile,
)
from publishing.open_data.writing import json_bytes
from publishing.published import DATA, DEMO, DOCUMENT, Chain, Place

Node = dict[str, Any]

_EU = "http://publications.europa.eu/resource/authority"
_IANA = "https://www.iana.org/assignments/media-types"
_LANGUAGE, _MONTHLY = f"{_EU}/language/SPA", f"{_EU}/frequency/MONTHLY"
_MEXICO, _GOVERNMENT = f"{_EU}/country/MEX", f"{_EU}/data-theme/GOVE"
_THEMES = f"{_EU}/data-theme"
_SHA256 = "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"
_FILE_TYPES = {CSV: f"{_EU}/file-type/CSV", JSON: f"{_EU}/file-type/JSON", XLSX: f"{_EU}/file-type/XLSX"}
_STABLE = f"{_EU}/planned-availability/STABLE"
_LOCAL_AUTHORITY = "http://purl.org/adms/publishertype/LocalAuthority"
_ADDRESSES_STANDARD = "https://spec.openapis.org/oas/v3.1.0"
_CSV_STANDARD = "https://www.rfc-editor.org/rfc/rfc4180"
_PACKAGE_STANDARD = "https://specs.frictionlessdata.io/data-package/"
_OOXML = "https://www.iso.org/standard/71691.html"
_STANDARDS = {
    _ADDRESSES_STANDARD: "OpenAPI 3.1",
    _CSV_STANDARD: "RFC 4180: CSV",
    _PACKAGE_STANDARD: "Data Package 1.0",
    _OOXML: "ISO/IEC 29500: Office Open XML",
}

_LINKS = (
    *("dcat:dataset", "dcat:service", "dcat:inSeries", "dcat:prev", "dcat:first", "dcat:last", "dcat:servesDataset"),
    *("dcat:distribution", "dcat:hasVersion", "dcat:isVersionOf", "dcat:previousVersion", "dcat:landingPage"),
    *("dcat:accessURL", "dcat:downloadURL", "dcat:mediaType", "dcat:endpointURL", "dcat:endpointDescription"),
    *("dcat:theme", "dcat:themeTaxonomy", "dcatap:availability", "dct:type", "dct:publisher", "dct:creator"),
    *("dct:license", "dct:language", "dct:spatial"),
    *("dct:accrualPeriodicity", "dct:conformsTo", "dct:format", "foaf:homepage", "foaf:page", "spdx:algorithm"),
    *("schema:dataset", "schema:distribution", "schema:includedInDataCatalog", "schema:publisher", "schema:creator"),
    *("schema:license", "schema:url", "schema:contentUrl", "schema:isPartOf", "schema:hasPart"),
)
_TYPED = {
    "xsd:date": ("dct:issued", "dct:modified", "dcat:startDate", "dcat:endDate", "schema:datePublished"),
    "xsd:nonNegativeInteger": ("dcat:byteSize",),
    "xsd:hexBinary": ("spdx:checksumValue",),
}
# What is written in no language.
_PLAIN = (
    *("dct:identifier", "dcat:version", "schema:identifier", "schema:version", "schema:inLanguage"),
    *("schema:temporalCoverage", "schema:encodingFormat", "schema:contentSize", "schema:sha256"),
    "schema:dateModified",
)
CONTEXT = {
    "@version": 1.1,
    "@language": "es",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    **{name: {"@id": name, "@type": "@id"} for name in _LINKS},
    **{name: {"@id": name, "@type": kind} for kind, names in _TYPED.items() for name in names},
    **{name: {"@id": name, "@language": None} for name in _PLAIN},
}


class Kept(NamedTuple):
    """A file of the folder: how many bytes it has, and its SHA-256."""

    size: int
    sha256: str


def catalog(chain: Chain, address: str, described: Mapping[str, Kept]) -> bytes:
    """``described``: the data files of all closings by their names in the folder; others are left out."""
    return json_bytes({"@context": CONTEXT, "@graph": [*_Graph(chain, address, described).nodes()]})


class _Graph:
    def __init__(self, chain: Chain, address: str, described: Mapping[str, Kept]) -> None:
        self._chain, self._address, self._described = chain, address, described
        latest = chain.document(chain.latest)
        self._municipality, self._plan = latest["municipality"], latest["plan"]
        self._here = f"{address}{CATALOG}"
        self._publisher = f"{self._here}#municipio"

    def nodes(self) -> Iterator[Node]:
        shown = self._chain.shown
        earlier = [one for one in self._chain.places if not one.latest]
        yield self._catalog([*shown, *earlier])
        yield self._series()
        yield self._service(shown)
        for place, before in zip(shown, [None, *shown[:-1]], strict=True):
            yield from self._month(place, before)
        for place in earlier:
            yield from self._earlier(place)
        yield {
            "@id": self._publisher,
            "@type": ["foaf:Agent", "schema:GovernmentOrganization"],
            "dct:type": _LOCAL_AUTHORITY,
            "foaf:name": self._municipality,
            "schema:name": self._municipality,
            "schema:url": self._address,
        }
        yield from self._vocabulary()

    def _catalog(self, places: list[Place]) -> Node:
        title = f"Datos abiertos del plan: {self._municipality}"
        about = (
            f"Los cierres mensuales del plan (el más nuevo, de «{self._plan}»): cantidades, reglas y resultados "
            "de cada programa e indicador, con lo necesario para recalcularlos."
        )
        datasets = [self._id_of(place) for place in places]
        return {
            "@id": f"{self._here}#catalogo",
            "@type": ["dcat:Catalog", "schema:DataCatalog"],
            **self._told(title, about),
            "foaf:homepage": _page(self._address),
            "dct:issued": min(one.closed_on for one in self._chain.places),
            "dct:modified": max(one.closed_on for one in self._chain.places),
            "dcat:themeTaxonomy": _THEMES,
            "dcat:dataset": [f"{self._here}#cierres", *datasets],
            "dcat:service": f"{self._here}#direcciones",
            "schema:url": self._address,
            "schema:dataset": datasets,
        }

    def _series(self) -> Node:
        shown = self._chain.shown
        return {
            "@id": f"{self._here}#cierres",
            "@type": ["dcat:DatasetSeries", "dcat:Dataset"],
            "dct:title": f"Cierres mensuales del plan: {self._municipality}",
            "dct:description": "Un conjunto de datos por mes de corte; cada uno va de enero a su mes",
            "dct:publisher": self._publisher,
            "dct:accrualPeriodicity": _MONTHLY,
            "dcat:keyword": list(terms.KEYWORDS),
            "dcat:theme": _GOVERNMENT,
            "dct:issued": min(one.closed_on for one in self._chain.places),
            "dct:modified": max(one.closed_on for one in self._chain.places),
            "dct:spatial": self._where(),
            "dct:temporal": _period(f"{shown[0].year:04d}-01-01", _last_day(shown[-1])),
            "dcat:first": self._id_of(shown[0]),
            "dcat:last": self._id_of(shown[-1]),
        }

    def _service(self, shown: list[Place]) -> Node:
        return {
            "@id": f"{self._here}#direcciones",
            "@type": "dcat:DataService",
            "dct:title": f"Direcciones de los datos: {self._municipality}",
            "dct:description": "Archivos en direcciones que no cambian, sin registro: enteros o por partes",
            "dct:publisher": self._publisher,
            "dct:license": terms.LICENCE_ADDRESS,
            "dct:conformsTo": _ADDRESSES_STANDARD,
            "dcat:keyword": list(terms.KEYWORDS),
            "dcat:theme": _GOVERNMENT,
            "dcat:endpointURL": self._address,
            "dcat:endpointDescription": f"{self._address}{OPENAPI}",
            "dcat:servesDataset": [self._id_of(place) for place in shown],
        }

    def _month(self, place: Place, before: Place | None) -> Iterator[Node]:
        *earlier, _ = self._chain.versions(place.year, place.month)
        node = self._dataset(place)
        node["dcat:inSeries"] = f"{self._here}#cierres"
        if before:
            node["dcat:prev"] = self._id_of(before)
        if earlier:
            node["dcat:hasVersion"] = [self._id_of(one) for one in earlier]
            node["dcat:previousVersion"] = self._id_of(earlier[-1])
        yield node
        yield from self._distributions(place)

    def _earlier(self, place: Place) -> Iterator[Node]:
        versions = self._chain.versions(place.year, place.month)
        node = self._dataset(place)
        node["dcat:isVersionOf"] = self._id_of(versions[-1])
        if place.version > 1:
            node["dcat:previousVersion"] = self._id_of(versions[versions.index(place) - 1])
        yield node
        yield from self._distributions(place)

    def _dataset(self, place: Place) -> Node:
        month = f"{month_name(place.month)} de {place.year}"
        first, last = f"{place.year:04d}-01-01", _last_day(place)
        page = f"{self._address}{place.folder}/"
        files = [self._id_of(place, file) for file in self._files(place)]
        demo = f"{DEMO}: las capturas son generadas, no son cifras del municipio. " if place.demo else ""
        replaced = "" if place.latest else f" La versión {place.version + 1} la rectificó."
        node = {
            "@id": self._id_of(place),
            "@type": ["dcat:Dataset", "schema:Dataset"],
            **self._told(
                f"{self._municipality}: cierre de {month}" + ("" if place.latest else f", versión {place.version}"),
                f"{demo}Cantidades, reglas y resultados de cada programa e indicador, de enero a {month}.{replaced}",
            ),
            "dct:identifier": self._id_of(place),
            "dct:issued": place.closed_on,
            "dct:accrualPeriodicity": _MONTHLY,
            "dct:temporal": _period(first, last),
            "dcat:keyword": list(terms.KEYWORDS),
            "dcat:theme": _GOVERNMENT,
            "dcat:version": str(place.version),
            "dcat:landingPage": _page(page),
            "dcat:distribution": files,
            "schema:identifier": place.sha256,
            "schema:version": str(place.version),
            "schema:datePublished": place.closed_on,
            "schema:temporalCoverage": f"{first}/{last}",
            "schema:keywords": list(terms.KEYWORDS),
            "schema:isAccessibleForFree": True,
            "schema:includedInDataCatalog": f"{self._here}#catalogo",
            "schema:url": page,
            "schema:distribution": files,
        }
        if f"{place.folder}/{ACTA}" in self._described:
            node["foaf:page"] = _page(f"{self._address}{place.folder}/{ACTA}")
        return node

    def _files(self, place: Place) -> list[DataFile]:
        return [file for file in OF_A_CLOSING if f"{place.folder}/{file.name}" in self._described]

    def _distributions(self, place: Place) -> Iterator[Node]:
        for file in self._files(place):
            kept = self._described[f"{place.folder}/{file.name}"]
            address = f"{self._address}{place.folder}/{file.name}"
            yield {
                "@id": self._id_of(place, file),
                "@type": ["dcat:Distribution", "schema:DataDownload"],
                "dct:title": file.title,
                "dct:description": file.describes,
                "dct:license": terms.LICENCE_ADDRESS,
                "dct:language": _LANGUAGE,
                "dct:issued": place.closed_on,
                "dct:format": _FILE_TYPES[file.media],
                "dct:conformsTo": self._standards(place, file),
                "dcatap:availability": _STABLE,
                "dcat:accessURL": address,
                "dcat:downloadURL": address,
                "dcat:mediaType": f"{_IANA}/{file.media}",
                "dcat:byteSize": str(kept.size),
                "spdx:checksum": {
                    "@type": "spdx:Checksum",
                    "spdx:algorithm": _SHA256,
                    "spdx:checksumValue": kept.sha256,
                },
                "schema:name": file.title,
                "schema:description": file.describes,
                "schema:license": terms.LICENCE_ADDRESS,
                "schema:contentUrl": address,
                "schema:encodingFormat": file.media,
                "schema:contentSize": f"{kept.size} B",
                "schema:sha256": kept.sha256,
            }

    def _standards(self, place: Place, file: DataFile) -> list[str]:
        """What the bytes keep to; a table, also to what the package beside it says of its columns."""
        within = file.name.removeprefix(f"{DATA}/")
        if within == DOCUMENT:
            return [self._document_schema]
        if within == PACKAGE:
            return [_PACKAGE_STANDARD]
        if file.media == XLSX:
            return [_OOXML]
        described = [f"{self._address}{place.folder}/{DATA}/{PACKAGE}"]
        return [_CSV_STANDARD, *(described if within in {table.file for table in TABLES} else [])]

    @property
    def _document_schema(self) -> str:
        return f"{self._address}{OPENAPI}#/components/schemas/Cierre"

    def _told(self, title: str, about: str) -> Node:
        """What catalogue and datasets say of themselves, in both vocabularies."""
        return {
            "dct:title": title,
            "dct:description": about,
            "dct:publisher": self._publisher,
            "dct:creator": self._publisher,
            "dct:license": terms.LICENCE_ADDRESS,
            "dct:language": _LANGUAGE,
            "dct:spatial": self._where(),
            "schema:name": title,
            "schema:description": about,
            "schema:publisher": self._publisher,
            "schema:creator": self._publisher,
            "schema:license": terms.LICENCE_ADDRESS,
            "schema:inLanguage": "es-MX",
            "schema:spatialCoverage": {"@type": "schema:Place", "schema:name": f"{self._municipality}, México"},
        }

    def _where(self) -> list[str]:
        return [f"{self._here}#territorio", _MEXICO]

    def _id_of(self, place: Place, file: DataFile | None = None) -> str:
        version = "" if place.latest else f"-v{place.version}"
        of_file = f"/{file.name.removeprefix(f'{DATA}/')}" if file else ""
        return f"{self._here}#{place.year:04d}-{place.month:02d}{version}{of_file}"

    def _vocabulary(self) -> Iterator[Node]:
        """What the words of others are that the datasets use, so that nobody has to go and ask."""
        territory = f"{self._here}#territorio"
        yield {"@id": territory, "@type": "dct:Location", "skos:prefLabel": self._municipality}
        yield {"@id": _MEXICO, "@type": "dct:Location", "skos:prefLabel": "México"}
        yield {"@id": terms.LICENCE_ADDRESS, "@type": "dct:LicenseDocument", "dct:title": terms.LICENCE}
        yield {"@id": _LANGUAGE, "@type": "dct:LinguisticSystem", "skos:prefLabel": "español"}
        yield {"@id": _MONTHLY, "@type": "dct:Frequency", "skos:prefLabel": "mensual"}
        yield {"@id": _THEMES, "@type": "skos:ConceptScheme", "dct:title": "Temas de datos"}
        yield {
            "@id": _GOVERNMENT,
            "@type": "skos:Concept",
            "skos:prefLabel": "Gobierno y sector público",
            "skos:inScheme": {"@id": _THEMES},
        }
        yield {"@id": _STABLE, "@type": "skos:Concept", "skos:prefLabel": "estable"}
        yield {"@id": _LOCAL_AUTHORITY, "@type": "skos:Concept", "skos:prefLabel": "autoridad local"}
        yield {"@id": _SHA256, "@type": "spdx:ChecksumAlgorithm"}
        for media, kind in _FILE_TYPES.items():
            yield {"@id": kind, "@type": "dct:MediaTypeOrExtent"}
            yield {"@id": f"{_IANA}/{media}", "@type": "dct:MediaType"}
        yield {"@id": self._document_schema, "@type": "dct:Standard", "dct:title": "Esquema de cierre.json"}
        for standard, name in _STANDARDS.items():
            yield {"@id": standard, "@type": "dct:Standard", "dct:title": name}
        for place in self._chain.places:
            yield {"@id": f"{self._address}{place.folder}/{DATA}/{PACKAGE}", "@type": "dct:Standard"}


def _page(address: str) -> Node:
    return {"@id": address, "@type": "foaf:Document"}


def _period(first: str, last: str) -> Node:
    return {"@type": "dct:PeriodOfTime", "dcat:startDate": first, "dcat:endDate": last}


def _last_day(place: Place) -> str:
    """Of the cut-off month."""
    return f"{place.year:04d}-{place.month:02d}-{calendar.monthrange(place.year, place.month)[1]:02d}"
