"""A written folder with everything a description has to tell: years, versions, actas, and hostile names."""

from pathlib import Path

import pytest

from publishing.export.publication import publish
from tests.publishing.open_data.chains import ADDRESS, HOSTILE, a_chain


@pytest.fixture(scope="session")
def folder(tmp_path_factory) -> Path:
    """December 2015; August (three versions) and September 2016."""
    root = tmp_path_factory.mktemp("open-data")
    chain = a_chain((2015, 12), (2016, 8), (2016, 9), (2016, 8), (2016, 8), municipality=HOSTILE, plan=HOSTILE)
    publish(root, chain, address=ADDRESS)
    return root
