"""The addresses of the rows of long tables, which are those of the page before."""

from functools import lru_cache

from django.urls import get_script_prefix, get_urlconf, reverse


def address(name: str, *args: str | int) -> str:
    """``reverse``, kept: resolving one of hundreds takes as long as drawing what leads there."""
    return _address(get_script_prefix(), get_urlconf(), name, *args)


@lru_cache(maxsize=8192)
def _address(prefix: str, urlconf: str | None, name: str, *args: str | int) -> str:
    """It depends on nothing else."""
    return reverse(name, args=args)
