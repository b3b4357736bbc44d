"""A password that cuts an address short: one sentence that names the sign and how it is written, never the password."""

from pathlib import Path
from urllib.parse import unquote

import pytest
from django.core.exceptions import ImproperlyConfigured

from pmd import environment as env
from pmd.address_faults import password_fault

CUT = [("#", "%23"), ("/", "%2F"), ("?", "%3F"), ("[", "%5B"), ("%", "%25")]


@pytest.mark.parametrize(("sign", "written"), CUT)
@pytest.mark.parametrize("place", ["secreta{}clave", "{}secreta", "secreta{}", "12{}34secreta", "a@b{}secreta"])
def test_each_address_says_which_sign_and_how_it_is_written(sign: str, written: str, place: str) -> None:
    password = place.format(sign)
    for name, read in (
        ("DATABASE_URL", lambda url: env.read_database({"DATABASE_URL": url}, default=Path(), local=False)),
        ("EMAIL_URL", lambda url: env.read_email({"EMAIL_URL": url}, local=False)),
        (
            "PMD_DATABASE_OWNER_URL",
            lambda url: env.read_owner({"PMD_DATABASE_OWNER_URL": url}, {"ENGINE": "postgresql", "NAME": "pmd"}),
        ),
    ):
        scheme = "smtp+tls" if name == "EMAIL_URL" else "postgresql"
        if sign == "%" and place.startswith("12"):
            continue  # «%34» is a sign that was encoded
        with pytest.raises(ImproperlyConfigured) as refused:
            read(f"{scheme}://pmd:{password}@servidor:587/pmd")
        told = str(refused.value)
        assert told.startswith(f"La clave de {name} lleva «{sign}»") and f"«{written}»" in told
        assert "secreta" not in told


@pytest.mark.parametrize("password", ["a:b", "a@b", "cl%40ve%23", "ñandú", "a=b&c;d", "100%25"])
def test_what_is_read_as_meant_is_left_alone(password: str) -> None:
    config = env.read_database(
        {"DATABASE_URL": f"postgresql://pmd:{password}@db:5432/pmd"}, default=Path(), local=False
    )
    assert (config["PASSWORD"], config["HOST"], config["NAME"]) == (unquote(password), "db", "pmd")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://pmd@/base?host=/run/pg",
        "postgresql:///base?application_name=a@b",
        "postgresql://db:5432/base?options=-c%20x%3Da@b",
        "sqlite:////srv/a@b/pmd.sqlite3",
        "smtp://localhost:25",
        "consolemail://",
        "",
    ],
)
def test_an_at_sign_elsewhere_is_no_password(url: str) -> None:
    assert password_fault("DATABASE_URL", url) == ""
