"""What makes the published folder open data: catalogue, description of its addresses, and an example to start from.

All of it follows from the closings, the address at which they are read and the files that were written of them.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from publishing.open_data.catalog import Kept, catalog
from publishing.open_data.files import CATALOG, EXAMPLE, OPENAPI
from publishing.open_data.openapi import openapi
from publishing.published import Chain

__all__ = ["Kept", "root_files"]


def root_files(chain: Chain, address: str, described: Mapping[str, Kept]) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each. ``address`` ends with a slash; ``described`` are the data files of all closings."""
    yield CATALOG, catalog(chain, address, described)
    yield OPENAPI, openapi(chain, address)
    yield EXAMPLE, (Path(__file__).parent / EXAMPLE).read_bytes()
