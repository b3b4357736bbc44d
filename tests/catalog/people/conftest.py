"""The people of one department, and planning signed in."""

import pytest
from django.test import Client

from accounts.models import User
from tests.factories import (
    make_department,
    make_people,
)
from tests.support.shared import shared


@pytest.fixture
@shared
def people() -> dict[str, User]:
    return make_people(make_department(number=1))


@pytest.fixture
def planning(client: Client, people: dict[str, User]) -> Client:
    client.force_login(people["planning"])
    return client
