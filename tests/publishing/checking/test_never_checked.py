"""A product in which no check was ever made says what to do, to each in their words; what a hash is called."""

import pytest
from django.urls import reverse

from accounts.models import Role
from tests.factories import make_user, signed_in
from tests.publishing.closed import close
from tests.reports.county import make_county

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "said"),
    [(Role.PLANNING, "Pulse «Comprobar ahora»"), (Role.COMPTROLLER, "a quien administra el servidor")],
)
def test_it_is_a_warning_that_says_what_to_do_and_leads_back(role, said):
    page = signed_in(make_user("quien.lee", role)).get(reverse("publishing:check")).content.decode()
    warning = page.partition('<p class="alert alert-warning"')[2].partition("</p>")[0]
    assert "Nunca se ha comprobado" in warning and said in warning
    assert f'<a href="{reverse("reports:trail")}">Bitácora</a>' in page and "Cada noche se vuelve" not in page


def test_the_trail_calls_a_closing_s_hash_its_fingerprint():
    made = close(make_county(), 1)
    page = signed_in(make_user("quien.lee", Role.COMPTROLLER)).get(reverse("reports:trail")).content.decode()
    assert f"huella: {made.sha256}" in page and "SHA-256 del archivo" not in page
