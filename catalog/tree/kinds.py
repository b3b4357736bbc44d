"""The kinds of thing that the catalogue's tree holds: what each is called, where it stands, and what a form edits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Model, QuerySet

from catalog.workbook.columns import columns_of
from core.formats import plain_amount
from indicators.models import Indicator
from programs.models import Action, Axis, FiscalYear, Objective, Plan, Program, Strategy


@dataclass(frozen=True, slots=True)
class Kind:
    """``slug`` is its part of the addresses, ``parent`` its field for what it stands below.

    ``fields`` are what its form edits once it exists; ``created_with`` what its form asks for besides when it is
    new. ``key`` is the field of its address: the key of the database, or the code within the year.
    """

    slug: str
    model: type[Model]
    name: str
    plural: str
    feminine: bool
    parent: str
    fields: tuple[str, ...]
    created_with: tuple[str, ...] = ()
    key: str = "pk"
    # From the model to the fiscal year or, for what belongs to the plan, to the plan.
    year: str = ""
    plan: str = ""

    @property
    def the(self) -> str:
        """«el programa», «la acción»."""
        return f"{'la' if self.feminine else 'el'} {self.name}"

    @property
    def one(self) -> str:
        return f"{'una' if self.feminine else 'un'} {self.name}"

    @property
    def this(self) -> str:
        return f"{'esta' if self.feminine else 'este'} {self.name}"

    def within(self, fiscal_year: FiscalYear) -> QuerySet[Any]:
        """All of the year, or of its plan."""
        rows = self.model._default_manager.all()
        if self.year:
            return rows.filter(**{self.year: fiscal_year})
        return rows.filter(**{self.plan: fiscal_year.plan_id})


def _asked(model: type[Model]) -> tuple[str, ...]:
    """The fields of the columns that its form asks for as they are declared."""
    return tuple(column.name for column in columns_of(model) if column.asked is not None)


_NODE = ("key", "name")

PLANS = Kind("planes", Plan, "plan", "planes", False, "", ("name", "start_year", "end_year"), plan="pk")
AXES = Kind("ejes", Axis, "eje", "ejes", False, "plan", _NODE, plan="plan")
OBJECTIVES = Kind("objetivos", Objective, "objetivo", "objetivos", False, "axis", ("axis", *_NODE), plan="axis__plan")
STRATEGIES = Kind(
    "estrategias",
    Strategy,
    "estrategia",
    "estrategias",
    True,
    "objective",
    ("objective", *_NODE),
    plan="objective__axis__plan",
)
PROGRAMS = Kind(
    "programas",
    Program,
    "programa",
    "programas",
    False,
    "strategy",
    ("strategy", "department", "code", "number", "name", "description", *_asked(Program)),
    key="code",
    year="fiscal_year",
)
ACTIONS = Kind(
    "acciones",
    Action,
    "acción",
    "acciones",
    True,
    "program",
    ("code", "text", "unit", *_asked(Action)),
    key="code",
    year="fiscal_year",
)
INDICATORS = Kind(
    "indicadores",
    Indicator,
    "indicador",
    "indicadores",
    False,
    "action",
    ("code", "name", *_asked(Indicator)),
    created_with=("target", "target_kind", "direction", "schedule", "shares"),
    key="code",
    year="fiscal_year",
)

KINDS = (PLANS, AXES, OBJECTIVES, STRATEGIES, PROGRAMS, ACTIONS, INDICATORS)
BY_SLUG = {kind.slug: kind for kind in KINDS}
BY_MODEL = {kind.model: kind for kind in KINDS}
ORDERED = (AXES, OBJECTIVES, STRATEGIES)
"""Those that people put in order; the others stand in the order of their codes."""
BRANCHES = (PLANS, *ORDERED)
"""Those that are told apart by their names alone."""
RETIRED = (PROGRAMS, ACTIONS, INDICATORS)
"""Those that can be retired: by retiring the indicators below them."""

# How to reach what stands above, for one query.
ABOVE: dict[Kind, tuple[str, ...]] = {
    PLANS: (),
    AXES: ("plan",),
    OBJECTIVES: ("axis__plan",),
    STRATEGIES: ("objective__axis__plan",),
    PROGRAMS: ("department", "fiscal_year", "strategy__objective__axis__plan"),
    ACTIONS: ("fiscal_year", "program__department", "program__strategy__objective__axis__plan"),
    INDICATORS: ("fiscal_year", "action__program__department", "action__program__strategy__objective__axis__plan"),
}


def below(kind: Kind) -> Kind | None:
    """The kind that stands below this one."""
    place = KINDS.index(kind)
    return KINDS[place + 1] if place + 1 < len(KINDS) else None


def children(row: Any) -> QuerySet[Any]:
    """What stands directly below, in the order in which people see it."""
    kind = below(BY_MODEL[type(row)])
    if kind is None:
        return Indicator.objects.none()
    order = ("position", "pk") if kind in ORDERED else ("code",)
    return kind.model._default_manager.filter(**{kind.parent: row}).order_by(*order)


def path_of(row: Any) -> list[Any]:
    """The plan, the axis … down to what the row stands directly below."""
    found: list[Any] = []
    parent = BY_MODEL[type(row)].parent
    while parent:
        row = getattr(row, parent)
        found.insert(0, row)
        parent = BY_MODEL[type(row)].parent
    return found


def label_of(row: Any) -> str:
    """«PRE-02 Coordinación…», or the name with its key in front."""
    if isinstance(row, Program | Indicator):
        return f"{row.code} {row.name}"
    if isinstance(row, Action):
        return f"{row.code} {row.text}"
    return f"{row.key} {row.name}" if getattr(row, "key", "") else str(row.name)


def address_of(row: Any) -> tuple[str, str]:
    """The slug and the key of the row's page."""
    kind = BY_MODEL[type(row)]
    return kind.slug, str(getattr(row, kind.key))


def department_of(row: Any) -> int | None:
    """Whose trail a change belongs to: the department's, below a programme; nobody's above."""
    if isinstance(row, Indicator):
        return row.action.program.department_id
    if isinstance(row, Action):
        return row.program.department_id
    return row.department_id if isinstance(row, Program) else None


def state_of(row: Any, names: Iterable[str] = ()) -> dict[str, Any]:
    """What a form shows of the row, as plain values: what somebody saw, to notice that another changed it."""
    kind = BY_MODEL[type(row)]
    state = {name: _plain(row, name) for name in (*kind.fields, *names)}
    if isinstance(row, Program):
        state["objectives"] = "\n".join(objectives_of(row))
    return state


def objectives_of(program: Program) -> Sequence[str]:
    return list(program.objectives.order_by("position").values_list("text", flat=True))


def _plain(row: Any, name: str) -> Any:
    value = getattr(row, name)
    if isinstance(value, Decimal):
        return plain_amount(value)
    return value.pk if isinstance(value, Model) else value
