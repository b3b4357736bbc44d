"""An office at work on an installation, and what a fault does to it.

``python -m bench.installed.load https://pmd.example.gob.mx people.csv``, from another machine if there is one.
Three stretches of the same length: before, during and after. In the second ``--during`` runs a command (the fault), and
``--papers`` has one reader ask for that many heavy papers at once. It prints, for each stretch, how long the others and
those of ``--concerned`` waited, what they were told, and at the end whether each acknowledged figure is there. Its exit
status is 1 where one is not. docs/manuales/operacion/90-limites-y-fallas.md has the commands and what they showed.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

from bench.installed import work
from bench.installed.browser import Browser, Notes, Taken
from bench.installed.people import Person, read

STRETCHES = ("antes", "durante", "después")
PAPERS = (
    "informe.pdf?mes={month}&alcance=preliminar", "tablero.xlsx", "mapa.xlsx", "comparar.xlsx", "tarjeta.pdf",
    "catalogo/exportar.xlsx", "catalogo/metas.xlsx",
)  # fmt: skip
ASIDE = ("papel", "comprobar", "entrada", "entrar")


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def line(name: str, taken: Sequence[Taken]) -> str:
    if not taken:
        return f"| {name} | 0 | | | | |"
    seconds = [one.seconds for one in taken]
    bad = Counter(str(one.status or "sin respuesta") for one in taken if one.status == 0 or one.status >= 500)
    said = ", ".join(f"{number} × {status}" for status, number in bad.most_common())
    p50, p99 = percentile(seconds, 0.5), percentile(seconds, 0.99)
    return f"| {name} | {len(taken)} | {p50:.2f} | {p99:.2f} | {max(seconds):.2f} | {said or '—'} |"


def report(taken: Iterable[Taken], starts: Sequence[float], concerned: str, *, kinds: bool) -> str:
    """One line for each stretch and group, by when an answer was asked for; then what those were told who got none."""
    lines = ["| | peticiones | p50 s | p99 s | máx s | sin servicio |", "|---|---|---|---|---|---|"]
    everything = list(taken)
    people = [one for one in everything if one.kind not in ASIDE]
    for name, since, until in zip(STRETCHES, starts, starts[1:], strict=False):
        here = [one for one in people if since <= one.at < until]
        lines.append(line(f"{name}: los demás", [one for one in here if one.prefix != concerned]))
        if concerned:
            lines.append(line(f"{name}: {concerned}", [one for one in here if one.prefix == concerned]))
        papers = [one for one in everything if one.kind == "papel" and since <= one.at < until]
        if papers:
            lines.append(line(f"{name}: papeles", papers))
    if kinds:
        lines += [line(kind, [one for one in people if one.kind == kind]) for kind in sorted({p.kind for p in people})]
    told = Counter((one.status, one.said) for one in everything if one.said and one.at >= starts[0])
    lines += ["", *(f"- {number} × {status}: {said}" for (status, said), number in told.most_common(12))]
    return "\n".join(lines)


class Fault:
    """The command of ``--during``, with all that it started ended at the end of its stretch."""

    def __init__(self, command: str) -> None:
        self.process = subprocess.Popen(["/bin/sh", "-c", command], start_new_session=True) if command else None

    def end(self) -> None:
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait()


def ask_for_papers(browser: Browser, year: int, number: int, until: float) -> None:
    """So many at once, and again as soon as all of them are there."""
    month = 0
    while number and time.monotonic() < until:
        paths = [f"/{year}/{PAPERS[at % len(PAPERS)].format(month=(month + at) % 9 + 1)}" for at in range(number)]
        month += number
        with ThreadPoolExecutor(number) as together:
            list(together.map(lambda path: work.paper(browser, path, until=until), paths))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.installed.load", description=__doc__)
    parser.add_argument("address")
    parser.add_argument("people")
    parser.add_argument("--clerks", type=int, default=200)
    parser.add_argument("--directors", type=int, default=20)
    parser.add_argument("--year", type=int, default=2016)
    parser.add_argument("--months", default="12,11,10", help="which the enlaces capture")
    parser.add_argument("--think", type=float, default=20, help="seconds between two acts of a person")
    parser.add_argument("--stretch", type=float, default=60, help="seconds of each of the three")
    parser.add_argument("--during", default="", metavar="COMMAND")
    parser.add_argument("--papers", type=int, default=0)
    parser.add_argument("--concerned", default="", metavar="PREFIX")
    parser.add_argument(
        "--sessions", default="", help="JSON: each one's cookies, where 220 people need not sign in again"
    )
    parser.add_argument("--certificate", default="", help="PEM file, where it is the site's own")
    parser.add_argument("--kinds", action="store_true", help="a line for each kind of page besides")
    parser.add_argument("--json", default="", help="where everything measured is written")
    return parser.parse_args()


def chosen(people: Sequence[Person], role: str, number: int) -> list[Person]:
    return [person for person in people if person.role == role][:number]


class Office:
    """Who is at work on the installation, and what their browsers note."""

    def __init__(self, options: argparse.Namespace, people: Sequence[Person]) -> None:
        self.notes = Notes()
        verify: bool | str = options.certificate or True

        def browsers(role: str, number: int) -> list[Browser]:
            return [
                Browser(options.address, person, self.notes, verify=verify) for person in chosen(people, role, number)
            ]

        self.clerks = browsers("liaison", options.clerks)
        self.directors = browsers("director", options.directors)
        self.readers = browsers("planning", 1)

    def come_in(self, sessions: str) -> bool:
        """Whether anybody came in. Four at a time, and before anything is measured."""
        everybody = [*self.clerks, *self.directors, *self.readers]
        cookies = json.loads(Path(sessions).read_text(encoding="utf-8")) if sessions else {}
        with ThreadPoolExecutor(4) as together:
            came_in = list(together.map(lambda one: one.goes_on(cookies) or one.sign_in(), everybody))
        print(f"Entraron {sum(came_in)} de {len(everybody)}.", file=sys.stderr)
        return any(came_in)

    def begin(self, day: work.Day) -> list[threading.Thread]:
        """A thread for each person; all of them end with the day."""

        def work_on(act: Callable[[Browser, work.Day], None], one: Browser) -> None:
            day.pause()  # nobody begins in the same second
            act(one, day)

        pairs = [*((work.clerk, one) for one in self.clerks), *((work.director, one) for one in self.directors)]
        threads = [threading.Thread(target=work_on, args=pair) for pair in pairs]
        for thread in threads:
            thread.start()
        return threads

    def kept(self, day: work.Day) -> tuple[int, list[str]]:
        """How many acknowledged figures are there, and those that are not; each department is asked once."""
        outcomes = [work.kept(one, day) for one in {one.person.prefix: one for one in self.clerks}.values()]
        return sum(found for found, _ in outcomes), [one for _, missing in outcomes for one in missing]


def at_work(options: argparse.Namespace) -> int:
    """The three stretches, then what they showed; the exit status."""
    office = Office(options, read(options.people))
    if not office.come_in(options.sessions):
        print("\n".join({one.said or str(one.status) for one in office.notes.taken}), file=sys.stderr)
        return 1
    begins = time.monotonic()
    starts = [begins + options.stretch * number for number in range(4)]
    day = work.Day(options.year, [int(month) for month in options.months.split(",")], options.think, starts[3])
    threads = office.begin(day)
    time.sleep(max(0.0, starts[1] - time.monotonic()))
    fault = Fault(options.during)
    if office.readers and options.papers:
        ask_for_papers(office.readers[0], options.year, options.papers, starts[2])
    time.sleep(max(0.0, starts[2] - time.monotonic()))
    fault.end()
    for thread in threads:
        thread.join()
    there, lost = office.kept(day)
    print(report(office.notes.taken, starts, options.concerned, kinds=options.kinds))
    print(told_of(day.figures, there, lost))
    if options.json:
        keep(Path(options.json), office.notes, starts, day.figures)
    return 1 if lost else 0


def told_of(figures: work.Figures, there: int, lost: Sequence[str]) -> str:
    return "\n".join([
        "",
        f"Reconocidos: {figures.saves} guardados, {figures.submitted} envíos, {figures.validated} validaciones.",
        f"De {len(figures.acknowledged)} cifras reconocidas están {there} y faltan {len(lost)}.",
        *(f"FALTA {one}" for one in lost[:20]),
    ])  # fmt: skip


def keep(path: Path, notes: Notes, starts: Sequence[float], figures: work.Figures) -> None:
    """Everything measured, as JSON."""
    acknowledged = [[*key, *pair] for key, pair in figures.acknowledged.items()]
    taken = [asdict(one) for one in notes.taken]
    path.write_text(json.dumps({"taken": taken, "starts": starts, "acknowledged": acknowledged}), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(at_work(arguments()))
