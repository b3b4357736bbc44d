import pytest
from django.core.management import CommandError, call_command
from django.db import connection


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has roles")
@pytest.mark.parametrize("apply", [False, True])
def test_it_is_said_that_there_are_no_roles(apply: bool) -> None:
    with pytest.raises(CommandError, match="SQLite no tiene roles"):
        call_command("grants", role="pmd", apply=apply)
