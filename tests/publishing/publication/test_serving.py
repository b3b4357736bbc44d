"""What everybody is answered below /publico/: files as they are, and nothing of the system beside them.

No test here may touch a database (pytest-django refuses it): neither does what is served.
"""

import gzip
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.http import HttpResponse
from django.test import Client

from publishing.publication.published_files import PublishedFiles
from tests.publishing.publication.made_by_hand import FILES, digest, make_site

INDEX, DOCUMENT = FILES["index.html"], FILES["2016/09/datos/cierre.json"]
JSON = "/publico/2016/09/datos/cierre.json"
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@pytest.fixture
def root(tmp_path: Path, settings: Any) -> Path:
    settings.PMD_PUBLIC_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def site(root: Path) -> Path:
    return make_site(root)


@pytest.fixture
def visitor(site: Path) -> Client:
    return Client()


def tag(content: bytes) -> str:
    return f'"{digest(content)}"'


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("estilo.css", "text/css; charset=utf-8"),
        ("2016/09/datos/cierre.json", "application/json"),
        ("2016/09/datos/programas.csv", "text/csv; charset=utf-8"),
        ("2016/09/datos/libro.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("2016/09/acta.pdf", "application/pdf"),
        ("verificar.py", "text/x-python; charset=utf-8"),
    ],
)
def test_a_file_as_it_is_with_its_fingerprint_and_nothing_of_a_session(visitor: Client, name: str, kind: str) -> None:
    visitor.cookies["sessionid"] = "something"
    answer = visitor.get(f"/publico/{name}")
    assert answer.status_code == 200 and answer.content == FILES[name] and answer["Content-Type"] == kind
    assert answer["ETag"] == tag(FILES[name]) and answer["Content-Length"] == str(len(FILES[name]))
    assert answer["Content-Security-Policy"] == POLICY and answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "no-referrer" and answer["Accept-Ranges"] == "bytes"
    assert not answer.cookies and "Cookie" not in answer.get("Vary", "")


def test_the_list_of_fingerprints_has_its_own(visitor: Client, site: Path) -> None:
    answer = visitor.get("/publico/SHA256SUMS")
    content = (site / "SHA256SUMS").read_bytes()
    assert answer.content == content and answer["ETag"] == tag(content)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    ("path", "name"), [("/publico/", "index.html"), ("/publico/2016/", "2016/index.html")], ids=["root", "year"]
)
def test_a_folder_is_its_index(visitor: Client, path: str, name: str) -> None:
    assert visitor.get(path).content == FILES[name]


@pytest.mark.parametrize("path", ["/publico", "/publico/2016", "/publico/2016/08/v1"])
def test_a_folder_without_its_slash_leads_to_it(visitor: Client, path: str) -> None:
    answer = visitor.get(f"{path}?mes=9")
    assert answer.status_code == 301 and answer["Location"] == f"{path}/"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("index.html", "public, max-age=60"),
        ("2016/09/datos/cierre.json", "public, max-age=60"),
        ("2016/08/v1/datos/cierre.json", "public, max-age=31536000, immutable"),
        ("2016/08/v1/acta.pdf", "public, max-age=31536000, immutable"),
        ("2016/08/v1/index.html", "public, max-age=60"),
    ],
)
def test_what_never_changes_is_kept_for_good(visitor: Client, name: str, kept: str) -> None:
    assert visitor.get(f"/publico/{name}")["Cache-Control"] == kept


def test_whoever_has_the_file_already_is_told_so(visitor: Client) -> None:
    for said in (tag(DOCUMENT), f'"other", W/{tag(DOCUMENT)}', "*"):
        answer = visitor.get(JSON, headers={"If-None-Match": said})
        assert answer.status_code == 304 and answer.content == b"" and answer["ETag"] == tag(DOCUMENT)
        assert answer["Cache-Control"] == "public, max-age=60" and answer["Access-Control-Allow-Origin"] == "*"
        assert "Content-Length" not in answer
    assert visitor.get(JSON, headers={"If-None-Match": '"other"'}).status_code == 200
    assert visitor.get(JSON, headers={"If-Match": '"other"'}).status_code == 412


