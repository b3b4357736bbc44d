"""The page that compares: whose compliance rose, fell, appeared and disappeared, sorted by the change.

The global (or an indicator's percentage) stands beside it, before and now, and decides nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from core.formats import percent, points
from core.lights import LIGHTS
from core.spreadsheets import Column
from core.spreadsheets.writing import Value
from indicators import calculations
from indicators.calculations import RollUp
from indicators.results.year import ProgramSheet, YearResults, load_results
from reports.acts.reading import PlanActs, acts_of_plans
from reports.acts.words import corrected_mark
from reports.address.cutoff import Choice, Cut, WrongAddress, month_before
from reports.address.links import Addresses
from reports.address.selection import AS_TEXT, Control, Head, Orders, Selection, Sorting, read_selection
from reports.address.tabs import kept
from reports.plan.changes import KINDS, Moment, Pair, compare, counted, links_between, sheets_of
from reports.tables import Table, about, change_cell, file_url, percent_cell

AGAINST, KIND, VIEW = "contra", "cambio", "ver"
INDICATORS, ZERO_TOLERANCE = "indicadores", "tolerancia-cero"
_LEVELS = {"": "Programas", INDICATORS: "Indicadores", ZERO_TOLERANCE: "Debían quedar en cero y tuvieron casos"}
_CHANGE = "Cambio, en puntos de cumplimiento"
CAPPED = "Lo que sube o baja es el cumplimiento, que se cuenta con tope de 100."

PAIR_ORDERS: Orders = {
    "cambio": Sorting(
        "Cambio", lambda pair: pair.change, ("primero lo que más bajó", "primero lo que más subió"), right=True
    ),
    "clave": Sorting("Clave", lambda pair: pair.shown.code, AS_TEXT),
    "antes": Sorting("Antes", lambda pair: pair.before.compliance if pair.before else None, right=True),
    "ahora": Sorting("Ahora", lambda pair: pair.after.compliance if pair.after else None, right=True),
}


class PairRow(NamedTuple):
    """One line of the table, its numbers written; ``old_code`` only where it is not the same one.

    ``before``, ``after`` and ``change`` are of compliance; what ends in ``advance`` is of the global or percentage.
    ``before_url`` and ``after_url`` explain the figures; ``corrected`` says how many were corrected once validated.
    """

    code: str
    name: str
    url: str
    department: str
    old_code: str
    before: str
    before_advance: str
    before_url: str
    after: str
    after_advance: str
    after_url: str
    change: str
    change_advance: str
    mark: str
    what: str
    old_light: str
    light: str
    corrected: str


@dataclass(frozen=True, slots=True)
class KindCount:
    """How many it happened to, and the address that lists them alone (or everything again)."""

    label: str
    mark: str
    count: int
    url: str
    selected: bool


@dataclass(frozen=True, slots=True)
class Mean:
    """A figure of the whole plan: its compliance, and its global beside it."""

    compliance: str
    global_: str


@dataclass(frozen=True, slots=True)
class Means:
    before: Mean
    after: Mean
    change: Mean


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """``against`` are the moments on offer, by year; ``advance`` is what stands beside the compliance."""

    before: Cut
    acts: Sequence[PlanActs]  # what moved the figures of this cut-off, and of the other one
    against: list[tuple[str, list[Choice]]]
    levels: list[Choice]
    complaint: str
    other_rules: str
    same: bool  # both cut-offs are one: there is nothing to list
    means: Means
    advance: str
    acts_place: str  # where the page of a row says what was corrected
    kinds: list[KindCount]
    selection: Selection
    controls: list[Control]
    told: str  # the filters in words
    heads: list[Head]
    rows: list[PairRow]
    unfiltered_url: str  # without filters and kinds; empty where none is chosen
    xlsx_url: str
    csv_url: str

    @property
    def two_years(self) -> bool:
        return self.before.fiscal_year.year != self.selection.cut.fiscal_year.year

    @property
    def beside_moments(self) -> list[tuple[str, str]]:
        """What the form that chooses the other moment keeps."""
        return self.selection.besides(AGAINST)


@dataclass(frozen=True, slots=True)
class _Asked:
    before: Cut
    view: str
    kind: str
    selection: Selection
    sheets: list[ProgramSheet]
    picked: list[Pair]  # that pass the filters, whatever happened to them
    linked: bool
    plans: tuple[RollUp, RollUp]

    @property
    def by_indicator(self) -> bool:
        return bool(self.view)

    @property
    def advance(self) -> str:
        """What stands beside the compliance."""
        return "porcentaje" if self.by_indicator else "global"

    @property
    def pairs(self) -> list[Pair]:
        """What is listed, in its order."""
        return self.selection.sorted(pair for pair in self.picked if self.kind in ("", pair.kind))


def comparison_page(cut: Cut, asked: Mapping[str, str], path: str) -> ComparisonPage:
    """Both moments' results (2 queries each), what moved them (1 query) and, between years, the links (1 query)."""
    found = _read(cut, asked, path)
    acts = acts_of_plans(cut, found.before)
    selection = found.selection
    columns = (
        ("clave", "Indicador" if found.by_indicator else "Programa"), ("", "Dependencia"),
        ("antes", f"Cumplimiento, {found.before.label}"), ("ahora", f"Cumplimiento, {cut.label}"), ("cambio", _CHANGE),
        ("", "Semáforo"), ("", "Qué pasó"),
    )  # fmt: skip
    return ComparisonPage(
        before=found.before,
        acts=acts,
        against=_moments(cut, found.before),
        levels=[
            Choice(selection.link(**{VIEW: slug, KIND: ""}), label, found.view == slug)
            for slug, label in _LEVELS.items()
        ],
        complaint=_complaint(cut, found),
        other_rules=_other_rules(cut, found.before),
        same=found.before == cut,
        means=_mean_words(*found.plans),
        advance=found.advance,
        acts_place="months" if found.by_indicator else "actions",
        kinds=_kind_counts(found),
        selection=selection,
        controls=selection.controls(found.sheets),
        told=found.selection.told(found.sheets),
        heads=selection.heads(columns),
        rows=_rows(found, cut, acts),
        unfiltered_url=_unfiltered_url(found),
        xlsx_url=file_url("comparison_file", selection, "xlsx"),
        csv_url=file_url("comparison_file", selection, "csv"),
    )


