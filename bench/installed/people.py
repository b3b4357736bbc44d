"""People for a trial: enlaces and titulares of the departments, and whoever reads the whole plan, as a CSV file.

On an installation with test data, as the service:
``python -m bench.installed.people --yes-this-is-a-trial > people.csv``.
Whoever has that file signs in as them: it is nothing for a municipality that works.
"""

import argparse
import csv
import os
import secrets
import sys
from dataclasses import astuple, dataclass, fields
from datetime import date

NAMED = "prueba"


@dataclass(frozen=True, slots=True)
class Person:
    """``share`` of ``of``: which of the department's rows are this enlace's, so that two seldom write the same."""

    username: str
    password: str
    role: str
    prefix: str
    share: int = 0
    of: int = 1


def read(path: str) -> list[Person]:
    with open(path, encoding="utf-8", newline="") as file:
        return [
            Person(row["username"], row["password"], row["role"], row["prefix"], int(row["share"]), int(row["of"]))
            for row in csv.DictReader(file)
        ]


def make(clerks: int, directors: int, readers: int) -> list[Person]:
    """Whoever is there already gets the new password. The departments with most indicators come first."""
    from django.contrib.auth.hashers import make_password
    from django.db import transaction
    from django.db.models import Count

    from accounts.models import Membership, User
    from accounts.roles import Role
    from indicators.models import Indicator

    counted = (
        Indicator.objects.values("action__program__department")
        .annotate(n=Count("pk"))
        .order_by("-n", "action__program__department")
    )
    places = list(counted.values_list("action__program__department", "action__program__department__prefix"))
    password = secrets.token_urlsafe(12)
    hashed = make_password(password)  # once: it takes as long as it should
    made = []
    with transaction.atomic():
        for role, number in ((Role.LIAISON, clerks), (Role.DIRECTOR, directors), (Role.PLANNING, readers)):
            for at in range(number):
                pk, prefix = places[at % len(places)] if role != Role.PLANNING else (None, "")
                name = f"{NAMED}.{role.value}.{at + 1}"
                user, _ = User.objects.update_or_create(
                    username=name, defaults={"email": f"{name}@example.org", "password": hashed}
                )
                Membership.objects.get_or_create(
                    user=user, role=role, department_id=pk, defaults={"starts_on": date(2014, 1, 1)}
                )
                of = len(range(at % len(places), number, len(places)))
                made.append(Person(name, password, role.value, prefix, at // len(places), of))
    return made


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.installed.people", description=__doc__)
    parser.add_argument("--clerks", type=int, default=200)
    parser.add_argument("--directors", type=int, default=20)
    parser.add_argument("--readers", type=int, default=2)
    parser.add_argument("--yes-this-is-a-trial", action="store_true", required=True)
    options = parser.parse_args()
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pmd.settings")
    django.setup()
    written = csv.writer(sys.stdout)
    written.writerow([field.name for field in fields(Person)])
    written.writerows(map(astuple, make(options.clerks, options.directors, options.readers)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
