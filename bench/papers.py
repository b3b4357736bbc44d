"""The quarterly PDF of the whole year, requested as a person does; ``python -m bench.papers`` prints JSON."""

import json
import resource
import statistics
import time

from bench.pages import MONTH, YEAR, visitor

PATH = f"/{YEAR}/informe.pdf?mes={MONTH}"
ROUNDS = 3


def measure() -> dict[str, float]:
    """Seconds (the median), bytes and peak megabytes of this process, Python and Django included."""
    get = visitor()
    taken = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        pdf = get(PATH)
        taken.append(time.perf_counter() - started)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": statistics.median(taken), "megabytes": peak, "size": len(pdf) / 2**20}


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(measure()))
