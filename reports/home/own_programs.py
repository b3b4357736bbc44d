"""What a director answers for: the departments that they hold, each at a glance, and their programmes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.urls import reverse

from accounts.access import Access
from accounts.roles import Role
from indicators.results.course import ProgramCourse, load_course, load_results_with_course
from indicators.results.year import YearResults
from programs.models import Department, Program
from reports.acts.reading import PlanActs
from reports.acts.words import PlanNotes, plan_notes
from reports.address.cutoff import Cut
from reports.plan.glance import Glance, glance_of_department, only_department, year_before
from reports.plan.programs import Headline, ProgramRow, headline, program_rows
from reports.plan.trends import with_trends


@dataclass(frozen=True, slots=True)
class OwnDepartment:
    """What a director answers for: the department at a glance, what moved its figures, and each of its programmes."""

    name: str
    headline: Headline
    glance: Glance
    notes: PlanNotes
    rows: list[ProgramRow]
    compare_url: str


def own_departments(access: Access, *roles: str) -> frozenset[int]:
    """The departments where the person holds one of these roles; planning's reach over all is not meant."""
    return frozenset(department for role, department, _ in access.roles if role in roles and department is not None)


def own_programs(access: Access, cut: Cut, acts: PlanActs) -> list[OwnDepartment]:
    """Each department of a director that has programmes in the year; 5 queries however many there are."""
    departments = Department.objects.filter(pk__in=own_departments(access, Role.DIRECTOR)).order_by("prefix")
    programs = Program.objects.filter(department__in=departments)
    results, course = load_results_with_course(
        cut.fiscal_year,
        month=cut.month,
        scope=cut.scope,
        programs=programs.filter(fiscal_year=cut.fiscal_year),
    )
    earlier = year_before(cut)
    past = load_course(earlier, scope=cut.scope, programs=programs.filter(fiscal_year=earlier)) if earlier else []
    found = (_own_department(access, cut, department, acts, results, course, past) for department in departments)
    return [own for own in found if own.rows]


def _own_department(
    access: Access,
    cut: Cut,
    department: Department,
    acts: PlanActs,
    results: YearResults,
    course: Sequence[ProgramCourse],
    past: Sequence[ProgramCourse],
) -> OwnDepartment:
    mine = replace(results, programs=[sheet for sheet in results.programs if sheet.department_id == department.pk])
    now, before = ([one for one in year if one.department_id == department.pk] for year in (course, past))
    return OwnDepartment(
        name=str(department),
        headline=headline(mine),
        glance=glance_of_department(cut, department, mine.programs, now, before),
        notes=plan_notes(
            acts.of({sheet.id for sheet in mine.programs}), cut, access, [sheet.result for sheet in mine.programs]
        ),
        rows=with_trends(program_rows(mine, mine.programs, cut, acts), now),
        compare_url=reverse("reports:comparison", args=[cut.fiscal_year.year])
        + only_department(cut, department).link(),
    )
