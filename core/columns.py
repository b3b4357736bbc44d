"""Adding a column that is never empty without rebuilding its table.

Django rebuilds a table on SQLite for such a column, which cannot be done while a trigger of another table names it
(``core/database_rules.py``). Both databases add it in place where it comes with a default that they know themselves;
with it the version that still runs during an upgrade can write.
"""

from typing import Any

from django.db import migrations


class AddColumnInPlace(migrations.SeparateDatabaseAndState):
    """``field`` (with ``db_default``) and its CHECK, if any, as one ALTER TABLE; backwards it drops both."""

    def __init__(
        self,
        *,
        model_name: str,
        name: str,
        field: Any,
        table: str,
        types: dict[str, str],
        default: str,
        constraint: Any = None,
        check: str = "",
    ) -> None:
        """``types`` by vendor; ``default`` and ``check`` in SQL."""
        check_clause = f' CONSTRAINT "{constraint.name}" CHECK ({check})' if constraint is not None else ""
        self.column = (table, name, types, default, check_clause)
        checks = [migrations.AddConstraint(model_name=model_name, constraint=constraint)] if constraint else []
        super().__init__(
            database_operations=[migrations.RunPython(self._add, self._drop)],
            state_operations=[
                migrations.AddField(model_name=model_name, name=name, field=field),
                *checks,
            ],
        )

    def _add(self, apps: Any, schema_editor: Any) -> None:
        table, name, types, default, check_clause = self.column
        schema_editor.execute(
            f'ALTER TABLE "{table}" ADD COLUMN "{name}" {types[schema_editor.connection.vendor]} '
            f"DEFAULT {default} NOT NULL{check_clause}"
        )

    def _drop(self, apps: Any, schema_editor: Any) -> None:
        table, name, *_ = self.column
        schema_editor.execute(f'ALTER TABLE "{table}" DROP COLUMN "{name}"')
