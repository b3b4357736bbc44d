"""A rule of the database is the same in the code, in the newest migration and in the database itself."""

import ast
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from core.database_rules import Rule, definitions, drop_rules, install_rules, pick
from core.installed_rules import declared_rules, differing_triggers, fingerprint, migrated_rules, tell_before_serving
from programs import database_rules
from programs.models import Department
from tests.factories import make_department
from tests.support.owner import as_owner

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("core", "programs", "accounts", "indicators", "catalog", "reports", "publishing")


def test_the_newest_migrations_install_what_the_code_declares():
    """Where this fails: manage.py freeze_rules ROOM NAME writes the migration that is missing."""
    written = {name: rule for name, (_, rule) in migrated_rules(MigrationExecutor(connection)).items()}
    assert written == {rule.name: rule for rule in declared_rules()}


def test_the_database_has_what_the_code_declares():
    """SQLite loses the triggers of a table that a migration rebuilds; this is where that shows."""
    assert len(declared_rules()) > 20
    assert differing_triggers(connection, declared_rules()) == []
    call_command("check", databases=["default"], stdout=StringIO())


def test_no_migration_imports_the_rules_of_today():
    known = {"InstallRules", "DropRules", "LiftRules", "RestoreRules", "Rule", "pick"}
    for path in (path for room in ROOMS for path in (ROOT / room / "migrations").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").endswith("database_rules"):
                taken = {name.name for name in node.names}
                assert node.module == "core.database_rules" and taken <= known, f"{path.name} imports {taken}"


def test_the_text_that_is_made_of_a_rule_is_the_one_that_is_installed():
    """Installed databases keep the text that they have: whoever changes how it is made reinstalls every rule."""
    sample = Rule("a_b", "t_t", "NEW.a <> OLD.b", "No.", ("UPDATE", "DELETE"))
    whole = Rule("a_b_truncate", "t_t", "1 = 1", "No.", ("TRUNCATE",))
    made = {
        vendor: fingerprint(repr([definitions(vendor, sample), definitions(vendor, whole)]))[:16]
        for vendor in ("sqlite", "postgresql")
    }
    assert made == {"sqlite": "046eb06a55c4272e", "postgresql": "34d6050c262bcefc"}


def weaken(rule):
    with as_owner():
        drop_rules(connection, [rule])
        install_rules(connection, [Rule(rule.name, rule.table, "1 = 0", rule.message, rule.events)])


def switch_off(rule):
    """As somebody would who wants to write past a rule: SQLite has no switch, there the trigger goes."""
    statement = f'ALTER TABLE {rule.table} DISABLE TRIGGER "{rule.name}"'
    if connection.vendor == "sqlite":
        statement = f'DROP TRIGGER "{rule.name}_update"'
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("change", [weaken, switch_off])
def test_a_rule_that_was_changed_by_hand_stops_the_check_and_is_told_at_the_start(change, caplog, monkeypatch):
    monkeypatch.setattr(connection, "close", lambda: None)  # the transaction of this test lives in it
    change(*pick(database_rules.RULES, "department_prefix_fixed"))
    with pytest.raises(SystemCheckError, match="department_prefix_fixed"):
        call_command("check", databases=["default"])
    tell_before_serving()
    assert "no son las de esta versión: department_prefix_fixed" in caplog.text


def test_a_changed_rule_reaches_a_database_that_has_the_former_one(monkeypatch):
    former = pick(database_rules.RULES, "department_prefix_fixed")[0]
    changed = Rule(former.name, former.table, "NEW.prefix <> OLD.prefix AND 1 = 1", 'Ni «"\\» cambia.', former.events)
    added = Rule("department_number_low", "programs_department", "NEW.number > 9", "El número es alto.")
    rest = tuple(rule for rule in database_rules.RULES if rule is not former)
    make_department("PRE", "Presidencia", 5)
    monkeypatch.setattr(database_rules, "RULES", (*rest, changed, added))
    made = migration_of("programs")
    assert differing_triggers(connection, declared_rules()) != []
    run(made, "database_forwards")
    assert differing_triggers(connection, declared_rules()) == []
    with pytest.raises(IntegrityError, match="El número es alto"), transaction.atomic():
        Department.objects.update(number=11)
    with pytest.raises(IntegrityError, match="Ni «"), transaction.atomic():
        Department.objects.update(prefix="XXX")

    monkeypatch.undo()
    run(made, "database_backwards")
    assert differing_triggers(connection, declared_rules()) == []
    Department.objects.update(number=11)


def migration_of(room):
    out = StringIO()
    call_command("freeze_rules", room, "changed", dry_run=True, stdout=out)
    written: dict = {}
    exec(out.getvalue(), written)
    made = written["Migration"]("0099_changed", room)
    newest = [name for label, name in MigrationExecutor(connection).loader.graph.leaf_nodes() if label == room]
    assert made.dependencies[0] == (room, newest[0])
    return made


def run(migration, direction):
    steps = migration.operations if direction == "database_forwards" else reversed(migration.operations)
    with as_owner():
        for step in steps:
            getattr(step, direction)(migration.app_label, SimpleNamespace(connection=connection), None, None)


def test_without_a_change_no_migration_is_written():
    for room in ("programs", "indicators"):
        before = set((Path(apps.get_app_config(room).path) / "migrations").iterdir())
        with pytest.raises(Exception, match="the migrations install what"):
            call_command("freeze_rules", room, "nothing")
        assert set((Path(apps.get_app_config(room).path) / "migrations").iterdir()) == before
