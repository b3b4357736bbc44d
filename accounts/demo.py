"""The demonstration accounts: written once, for ``run_demo`` that makes them and the sign-in page that lists them.

Their passwords are public, so they are refused wherever PMD_DEMO is not on (see ``accounts.backends``).
"""

from dataclasses import dataclass

from django.conf import settings

from accounts.models import Role, User
from accounts.roles import ROLES

DEMO_PASSWORD = "Durango-2016-demo"


@dataclass(frozen=True, slots=True)
class DemoUser:
    """One account: its role, and the prefix of its department where the role has one."""

    username: str
    first_name: str
    last_name: str
    role: Role
    department_prefix: str | None = None
    is_superuser: bool = False

    @property
    def description(self) -> str:
        """What the sign-in page says of the account: «Enlace de PRE»."""
        if self.is_superuser:
            return "Administración del sistema (actúa como Planeación)"
        return f"{self.role.label} de {self.department_prefix}" if self.department_prefix else str(self.role.label)


DEMO_DEPARTMENT = "PRE"
DEMO_USERS = (
    *(
        DemoUser(*declared.demo, role, DEMO_DEPARTMENT if declared.in_department else None)
        for role, declared in ROLES.items()
    ),
    DemoUser("admin", "Adriana", "Arce Mata", Role.PLANNING, is_superuser=True),
)


def offered_demo_users() -> list[DemoUser]:
    """What the sign-in page lists: in demonstration mode, the accounts that exist; otherwise none."""
    if not settings.PMD_DEMO:
        return []
    existing = set(User.objects.filter(is_demo=True, is_active=True).values_list("username", flat=True))
    return [person for person in DEMO_USERS if person.username in existing]
