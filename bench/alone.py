"""Runs a module of the bench as production would: without the packages that only the project's tools brought along.

``python -m bench.alone bench.papers``: openpyxl takes numpy where it finds it, which is 12 MB and 0.1 s of a process.
"""

import runpy
import sys

OF_THE_TOOLS = ("numpy", "pandas")  # requirements-dev.txt, and not requirements.txt

if __name__ == "__main__":
    for name in OF_THE_TOOLS:
        sys.modules[name] = None  # type: ignore[assignment]  # importing it is an ImportError
    module = sys.argv.pop(1)
    runpy.run_module(module, run_name="__main__", alter_sys=True)