def comparison_table(cut: Cut, asked: Mapping[str, str], path: str) -> Table:
    """What the page lists, as a file."""
    found = _read(cut, asked, path)
    what = "Indicador" if found.by_indicator else "Programa"
    moments, advance = (found.before.label, cut.label), found.advance.capitalize()
    columns = (
        Column("Clave", 12), Column(what, 50), Column("Dependencia", 32), Column("Clave antes", 12),
        *(Column(f"Cumplimiento, {moment}", 20) for moment in moments), Column(_CHANGE, 16),
        Column("Semáforo antes", 14), Column("Semáforo ahora", 14), Column("Qué pasó", 28),
        *(Column(f"{advance}, {moment}", 20) for moment in moments),
        Column(f"Cambio, en puntos de {found.advance}", 16),
    )  # fmt: skip
    told = [("Comparado con", found.before.label), ("Cumplimiento", CAPPED), *found.selection.words(found.sheets)]
    if found.view == ZERO_TOLERANCE:
        told.append(("Indicadores", _LEVELS[ZERO_TOLERANCE]))
    if found.kind:
        told.append(("Solo los que", KINDS[found.kind].label))
    if complaint := _complaint(cut, found):
        told.append(("Aviso", complaint))
    if other_rules := _other_rules(cut, found.before):
        told.append(("Reglas", other_rules))
    notes = about(cut, *told)
    narrowed = found.view if found.view == ZERO_TOLERANCE else ""
    filters = "-".join(filter(None, (narrowed, found.kind, found.selection.file_words)))
    rows = [_values(pair) for pair in found.pairs]
    return Table("comparacion", "Comparación", columns, rows, notes, filters=filters)


def _read(cut: Cut, asked: Mapping[str, str], path: str) -> _Asked:
    before = _read_moment(cut, asked.get(AGAINST, "").strip(), path)
    view, kind = asked.get(VIEW, "").strip(), asked.get(KIND, "").strip()
    if view not in _LEVELS:
        raise WrongAddress(
            f"No existe la vista «{view[:40]}».",
            [(label, f"{path}{cut.query}&{VIEW}={slug}") for slug, label in _LEVELS.items()],
        )
    if kind and kind not in KINDS:
        raise WrongAddress(
            f"No existe el cambio «{kind[:40]}».",
            [(known.label.capitalize(), f"{path}{cut.query}&{KIND}={slug}") for slug, known in KINDS.items()],
        )
    by_indicator = bool(view)
    earlier, later = _results(before, by_indicator), _results(cut, by_indicator)
    links = None
    if before.fiscal_year != cut.fiscal_year:
        links = links_between(before.fiscal_year.year, cut.fiscal_year.year, by_indicator=by_indicator)
    pairs = compare(earlier, later, links, by_indicator=by_indicator)
    if view == ZERO_TOLERANCE:
        pairs = [pair for pair in pairs if pair.after is not None and pair.after.zero]
    sheets = sheets_of(pairs)
    own = {AGAINST: _moment_value(before), VIEW: view, KIND: kind}
    selection = read_selection(asked, path, cut, sheets, PAIR_ORDERS, own | kept(cut))
    return _Asked(
        before=before,
        view=view,
        kind=kind,
        selection=selection,
        sheets=sheets,
        picked=[pair for pair in pairs if selection.picks(pair.sheet, f"{pair.shown.code} {pair.shown.name}")],
        linked=links is None or bool(links),
        plans=(earlier.plan, later.plan),
    )


