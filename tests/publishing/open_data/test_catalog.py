"""The catalogue as a harvester reads it: as linked data, against the shapes of DCAT-AP, with no network at all."""

import hashlib
import json
import socket
from pathlib import Path
from urllib.parse import urljoin

import pyshacl
import pytest
from rdflib import RDF, Graph, Literal, Namespace, URIRef, namespace
from rdflib.namespace import DCTERMS, FOAF, SKOS

from publishing.export.publication import publish
from publishing.open_data import Kept
from publishing.open_data.catalog import catalog
from publishing.published import Chain
from tests.publishing.open_data.chains import ADDRESS, HOSTILE, a_chain

SHAPES = Path(__file__).parent / "dcat_ap.ttl"
DCAT = Namespace("http://www.w3.org/ns/dcat#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
HERE = f"{ADDRESS}catalogo.jsonld"
# The terms of DCAT 3 (https://www.w3.org/TR/vocab-dcat-3/) that the catalogue may use.
DCAT_TERMS = {
    *("Catalog", "Dataset", "DatasetSeries", "DataService", "Distribution", "dataset", "service", "themeTaxonomy"),
    *("distribution", "accessURL", "downloadURL", "mediaType", "byteSize", "keyword", "theme", "landingPage"),
    *("version", "hasVersion", "isVersionOf", "previousVersion", "inSeries", "first", "last", "prev"),
    *("startDate", "endDate", "endpointURL", "endpointDescription", "servesDataset"),
}
SPDX_TERMS = {"Checksum", "ChecksumAlgorithm", "checksum", "algorithm", "checksumValue", "checksumAlgorithm_sha256"}


@pytest.fixture(scope="module")
def graph(folder) -> Graph:
    def refused(*args, **kwargs):
        raise AssertionError("it asks the network")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(socket.socket, "connect", refused)
        return Graph().parse(folder / "catalogo.jsonld", format="json-ld")


def _node(name: str) -> URIRef:
    return URIRef(f"{HERE}#{name}")


def _conforms(graph: Graph) -> tuple[bool, str]:
    conforms, _, text = pyshacl.validate(graph, shacl_graph=Graph().parse(SHAPES), inference="none")
    return conforms, text


def test_it_keeps_to_the_shapes_of_dcat_ap(graph):
    conforms, text = _conforms(graph)
    assert conforms, text


@pytest.mark.parametrize(
    ("subject", "predicate"),
    [
        ("catalogo", DCTERMS.publisher),
        ("2016-08", DCTERMS.title),
        ("2016-08-v1", DCTERMS.temporal),
        ("2016-09/mediciones.csv", SPDX.checksum),
        ("2016-09/libro.xlsx", DCTERMS.conformsTo),
        ("municipio", FOAF.name),
    ],
)
def test_the_shapes_find_what_is_missing(graph, subject, predicate):
    less = Graph() + graph
    assert (_node(subject), predicate, None) in less
    less.remove((_node(subject), predicate, None))
    assert not _conforms(less)[0]


def test_every_word_is_one_of_its_vocabulary(graph):
    used = {str(word) for word in (*graph.predicates(), *graph.objects(None, RDF.type))}
    vocabularies = (namespace.SDO, DCTERMS, FOAF, SKOS, DCAT, SPDX)
    for vocabulary in vocabularies:
        own = {word.removeprefix(str(vocabulary)) for word in used if word.startswith(str(vocabulary))}
        known = {DCAT: DCAT_TERMS, SPDX: SPDX_TERMS}.get(vocabulary, vocabulary)
        assert own and [word for word in sorted(own) if word not in known] == []
    others = {word for word in used if not word.startswith(tuple(map(str, vocabularies)))}
    assert others == {str(RDF.type), "http://data.europa.eu/r5r/availability"}


def test_each_file_of_a_closing_is_there_with_its_size_and_fingerprint(folder, graph):
    told = {}
    for node in graph.subjects(RDF.type, DCAT.Distribution):
        address = str(graph.value(node, DCAT.downloadURL))
        checksum = graph.value(graph.value(node, SPDX.checksum), SPDX.checksumValue)
        told[address.removeprefix(ADDRESS)] = (int(graph.value(node, DCAT.byteSize)), str(checksum).lower())
        assert str(graph.value(node, namespace.SDO.contentUrl)) == address
        assert str(graph.value(node, namespace.SDO.sha256)) == str(checksum).lower()
        assert str(graph.value(node, DCAT.mediaType)).endswith(f"/{graph.value(node, namespace.SDO.encodingFormat)}")
    assert told == {
        path.relative_to(folder).as_posix(): (path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in folder.rglob("datos/*")
    }


def test_a_month_leads_to_its_earlier_versions_and_they_to_it(graph):
    month, first, second = (_node(name) for name in ("2016-08", "2016-08-v1", "2016-08-v2"))
    assert set(graph.objects(month, DCAT.hasVersion)) == {first, second}
    assert [str(graph.value(one, DCAT.version)) for one in (first, second, month)] == ["1", "2", "3"]
    assert graph.value(month, DCAT.previousVersion) == second
    assert graph.value(second, DCAT.previousVersion) == first
    assert graph.value(first, DCAT.previousVersion) is None
    assert {graph.value(one, DCAT.isVersionOf) for one in (first, second)} == {month}
    assert str(graph.value(first, DCAT.landingPage)) == f"{ADDRESS}2016/08/v1/"


def test_months_follow_one_another_in_the_series(graph):
    series = _node("cierres")
    members = set(graph.subjects(DCAT.inSeries, series))
    assert members == {_node("2015-12"), _node("2016-08"), _node("2016-09")}
    assert (graph.value(series, DCAT.first), graph.value(series, DCAT.last)) == (_node("2015-12"), _node("2016-09"))
    assert graph.value(_node("2016-08"), DCAT.prev) == _node("2015-12")
    assert graph.value(_node("2015-12"), DCAT.prev) is None
    period = graph.value(_node("2016-09"), DCTERMS.temporal)
    assert [str(graph.value(period, one)) for one in (DCAT.startDate, DCAT.endDate)] == ["2016-01-01", "2016-09-30"]


def test_the_municipality_publishes_it_and_no_person(graph):
    agents = set(graph.objects(None, DCTERMS.publisher)) | set(graph.objects(None, DCTERMS.creator))
    assert agents == {_node("municipio")}
    assert graph.value(_node("municipio"), FOAF.name) == Literal(HOSTILE, lang="es")


def test_its_addresses_are_below_the_one_that_was_given_and_are_there(folder, graph):
    for predicate in (DCAT.downloadURL, DCAT.endpointDescription, FOAF.page):
        for address in graph.objects(None, predicate):
            name = str(address).removeprefix(ADDRESS)
            assert urljoin(ADDRESS, name) == str(address)
            assert (folder / name).is_file()


def test_a_name_can_end_no_script_of_a_page_that_embeds_it(folder):
    for name in ("catalogo.jsonld", "openapi.json", "2016/08/datos/datapackage.json"):
        content = (folder / name).read_bytes()
        assert b"<" not in content
        assert json.dumps(HOSTILE, ensure_ascii=False)[1:-1] in json.dumps(json.loads(content), ensure_ascii=False)


def test_the_same_closings_are_described_by_the_same_bytes_however_they_came(tmp_path):
    months = ((2016, 8), (2016, 9), (2016, 8))
    for count in range(1, len(months) + 1):
        publish(tmp_path / "grown", a_chain(*months[:count]), address=ADDRESS)
    publish(tmp_path / "at once", a_chain(*months), address=ADDRESS)
    for name in ("catalogo.jsonld", "openapi.json"):
        assert (tmp_path / "grown" / name).read_bytes() == (tmp_path / "at once" / name).read_bytes()


def test_a_closing_without_an_acta_is_said_to_have_none():
    chain = Chain(a_chain((2016, 8)))
    kept = {f"2016/08/datos/{name}": Kept(1, "0" * 64) for name in ("cierre.json", "programas.csv")}
    graph = Graph().parse(data=catalog(chain, ADDRESS, kept), format="json-ld")
    assert list(graph.objects(None, FOAF.page)) == []
    assert len(list(graph.objects(_node("2016-08"), DCAT.distribution))) == 2
