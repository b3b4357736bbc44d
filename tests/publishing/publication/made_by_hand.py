"""A small public site made by hand, as the files of one that was published lie in its folder."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

FILES = {
    "index.html": b"<!doctype html><title>Plan</title>" + b"<p>64 %</p>" * 60,
    "404.html": "<!doctype html><title>No está</title><p>Esta página no existe aquí.</p>".encode(),
    "estilo.css": b"p { color: black }",
    "2016/index.html": b"<!doctype html><title>2016</title>",
    "2016/09/datos/cierre.json": b'{"a":1}' * 40,
    "2016/09/datos/programas.csv": b"\xef\xbb\xbfa,b\r\n1,2\r\n",
    "2016/09/datos/libro.xlsx": b"PK\x03\x04 book",
    "2016/09/acta.pdf": b"%PDF-1.7 acta",
    "2016/08/v1/datos/cierre.json": b'{"v":1}',
    "2016/08/v1/index.html": b"<!doctype html><title>v1</title>",
    "2016/08/v1/acta.pdf": b"%PDF-1.7 primera",
    "cierres.json": b"{}",
    "verificar.py": b"print(1)\n",
}


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def make_site(root: Path, files: Mapping[str, bytes] = FILES) -> Path:
    """The folder ``sitio`` within ``root``, SHA256SUMS last."""
    site = root / "sitio"
    for name, content in files.items():
        path = site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    sums = "".join(f"{digest(files[name])}  {name}\n" for name in sorted(files))
    (site / "SHA256SUMS.uno").write_text(sums)
    (site / "SHA256SUMS.uno").replace(site / "SHA256SUMS")
    return site
