"""Write the migration that brings a room's changed database rules to the databases that are installed."""

import re
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.apps import AppConfig, apps
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from core.database_rules import Rule
from core.installed_rules import declared_rules, migrated_rules

_FILE = '''"""SAY HERE WHAT CHANGES AND WHY."""

from django.db import migrations

from core.database_rules import {imports}

{rules}

class Migration(migrations.Migration):
    dependencies = [{dependencies}]

    operations = [{operations}]
'''


class Command(BaseCommand):
    computes_no_day = True
    help = (
        "Write the migration that installs the rules of database_rules.py that differ from those that "
        "the migrations install, with their text frozen in it. For whoever changes a rule."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("app", help="programs, indicators, …")
        parser.add_argument("name", help="what the migration is called after its number")
        parser.add_argument("--dry-run", action="store_true", help="print it, write nothing")

    def handle(self, *args: Any, app: str, name: str, dry_run: bool, **options: Any) -> None:
        executor = MigrationExecutor(connection)
        before, after = differences(executor, apps.get_app_config(app))
        if not before and not after:
            raise CommandError(f"{app}: the migrations install what database_rules.py says.")
        leaves: dict[str, str] = dict(executor.loader.graph.leaf_nodes())
        number = int(leaves[app][:4]) + 1 if app in leaves else 1
        text = migration_text(before, after, _depended_on(app, leaves, (*before, *after)))
        if dry_run:
            self.stdout.write(text)
            return
        path = Path(apps.get_app_config(app).path) / "migrations" / f"{number:04}_{name}.py"
        path.write_text(text)
        self.stdout.write(f"Wrote {path}")


def differences(executor: MigrationExecutor, app: AppConfig) -> tuple[list[Rule], list[Rule]]:
    """What has to be dropped, in the text that is installed, and what is installed in its place."""
    written = {name: rule for name, (label, rule) in migrated_rules(executor).items() if label == app.label}
    declared = {rule.name: rule for rule in declared_rules(app)}
    before = [rule for name, rule in written.items() if declared.get(name) != rule]
    after = [rule for name, rule in declared.items() if written.get(name) != rule]
    return before, after


def migration_text(before: list[Rule], after: list[Rule], dependencies: list[tuple[str, str]]) -> str:
    steps = [("_BEFORE", "DropRules", before), ("_AFTER", "InstallRules", after)]
    used = [(name, step, rules) for name, step, rules in steps if rules]
    return _FILE.format(
        imports=", ".join([step for _, step, _ in used] + ["Rule"]),
        rules="\n".join(f"{name} = (\n{''.join(_literal(rule) for rule in rules)})\n" for name, _, rules in used),
        dependencies=", ".join(f'("{app}", "{migration}")' for app, migration in dependencies),
        operations=", ".join(f"{step}({name})" for name, step, _ in used),
    )


def _literal(rule: Rule) -> str:
    pieces = textwrap.wrap(rule.condition, 96, break_long_words=False, drop_whitespace=False)
    condition = "\n".join(f"        {_quoted(piece)}" for piece in pieces)
    events = ", ".join(_quoted(event) for event in rule.events) + ("," if len(rule.events) == 1 else "")
    return (
        f"    Rule(\n        {_quoted(rule.name)},\n        {_quoted(rule.table)},\n{condition},\n"
        f"        {_quoted(rule.message)},\n        ({events}),\n    ),\n"
    )


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _depended_on(app: str, leaves: dict[str, str], rules: Iterable[Rule]) -> list[tuple[str, str]]:
    """The newest migration of this room and of every other one whose tables the rules name."""
    text = " ".join(f"{rule.table} {rule.condition}" for rule in rules)
    named = [label for label in leaves if label != app and re.search(rf"\b{label}_", text)]
    return [(label, leaves[label]) for label in [app, *sorted(named)] if label in leaves]