def _results(cut: Cut, by_indicator: bool) -> YearResults:
    return load_results(cut.fiscal_year, month=cut.month, scope=cut.scope, with_names=by_indicator, with_lines=True)


def _read_moment(cut: Cut, asked: str, path: str) -> Cut:
    """«2015-12», in the scope of the page; without it the month before, or December of the year before."""
    if not asked:
        return _moment_before(cut)
    year, _, month = asked.partition("-")
    chosen = next((found for found in cut.years if str(found.year) == year), None)
    months = {str(number).zfill(2): number for number in calculations.MONTHS} | {str(m): m for m in calculations.MONTHS}
    if chosen is None or month not in months:
        known = [choice for _, choices in _moments(cut, None) for choice in choices]
        raise WrongAddress(
            f"No existe el corte «{asked[:40]}» para comparar: se escribe como 2016-08.",
            [(choice.label, f"{path}{cut.query}&{AGAINST}={choice.value}") for choice in known],
        )
    if chosen.year > cut.fiscal_year.year:
        address = path.replace(f"/{cut.year}/", f"/{chosen.year}/", 1)
        swapped = f"{address}?mes={months[month]}&alcance={cut.scope_slug}&{AGAINST}={_moment_value(cut)}"
        raise WrongAddress(
            f"Se compara un ejercicio con uno anterior, y {chosen.year} es posterior a {cut.year}.",
            [(f"Comparar {chosen.year} con {cut.year}", swapped)],
        )
    return replace(cut, fiscal_year=chosen, month=months[month])


def _moment_before(cut: Cut) -> Cut:
    if before := month_before(cut.month):
        return replace(cut, month=before)
    earlier = [year for year in cut.years if year.year < cut.fiscal_year.year]
    return replace(cut, fiscal_year=max(earlier, key=lambda year: year.year), month=12) if earlier else cut


def _moment_value(cut: Cut) -> str:
    return f"{cut.year}-{cut.month:02d}"


def _moments(cut: Cut, chosen: Cut | None) -> list[tuple[str, list[Choice]]]:
    """Every other cut-off of this year and of those before it, the latest year first; what is chosen is among them."""
    offered = []
    for year in sorted(cut.years, key=lambda year: year.year, reverse=True):
        if year.year <= cut.fiscal_year.year:
            moments = [replace(cut, fiscal_year=year, month=month) for month in calculations.MONTHS]
            choices = [
                Choice(_moment_value(moment), moment.label.capitalize(), moment == chosen)
                for moment in moments
                if moment != cut or chosen == cut
            ]
            offered.append((str(year.year), choices))
    return offered


def _complaint(cut: Cut, found: _Asked) -> str:
    """What keeps the comparison from saying anything; empty where nothing does."""
    if found.before == cut:
        return f"Los dos cortes son el mismo, {cut.label}: elija otro para comparar."
    if found.linked:
        return ""
    what = "Ningún indicador" if found.by_indicator else "Ningún programa"
    return (
        f"{what} de {cut.year} está ligado a uno de {found.before.year}, y las claves no bastan para saber cuál "
        "continúa a cuál. Planeación los liga en el catálogo."
    )


def _other_rules(cut: Cut, before: Cut) -> str:
    """That the globals of both years are not made alike; empty where they are."""
    if before.fiscal_year.descending_enters_as == cut.fiscal_year.descending_enters_as:
        return ""
    return (
        f"Los globales de {before.year} y de {cut.year} se calculan con reglas distintas: en uno los indicadores "
        "descendentes entran con su porcentaje y en el otro con su cumplimiento. Donde hay descendentes, parte del "
        "cambio del global viene de la regla; el cumplimiento se calcula igual en los dos."
    )


def _unfiltered_url(found: _Asked) -> str:
    selection = found.selection
    return selection.link(**dict.fromkeys([*selection.chosen, KIND], "")) if selection.filtered or found.kind else ""


