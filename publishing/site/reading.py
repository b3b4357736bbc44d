"""A closing as its pages read it: its document by codes, its place in the chain, and the years before it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from core.text import fold
from indicators.models import month_name
from publishing.addresses import INDEX, axis_page, department_page, indicator_page, program_page
from publishing.document.borders import borders_of, percent_text
from publishing.document.differences import Difference, differences
from publishing.published import Chain, Place
from publishing.site.drawing import HOME, PICTURE, Crumb, Page
from publishing.site.words import (
    counted,
    cut_text,
    day,
    indicator_sentence,
    lights_text,
    plain,
    program_sentence,
)

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Former:
    """What a programme or an indicator was in an earlier year, as the last closing of that year says."""

    year: int
    code: str
    name: str
    cut: str
    sentence: str
    light: str
    target: str
    demo: bool
    previous: Row | None


@dataclass(frozen=True, slots=True)
class EarlierYear:
    programs: Mapping[str, Former]
    indicators: Mapping[str, Former]


class Cut:
    """``place`` with everything that a page of it may say."""

    def __init__(self, chain: Chain, place: Place, address: str) -> None:
        self.chain, self.place, self.address = chain, place, address
        self.document = chain.document(place)
        self.borders = borders_of(self.document["rules"])
        self.programs: list[Row] = self.document["programs"]
        self.departments = {row["prefix"]: row for row in self.document["departments"]}
        self.axes = {row["key"]: row for row in self.document["axes"]}
        self.axis_results = {row["key"]: row for row in self.document["axis_results"]}
        self.department_results = {row["prefix"]: row for row in self.document["department_results"]}
        self.versions = chain.versions(place.year, place.month)
        self.newest = self.versions[-1]

    def at(self, name: str) -> str:
        """A file of this closing, from the folder's root."""
        return f"{self.place.folder}/{name}"

    @property
    def index(self) -> str:
        return self.at(INDEX)

    @cached_property
    def by_axis(self) -> Mapping[str, list[Row]]:
        return self._by("axis")

    @cached_property
    def by_department(self) -> Mapping[str, list[Row]]:
        return self._by("department")

    def _by(self, name: str) -> Mapping[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        for program in self.programs:
            found[program[name]].append(program)
        return found

    def department_name(self, prefix: str) -> str:
        row = self.departments.get(prefix)
        return prefix if row is None else row["name"]

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Of programmes and indicators, by their codes."""
        indicators = (one for program in self.programs for one in program["indicators"])
        return {row["code"]: row["name"] for row in (*self.programs, *indicators)}

    def places_in_plan(self, program: Row) -> list[tuple[str, str]]:
        """Axis, objective and strategy that it belongs to, each with what it is."""
        found, level = [], self.document["axes"]
        for part, below, what in (
            ("axis", "objectives", "Eje"),
            ("objective", "strategies", "Objetivo"),
            ("strategy", "", "Estrategia"),
        ):
            row = next((one for one in level if one["key"] == program[part]), None)
            if row is None:
                break
            found.append((what, row["name"]))
            level = row.get(below, ())
        return found

    def program_target(self, program: Row) -> str:
        return self.at(program_page(program["code"]))

    def indicator_target(self, indicator: Row) -> str:
        return self.at(indicator_page(indicator["code"]))

    def axis_target(self, key: str) -> str:
        return self.at(axis_page(key))

    def department_target(self, prefix: str) -> str:
        return self.at(department_page(prefix))

    # --- The page around it

    @property
    def name_of_cut(self) -> str:
        return cut_text(self.document)

    def page(self, name: str, title: str, description: str, *crumbs: Crumb, generator: str = "") -> Page:
        """``name`` within the closing's folder."""
        way = [Crumb("Inicio", HOME), Crumb(str(self.place.year), f"{self.place.year:04d}/{INDEX}")]
        if name != INDEX:
            way.append(Crumb(self._short, self.index))
        return Page(
            name=self.at(name),
            title=f"{title} · {self.name_of_cut}",
            description=description,
            address=self.address,
            site=plain(f"{self.document['municipality']} · {self.document['plan']}"),
            picture=self.at(PICTURE),
            picture_says=self.lights_say,
            crumbs=(*way, *crumbs),
            indexed=self.place.latest,
            demo=self.place.demo,
            generator=generator,
        )

    @property
    def lights_say(self) -> str:
        plan = self.document["plan_results"]
        share = percent_text(plan["compliance"], self.borders)
        lights = lights_text(plan["lights"]) or "ninguno"
        return f"Cumplimiento {share}. De {counted(plan['programs'], 'programa', 'programas')}: {lights}."

    @property
    def _short(self) -> str:
        name = month_name(self.place.month).capitalize()
        return name if len(self.versions) == 1 else f"{name}, versión {self.place.version}"

    def frame(self, name: str) -> dict[str, Any]:
        """What every page of a closing says around its own words; ``name`` is its own within the folder."""
        return {
            "document": self.document,
            "cut": self.name_of_cut,
            "plan_page": self.index,
            "departments_page": self.at(f"dependencias/{INDEX}"),
            "programs_page": self.at(f"programas/{INDEX}"),
            "indicators_page": self.at(f"indicadores/{INDEX}"),
            "data": self.at("datos/cierre.json"),
            "closed": day(self.place.closed_on),
            "version": self.place.version,
            "sha256": self.place.sha256,
            "rectified": self._rectified(name),
            "changes": self.at("cambios.html") if self.place.version > 1 else "",
        }

    def _rectified(self, name: str) -> dict[str, str] | None:
        """Of an earlier version: which one counts, and where it says the same."""
        if self.place.latest:
            return None
        there = f"{self.newest.folder}/{name}"
        if name not in names_of(self.chain.document(self.newest)):
            there = f"{self.newest.folder}/{INDEX}"
        return {"target": there, "version": str(self.newest.version), "on": day(self.newest.closed_on)}

    # --- What it changed, and what was before

    @cached_property
    def changed(self) -> list[Difference]:
        """What this version says differently from the one that it rectifies."""
        if self.place.version == 1:
            return []
        return differences(self.chain.document(self.rectifies), self.document)

    @property
    def rectifies(self) -> Place:
        return self.versions[self.place.version - 2]

    @cached_property
    def earlier(self) -> Mapping[int, EarlierYear]:
        return {place.year: _earlier(self.chain.document(place), place) for place in self.earlier_places}

    @cached_property
    def earlier_places(self) -> list[Place]:
        return earlier_places(self.chain, self.place)

    def formers(self, row: Row, kind: str) -> Iterator[Former]:
        """What ``previous`` leads to, the nearest year first; as far as closings of those years were made before."""
        previous, later = row["previous"], self.place.year
        while previous is not None and previous["year"] < later:  # whatever a document says, it ends
            year = self.earlier.get(previous["year"])
            known = {} if year is None else getattr(year, kind)
            former = known.get(previous["code"])
            if former is None:
                return
            yield former
            previous, later = former.previous, former.year


def earlier_places(chain: Chain, place: Place) -> list[Place]:
    """Of each earlier year the last month that had been closed when this closing was made, in its version of then."""
    found: dict[int, Place] = {}
    for one in chain.made_before(place):
        held = found.get(one.year)
        if one.year < place.year and (held is None or (one.month, one.version) >= (held.month, held.version)):
            found[one.year] = one
    return [found[year] for year in sorted(found)]


def _earlier(document: Row, place: Place) -> EarlierYear:
    cut = cut_text(document)

    def former(row: Row, sentence: str, page: str) -> Former:
        target = f"{place.folder}/{page}"
        return Former(
            place.year, row["code"], row["name"], cut, sentence, row["light"], target, place.demo, row["previous"]
        )

    return EarlierYear(
        {
            row["code"]: former(row, program_sentence(document, row), program_page(row["code"]))
            for row in document["programs"]
        },
        {
            row["code"]: former(row, indicator_sentence(document, row), indicator_page(row["code"]))
            for program in document["programs"]
            for row in program["indicators"]
        },
    )


def names_of(document: Row) -> set[str]:
    """The pages of a closing that are about one thing each, by the name within its folder."""
    return {
        *(axis_page(row["key"]) for row in document["axes"]),
        *(department_page(row["prefix"]) for row in document["departments"]),
        *(program_page(row["code"]) for row in document["programs"]),
        *(indicator_page(row["code"]) for program in document["programs"] for row in program["indicators"]),
    }


def letter_of(name: str) -> str:
    """The letter under which a name is looked for; «#» for one that begins with something else."""
    folded = fold(plain(name)).lstrip("«»\"'¿¡([{-– ")
    first = folded[:1].upper()
    return first if first.isalpha() and first.isascii() else "#"
