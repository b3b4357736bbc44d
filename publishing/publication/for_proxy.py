"""The public site once more, for a proxy that serves the folder itself: every file with a compressed copy beside it.

``servido`` is a link to a tree whose files are those of the site (second names of the same files). One rename shows the
next tree, so that a proxy never hands out a new page beside an old one. It proves nothing and holds nothing of its own.
"""

import gzip
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from uuid import uuid4

from publishing.export.folder import named
from publishing.published import SUMS

SERVED = "servido"
_TREE = f".{SERVED}-"
_COMPRESSED_ALREADY = frozenset((".png", ".pdf", ".xlsx"))
_WORTH_IT = 500  # bytes
_LEVEL = 9  # once, for everybody who reads it


def offer(site: Path, *, anew: bool) -> None:
    """Show the site's files to the proxy. Unless ``anew``, only where it does not show these very ones."""
    link, sums = site.with_name(SERVED), (site / SUMS).read_bytes()
    shown = link / SUMS
    if not anew and shown.exists() and shown.read_bytes() == sums:
        return
    names, before = named(sums), named(shown.read_bytes()) if shown.exists() else {}
    tree = site.with_name(f"{_TREE}{uuid4().hex}")
    for name, digest in names.items():
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        _second_name(site / name, path)
        if path.suffix in _COMPRESSED_ALREADY or path.stat().st_size < _WORTH_IT:
            continue
        compressed, earlier = Path(f"{path}.gz"), Path(f"{link / name}.gz")
        if not anew and before.get(name) == digest and earlier.exists():
            _second_name(earlier, compressed)
        else:
            compressed.write_bytes(gzip.compress(path.read_bytes(), _LEVEL, mtime=0))
    _second_name(site / SUMS, tree / SUMS)
    beside = site.with_name(f"{_TREE}{uuid4().hex}.uno")
    beside.symlink_to(tree.name)
    os.replace(beside, link)
    forget(site)


def withdraw(site: Path) -> None:
    """The proxy shows nothing any more."""
    site.with_name(SERVED).unlink(missing_ok=True)


def forget(site: Path) -> None:
    """Delete the trees that are not shown: of before, and of whoever was killed."""
    link = site.with_name(SERVED)
    shown = os.readlink(link) if link.is_symlink() else ""
    for path in site.parent.glob(f"{_TREE}*"):
        if path.is_symlink():
            path.unlink()
        elif path.name != shown:
            shutil.rmtree(path, ignore_errors=True)


def faults(site: Path, names: Mapping[str, str]) -> Iterator[str]:
    """The names of files that the proxy hands out and that are not what was published, or are too many."""
    link = site.with_name(SERVED)
    for path in sorted(path for path in link.rglob("*") if path.is_file()):
        name = path.relative_to(link).as_posix()
        try:
            content = path.read_bytes()
            if name not in names and name.removesuffix(".gz") in names:
                name, content = name.removesuffix(".gz"), gzip.decompress(content)
        except (OSError, EOFError, ValueError):
            content = b""
        if hashlib.sha256(content).hexdigest() != names.get(name):
            yield path.relative_to(link).as_posix()


def _second_name(source: Path, target: Path) -> None:
    """Where the file system has none, a copy."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
