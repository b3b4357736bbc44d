"""pytest plugin (``-p``): the collector of cyclic garbage leaves alone what thousands of collected tests hold.

All of that stays to the end, and was looked through thirty times while it came to be. While tests run, garbage is
looked for at the interpreter's own pace.
"""

import gc
from collections.abc import Generator

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()