def test_the_headers_alone(visitor: Client) -> None:
    answer = visitor.head(JSON, headers={"Range": "bytes=0-3"})
    assert (answer.status_code, answer.content, answer["Content-Length"]) == (200, b"", str(len(DOCUMENT)))
    assert visitor.head("/publico/nada.html").status_code == 404


@pytest.mark.parametrize(
    ("asked", "status", "content", "told"),
    [
        ("bytes=0-0", 206, DOCUMENT[:1], "bytes 0-0/280"),
        ("bytes=5-9", 206, DOCUMENT[5:10], "bytes 5-9/280"),
        ("bytes=270-", 206, DOCUMENT[270:], "bytes 270-279/280"),
        ("bytes=270-9999", 206, DOCUMENT[270:], "bytes 270-279/280"),
        ("bytes=-4", 206, DOCUMENT[-4:], "bytes 276-279/280"),
        ("bytes=-9999", 206, DOCUMENT, "bytes 0-279/280"),
        ("bytes=280-", 416, b"", "bytes */280"),
        ("bytes=-0", 416, b"", "bytes */280"),
        ("bytes=9-5", 200, DOCUMENT, None),
        ("bytes=0-1,4-5", 200, DOCUMENT, None),
        ("bytes=٤-٥", 200, DOCUMENT, None),
        ("lines=1-2", 200, DOCUMENT, None),
        ("bytes=" + "9" * 5000 + "-", 200, DOCUMENT, None),
    ],
)
def test_a_part_of_a_file(visitor: Client, asked: str, status: int, content: bytes, told: str | None) -> None:
    answer = visitor.get(JSON, headers={"Range": asked, "Accept-Encoding": "gzip"})
    assert (answer.status_code, answer.content, answer.get("Content-Range")) == (status, content, told)
    assert answer["Content-Length"] == str(len(content)) and "Content-Encoding" not in answer


def test_a_part_goes_on_only_of_the_same_file(visitor: Client) -> None:
    for said, status in ((tag(DOCUMENT), 206), ('"other"', 200), (f"W/{tag(DOCUMENT)}", 200)):
        assert visitor.get(JSON, headers={"Range": "bytes=2-4", "If-Range": said}).status_code == status


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch", "options", "trace"])
def test_a_page_is_only_read(visitor: Client, method: str) -> None:
    for path in ("/publico/", "/publico", "/robots.txt", "/publico/nada"):
        answer = getattr(visitor, method)(path)
        assert answer.status_code == 405 and answer["Allow"] == "GET, HEAD"


DATA = ["2016/09/datos/programas.csv", "2016/08/v1/datos/cierre.json", "cierres.json", "SHA256SUMS", "verificar.py"]


