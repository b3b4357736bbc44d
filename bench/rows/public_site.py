"""The public site: what a page of it costs the application, what nginx answers, and what its readers cost a clerk."""

from bench.figures import Figure, not_measured
from bench.municipality import Run, copy

LIMIT_PAGE = 1.3  # times a bare signed-in page
LIMIT_CLERK = 1.1  # times the grid without readers


def measure(run: Run) -> list[Figure]:
    # Closings stay: they are made in a database of their own.
    from django.db import connection

    connection.close()  # a database is copied only while nobody is connected to it
    told = run.child("bench.public_site", database=copy(run.real, "public_site"))
    bare, page = told["bare"], told["page"]
    figures = [
        _against("public page: times a bare page", told["page_seconds"], bare, LIMIT_PAGE),
        _against("public page that is unchanged (304): times the page", told["unchanged"], told["page_seconds"], 1),
        _against("public address that does not exist: times a bare page", told["nowhere"], bare, LIMIT_PAGE),
    ]
    if "without" not in told:
        return [*figures, not_measured("public site behind nginx", "there is no nginx on this machine")]
    if told["nginx"] is None:
        figures.append(not_measured("public site behind nginx", "there is no wrk on this machine"))
    else:
        note = f"{told['nginx']:,.0f} requests a second of {page}, with wrk on the same machine"
        figures.append(Figure("public site behind nginx: a thousand requests", 1000 / told["nginx"], "s", 1, note))
    note = f"{told['among'] * 1000:.1f} ms against {told['without'] * 1000:.1f} ms; {told['read']:.0f} pages a second"
    figures.append(Figure("grid beside 10,000 readers", told["among"] / told["without"], "x", LIMIT_CLERK, note))
    return figures


def _against(name: str, seconds: float, other: float, limit: float) -> Figure:
    return Figure(name, seconds / other, "x", limit, f"{seconds * 1000:.2f} ms against {other * 1000:.2f} ms")