def _mean_words(before: RollUp, after: RollUp) -> Means:
    earlier, later = (
        Mean(*(percent(value, plan.borders, empty="sin datos") for value in (plan.compliance, plan.global_)))
        for plan in (before, after)
    )
    changes = (
        points(calculations.change(before.compliance, after.compliance)),
        points(calculations.change(before.global_, after.global_)),
    )
    return Means(earlier, later, Mean(*changes))


def _kind_counts(found: _Asked) -> list[KindCount]:
    counts = counted(found.picked)
    return [
        KindCount(
            known.word if counts[slug] == 1 else known.label,
            known.mark,
            counts[slug],
            found.selection.link(**{KIND: "" if slug == found.kind else slug}),
            slug == found.kind,
        )
        for slug, known in KINDS.items()
        if counts[slug] or slug == found.kind
    ]


def _rows(found: _Asked, cut: Cut, acts: Sequence[PlanActs]) -> list[PairRow]:
    now, then = _Addresses.of(cut, found.by_indicator), _Addresses.of(found.before, found.by_indicator)
    # Of two cut-offs of a year the later one has them all.
    earlier = found.before.year if found.before.fiscal_year != cut.fiscal_year else ""
    return [_row(pair, now, then, _corrected(pair, acts, earlier, found.by_indicator)) for pair in found.pairs]


def _corrected(pair: Pair, acts: Sequence[PlanActs], earlier: str, by_indicator: bool) -> str:
    """«2 cifras corregidas»; between years also «1 cifra corregida en 2015», of the ``earlier`` one."""
    if not earlier:
        return corrected_mark(_figures(acts[0], pair.shown, by_indicator))
    now, then = (_figures(of, moment, by_indicator) for of, moment in zip(acts, (pair.after, pair.before), strict=True))
    return ", ".join(filter(None, (corrected_mark(now), f"{corrected_mark(then)} en {earlier}" if then else "")))


def _figures(acts: PlanActs, moment: Moment | None, by_indicator: bool) -> int:
    if moment is None:
        return 0
    return acts.by_indicator.get(moment.code, 0) if by_indicator else acts.by_program.get(moment.program, 0)


class _Addresses(NamedTuple):
    """Of the pages and the explanations at one of the moments."""

    page: Addresses
    explanation: Addresses

    @classmethod
    def of(cls, cut: Cut, by_indicator: bool) -> "_Addresses":
        names = ("indicator", "explain_indicator") if by_indicator else ("program", "explain_program")
        return cls(*(Addresses.of(f"reports:{name}", cut) for name in names))


def _row(pair: Pair, now: _Addresses, then: _Addresses, corrected: str) -> PairRow:
    shown, before, after, known = pair.shown, pair.before, pair.after, KINDS[pair.kind]
    page = now.page if after else then.page
    return PairRow(
        code=shown.code,
        name=shown.name,
        url=page.at(shown.code),
        department=pair.sheet.department,
        old_code=before.code if before and before.code != shown.code else "",
        before=percent(before.compliance, before.borders, empty=before.lack) if before else "—",
        before_advance=percent(before.advance, before.aims, empty="") if before else "",
        before_url=then.explanation.at(before.code) if before else "",
        after=percent(after.compliance, after.borders, empty=after.lack) if after else "—",
        after_advance=percent(after.advance, after.aims, empty="") if after else "",
        after_url=now.explanation.at(after.code) if after else "",
        change=points(pair.change),
        change_advance=points(pair.advance_change),
        mark=known.mark,
        what=f"{known.word}: {pair.why}" if pair.why else known.word,
        old_light=before.light if before else "",
        light=after.light if after else "",
        corrected=corrected,
    )


def _values(pair: Pair) -> list[Value]:
    shown, before, after, known = pair.shown, pair.before, pair.after, KINDS[pair.kind]
    return [
        shown.code, shown.name, pair.sheet.department, before.code if before else "",
        percent_cell(before.compliance, before.borders, empty=before.lack) if before else "",
        percent_cell(after.compliance, after.borders, empty=after.lack) if after else "",
        change_cell(pair.change),
        LIGHTS[before.light][0] if before else "", LIGHTS[after.light][0] if after else "",
        f"{known.word}: {pair.why}" if pair.why else known.word,
        percent_cell(before.advance, before.aims, empty="sin datos") if before else "",
        percent_cell(after.advance, after.aims, empty="sin datos") if after else "",
        change_cell(pair.advance_change),
    ]  # fmt: skip