@pytest.mark.parametrize("name", DATA)
def test_every_site_reads_the_data(visitor: Client, name: str) -> None:
    answer = visitor.get(f"/publico/{name}", headers={"Origin": "https://diario.example"})
    assert answer["Access-Control-Allow-Origin"] == "*" and "ETag" in answer["Access-Control-Expose-Headers"]
    asked = visitor.options(
        f"/publico/{name}",
        headers={
            "Origin": "https://diario.example",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "range",
        },
    )
    assert asked.status_code == 204 and asked["Access-Control-Allow-Origin"] == "*"
    assert "GET" in asked["Access-Control-Allow-Methods"] and "Range" in asked["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in asked


@pytest.mark.parametrize("name", ["index.html", "2016/09/acta.pdf", "estilo.css"])
def test_no_other_site_reads_the_pages(visitor: Client, name: str) -> None:
    assert "Access-Control-Allow-Origin" not in visitor.get(f"/publico/{name}")


def test_compressed_it_is_another_representation_with_a_strong_tag_of_its_own(visitor: Client) -> None:
    answer = visitor.get("/publico/", headers={"Accept-Encoding": "gzip, br"})
    assert answer["Content-Encoding"] == "gzip" and gzip.decompress(answer.content) == INDEX
    assert answer["ETag"].startswith(tag(INDEX)[:-1]) and answer["ETag"] != tag(INDEX)
    assert answer["Vary"] == "Accept-Encoding" and answer["Content-Length"] == str(len(answer.content))
    again = visitor.get("/publico/", headers={"Accept-Encoding": "gzip", "If-None-Match": answer["ETag"]})
    assert again.status_code == 304 and again["Vary"] == "Accept-Encoding"
    assert visitor.get("/publico/", headers={"If-None-Match": answer["ETag"]}).status_code == 200
    assert visitor.get("/publico/", headers={"Accept-Encoding": "gzip"}).content == answer.content


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0", "gzip;q=0.000, br", "xgzip"])
def test_whoever_does_not_take_gzip_gets_the_file(visitor: Client, accepted: str) -> None:
    answer = visitor.get("/publico/", headers={"Accept-Encoding": accepted})
    assert answer.content == INDEX and answer["ETag"] == tag(INDEX)


def test_what_is_compressed_by_its_own_format_is_not_compressed_again(visitor: Client) -> None:
    answer = visitor.get("/publico/2016/09/acta.pdf", headers={"Accept-Encoding": "gzip"})
    assert answer.content == FILES["2016/09/acta.pdf"] and "Vary" not in answer


NOWHERE = [
    "nada.html",
    "2016/09/",
    "2016//index.html",
    "../publico/index.html",
    "..%2f..%2fetc/passwd",
    "%2e%2e/%2e%2e/etc/passwd",
    "%252e%252e/etc/passwd",
    "..\\..\\secreto",
    "..%5c..%5csecreto",
    "2016/../../secreto",
    "index.html%00.css",
    "%00",
    "%00?texto=%00",
    "%ff%fe",
    "/etc/passwd",
    "//etc/passwd",
    ".pmd-antes/index.html",
    ".pmd-nuevo/index.html",
    "ajeno.html",
    "enlace.html",
    "a" * 3000,
    "index.html/",
]


@pytest.mark.parametrize("asked", NOWHERE)
def test_what_was_not_published_is_the_sites_own_404(visitor: Client, site: Path, root: Path, asked: str) -> None:
    (root / "secreto").write_text("secret")
    (site / "ajeno.html").write_text("somebody else's")
    (site / "enlace.html").symlink_to(root / "secreto")
    for folder in (".pmd-antes", ".pmd-nuevo"):
        (site / folder).mkdir()
        (site / folder / "index.html").write_text("before")
    answer = visitor.get(f"/publico/{asked}")
    assert answer.status_code == 404 and answer.content == FILES["404.html"]
    assert answer["Content-Type"] == "text/html; charset=utf-8" and answer["Content-Security-Policy"] == POLICY
    assert "ETag" not in answer


def test_a_link_out_of_the_folder_is_not_followed_where_a_file_was(visitor: Client, site: Path, root: Path) -> None:
    (root / "secreto").write_bytes(b"secret")
    (site / "estilo.css").unlink()
    (site / "estilo.css").symlink_to(root / "secreto")
    answer = visitor.get("/publico/estilo.css")
    assert answer.status_code == 503 and b"secret" not in answer.content


def test_an_altered_file_is_not_handed_out(visitor: Client, site: Path) -> None:
    path = site / "2016/09/datos/cierre.json"
    path.write_bytes(DOCUMENT.replace(b"1", b"2"))
    answer = visitor.get(JSON)
    assert answer.status_code == 503 and "no es lo que se publicó".encode() in answer.content
    assert answer["Cache-Control"] == "no-store"
    path.write_bytes(DOCUMENT)
    assert visitor.get(JSON).content == DOCUMENT


def test_while_it_is_written_everybody_reads_the_publication_before(visitor: Client, site: Path) -> None:
    """As ``export.folder`` leaves it between the first file and SHA256SUMS."""
    (site / ".pmd-antes/2016").mkdir(parents=True)
    for name in ("index.html", "2016/index.html"):
        (site / name).rename(site / ".pmd-antes" / name)
    (site / "index.html").write_bytes(b"<p>next</p>")
    assert visitor.get("/publico/").content == INDEX
    assert visitor.get("/publico/2016/").content == FILES["2016/index.html"]
    make_site(site.parent, {**FILES, "index.html": b"<p>next</p>"})
    assert visitor.get("/publico/").content == b"<p>next</p>"


def test_a_folder_that_changes_between_two_looks_is_read_again(visitor: Client, site: Path, monkeypatch: Any) -> None:
    """A reader has the old list and finds the new file: the answer is the new one, wholly."""
    names, asked = PublishedFiles.names, []

    def overtaken(files: PublishedFiles) -> Any:
        found = names(files)
        if not asked:
            make_site(site.parent, {**FILES, "index.html": b"<p>next</p>"})
        asked.append(found)
        return found

    monkeypatch.setattr(PublishedFiles, "names", overtaken)
    answer = visitor.get("/publico/")
    assert answer.content == b"<p>next</p>" and answer["ETag"] == tag(b"<p>next</p>") and len(asked) == 2


def test_nothing_is_there_before_the_first_publication_and_after_it_was_taken_away(root: Path) -> None:
    visitor = Client()
    assert visitor.get("/publico/").status_code == 404
    assert visitor.get("/robots.txt").content == b"User-agent: *\nDisallow: /\n"
    site = make_site(root)
    assert visitor.get("/publico/").status_code == 200
    assert visitor.get("/robots.txt").content == b"User-agent: *\nAllow: /publico/\nDisallow: /\n"
    site.rename(root / ".retirado-1")
    answer = visitor.get("/publico/")
    assert answer.status_code == 404 and b"no ha publicado nada" in answer.content


def test_a_hundred_thousand_addresses_that_do_not_exist_cost_no_memory(site: Path) -> None:
    files = PublishedFiles(site)
    for number in range(2000):
        assert files.names().get(f"2016/{number}.html") is None
    assert files.content("404.html", digest(FILES["404.html"])) == FILES["404.html"]
    assert len(files._kept._rows) == 1


def test_what_is_kept_in_memory_is_bounded(tmp_path: Path, monkeypatch: Any) -> None:
    pages = {f"{number}.html": bytes([number]) * 100_000 for number in range(200)}
    files = PublishedFiles(make_site(tmp_path, pages))
    for name, content in pages.items():
        assert files.content(name, digest(content)) == content
    assert sum(map(len, files._kept._rows.values())) <= 16 * 2**20
    large = b"x" * (3 * 2**20)
    make_site(tmp_path, {"grande.csv": large})
    assert files.content("grande.csv", digest(large)) == large and digest(large) not in files._kept._rows


def test_it_answers_while_the_database_is_down(site: Path, root: Path, tmp_path: Path) -> None:
    """Production's settings and the whole application, on a database that nobody answers for."""
    program = """
        from pmd.wsgi import application
        def ask(path):
            told = []
            environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "SERVER_NAME": "x", "SERVER_PORT": "443",
                       "HTTP_HOST": "pmd.example", "wsgi.url_scheme": "https", "wsgi.input": __import__("io").BytesIO(),
                       "wsgi.errors": __import__("sys").stderr, "REMOTE_ADDR": "127.0.0.1"}
            body = b"".join(application(environ, lambda status, headers: told.append((status, dict(headers)))))
            return told[0][0][:3], told[0][1], body
        status, headers, body = ask("/publico/")
        assert "Set-Cookie" not in headers and headers["Content-Security-Policy"].startswith("default-src 'none'")
        print(status, len(body), ask("/publico/nada")[0], ask("/salud/")[0])
    """
    elsewhere = tmp_path.parent / f"{tmp_path.name}-files"  # evidence may not lie within what is public
    elsewhere.mkdir()
    environment = {
        **os.environ,
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
        "PMD_CONNECT_SECONDS": "1",
        "DEBUG": "false",
        "SECRET_KEY": "only-for-the-tests-" + "0123456789" * 4,
        "ALLOWED_HOSTS": "pmd.example",
        "PMD_MUNICIPALITY": "Municipio de Ejemplo",
        "PMD_TIME_ZONE": "America/Monterrey",
        "PMD_FILES_ROOT": str(elsewhere),
        "PMD_PUBLIC_ROOT": str(root),
        "PMD_TASKS": "worker",
    }
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        env=environment,
        cwd=django_settings.BASE_DIR,
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == ["200", str(len(INDEX)), "404", "503"], done.stderr


def test_what_is_kept_of_pages_elsewhere_stays_as_it_was(visitor: Client) -> None:
    answer: HttpResponse = visitor.get("/escudo/")
    assert answer["Cache-Control"] == "private, no-store"
