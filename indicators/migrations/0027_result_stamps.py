"""Stamps of the rows behind results, written by PostgreSQL itself: indicators/results/stamps.py says what for."""

import uuid
from typing import Any

from django.db import migrations, models

_FUNCTIONS = (
    (
        "result_stamp(bigint[])",
        """CREATE FUNCTION result_stamp(programs bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
DELETE FROM indicators_resultstamp WHERE id IN (
SELECT s.id FROM programs_program p JOIN indicators_resultstamp s
ON s.fiscal_year_id = p.fiscal_year_id AND s.program_id = p.id
WHERE p.id = ANY (programs) FOR UPDATE OF s SKIP LOCKED
);
INSERT INTO indicators_resultstamp (id, fiscal_year_id, program_id)
SELECT gen_random_uuid(), p.fiscal_year_id, p.id FROM programs_program p WHERE p.id = ANY (programs);
END
$$""",
    ),
    (
        "result_stamp_plan()",
        """CREATE FUNCTION result_stamp_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
DELETE FROM indicators_resultstamp WHERE id IN (
SELECT s.id FROM indicators_resultstamp s WHERE s.fiscal_year_id = 0 AND s.program_id = 0 FOR UPDATE SKIP LOCKED
);
INSERT INTO indicators_resultstamp (id, fiscal_year_id, program_id) VALUES (gen_random_uuid(), 0, 0);
RETURN NULL;
END
$$""",
    ),
    (
        "result_stamp_all()",
        """CREATE FUNCTION result_stamp_all() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
PERFORM result_stamp(ARRAY(SELECT p.id FROM programs_program p)); RETURN NULL;
END
$$""",
    ),
    (
        "result_stamp_of_program()",
        """CREATE FUNCTION result_stamp_of_program() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF TG_OP = 'INSERT' THEN
PERFORM result_stamp(ARRAY(SELECT c.id
FROM (SELECT id FROM changed GROUP BY 1) AS c));
ELSIF TG_OP = 'DELETE' THEN
PERFORM result_stamp(ARRAY(SELECT c.id
FROM (SELECT id FROM former GROUP BY 1) AS c));
ELSE
PERFORM result_stamp(ARRAY(SELECT c.id
FROM (SELECT id FROM former UNION SELECT id FROM changed) AS c));
END IF;
RETURN NULL;
END
$$""",
    ),
    (
        "result_stamp_of_action()",
        """CREATE FUNCTION result_stamp_of_action() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF TG_OP = 'INSERT' THEN
PERFORM result_stamp(ARRAY(SELECT c.program_id
FROM (SELECT program_id FROM changed GROUP BY 1) AS c));
ELSIF TG_OP = 'DELETE' THEN
PERFORM result_stamp(ARRAY(SELECT c.program_id
FROM (SELECT program_id FROM former GROUP BY 1) AS c));
ELSE
PERFORM result_stamp(ARRAY(SELECT c.program_id
FROM (SELECT program_id FROM former UNION SELECT program_id FROM changed) AS c));
END IF;
RETURN NULL;
END
$$""",
    ),
    (
        "result_stamp_of_indicator()",
        """CREATE FUNCTION result_stamp_of_indicator() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF TG_OP = 'INSERT' THEN
PERFORM result_stamp(ARRAY(SELECT (SELECT a.program_id FROM programs_action a WHERE a.id = c.action_id)
FROM (SELECT action_id FROM changed GROUP BY 1) AS c));
ELSIF TG_OP = 'DELETE' THEN
PERFORM result_stamp(ARRAY(SELECT (SELECT a.program_id FROM programs_action a WHERE a.id = c.action_id)
FROM (SELECT action_id FROM former GROUP BY 1) AS c));
ELSE
PERFORM result_stamp(ARRAY(SELECT (SELECT a.program_id FROM programs_action a WHERE a.id = c.action_id)
FROM (SELECT action_id FROM former UNION SELECT action_id FROM changed) AS c));
END IF;
RETURN NULL;
END
$$""",
    ),
    (
        "result_stamp_of_targetadjustment()",
        """CREATE FUNCTION result_stamp_of_targetadjustment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF TG_OP = 'INSERT' THEN
PERFORM result_stamp(ARRAY(SELECT (SELECT a.program_id FROM indicators_indicator i
JOIN programs_action a ON a.id = i.action_id WHERE i.id = c.indicator_id)
FROM (SELECT indicator_id FROM changed GROUP BY 1) AS c));
ELSIF TG_OP = 'DELETE' THEN
PERFORM result_stamp(ARRAY(SELECT (SELECT a.program_id FROM indicators_indicator i
JOIN programs_action a ON a.id = i.action_id WHERE i.id = c.indicator_id)
FROM (SELECT indicator_id FROM former GROUP BY 1) AS c));
ELSE
PERFORM result_stamp(ARRAY(SELECT (SELECT a.program_id FROM indicators_indicator i
JOIN programs_action a ON a.id = i.action_id WHERE i.id = c.indicator_id)
FROM (SELECT indicator_id FROM former UNION SELECT indicator_id FROM changed) AS c));
END IF;
RETURN NULL;
END
$$""",
    ),
    (
        "result_stamp_of_measurement()",
        """CREATE FUNCTION result_stamp_of_measurement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF TG_OP = 'INSERT' THEN
PERFORM result_stamp(ARRAY(SELECT (SELECT a.program_id FROM indicators_indicator i
JOIN programs_action a ON a.id = i.action_id WHERE i.id = c.indicator_id)
FROM (SELECT indicator_id FROM changed GROUP BY 1) AS c));
ELSIF TG_OP = 'DELETE' THEN
PERFORM result_stamp(ARRAY(SELECT (SELECT a.program_id FROM indicators_indicator i
JOIN programs_action a ON a.id = i.action_id WHERE i.id = c.indicator_id)
FROM (SELECT indicator_id FROM former GROUP BY 1) AS c));
ELSE
PERFORM result_stamp(ARRAY(SELECT (SELECT a.program_id FROM indicators_indicator i
JOIN programs_action a ON a.id = i.action_id WHERE i.id = c.indicator_id)
FROM (SELECT indicator_id FROM former UNION SELECT indicator_id FROM changed) AS c));
END IF;
RETURN NULL;
END
$$""",
    ),
)
_TRIGGERS = (
    (
        "result_stamp_program_insert",
        "programs_program",
        'CREATE TRIGGER "result_stamp_program_insert" AFTER INSERT ON "programs_program" '
        "REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "
        "result_stamp_of_program()",
    ),
    (
        "result_stamp_program_update",
        "programs_program",
        'CREATE TRIGGER "result_stamp_program_update" AFTER UPDATE ON "programs_program" '
        "REFERENCING OLD TABLE AS former NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "
        "result_stamp_of_program()",
    ),
    (
        "result_stamp_program_delete",
        "programs_program",
        'CREATE TRIGGER "result_stamp_program_delete" AFTER DELETE ON "programs_program" '
        "REFERENCING OLD TABLE AS former FOR EACH STATEMENT EXECUTE FUNCTION "
        "result_stamp_of_program()",
    ),
    (
        "result_stamp_program_truncate",
        "programs_program",
        'CREATE TRIGGER "result_stamp_program_truncate" AFTER TRUNCATE ON "programs_program" FOR '
        "EACH STATEMENT EXECUTE FUNCTION result_stamp_all()",
    ),
    (
        "result_stamp_action_insert",
        "programs_action",
        'CREATE TRIGGER "result_stamp_action_insert" AFTER INSERT ON "programs_action" REFERENCING '
        "NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION result_stamp_of_action()",
    ),
    (
        "result_stamp_action_update",
        "programs_action",
        'CREATE TRIGGER "result_stamp_action_update" AFTER UPDATE ON "programs_action" REFERENCING '
        "OLD TABLE AS former NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "
        "result_stamp_of_action()",
    ),
    (
        "result_stamp_action_delete",
        "programs_action",
        'CREATE TRIGGER "result_stamp_action_delete" AFTER DELETE ON "programs_action" REFERENCING '
        "OLD TABLE AS former FOR EACH STATEMENT EXECUTE FUNCTION result_stamp_of_action()",
    ),
    (
        "result_stamp_action_truncate",
        "programs_action",
        'CREATE TRIGGER "result_stamp_action_truncate" AFTER TRUNCATE ON "programs_action" FOR EACH'
        " STATEMENT EXECUTE FUNCTION result_stamp_all()",
    ),
    (
        "result_stamp_indicator_insert",
        "indicators_indicator",
        'CREATE TRIGGER "result_stamp_indicator_insert" AFTER INSERT ON "indicators_indicator" '
        "REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "
        "result_stamp_of_indicator()",
    ),
    (
        "result_stamp_indicator_update",
        "indicators_indicator",
        'CREATE TRIGGER "result_stamp_indicator_update" AFTER UPDATE ON "indicators_indicator" '
        "REFERENCING OLD TABLE AS former NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "
        "result_stamp_of_indicator()",
    ),
    (
        "result_stamp_indicator_delete",
        "indicators_indicator",
        'CREATE TRIGGER "result_stamp_indicator_delete" AFTER DELETE ON "indicators_indicator" '
        "REFERENCING OLD TABLE AS former FOR EACH STATEMENT EXECUTE FUNCTION "
        "result_stamp_of_indicator()",
    ),
    (
        "result_stamp_indicator_truncate",
        "indicators_indicator",
        'CREATE TRIGGER "result_stamp_indicator_truncate" AFTER TRUNCATE ON "indicators_indicator" '
        "FOR EACH STATEMENT EXECUTE FUNCTION result_stamp_all()",
    ),
    (
        "result_stamp_targetadjustment_insert",
        "indicators_targetadjustment",
        'CREATE TRIGGER "result_stamp_targetadjustment_insert" AFTER INSERT ON '
        '"indicators_targetadjustment" REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE '
        "FUNCTION result_stamp_of_targetadjustment()",
    ),
    (
        "result_stamp_targetadjustment_update",
        "indicators_targetadjustment",
        'CREATE TRIGGER "result_stamp_targetadjustment_update" AFTER UPDATE ON '
        '"indicators_targetadjustment" REFERENCING OLD TABLE AS former NEW TABLE AS changed FOR '
        "EACH STATEMENT EXECUTE FUNCTION result_stamp_of_targetadjustment()",
    ),
    (
        "result_stamp_targetadjustment_delete",
        "indicators_targetadjustment",
        'CREATE TRIGGER "result_stamp_targetadjustment_delete" AFTER DELETE ON '
        '"indicators_targetadjustment" REFERENCING OLD TABLE AS former FOR EACH STATEMENT EXECUTE '
        "FUNCTION result_stamp_of_targetadjustment()",
    ),
    (
        "result_stamp_targetadjustment_truncate",
        "indicators_targetadjustment",
        'CREATE TRIGGER "result_stamp_targetadjustment_truncate" AFTER TRUNCATE ON '
        '"indicators_targetadjustment" FOR EACH STATEMENT EXECUTE FUNCTION result_stamp_all()',
    ),
    (
        "result_stamp_measurement_insert",
        "indicators_measurement",
        'CREATE TRIGGER "result_stamp_measurement_insert" AFTER INSERT ON "indicators_measurement" '
        "REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "
        "result_stamp_of_measurement()",
    ),
    (
        "result_stamp_measurement_update",
        "indicators_measurement",
        'CREATE TRIGGER "result_stamp_measurement_update" AFTER UPDATE ON "indicators_measurement" '
        "REFERENCING OLD TABLE AS former NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "
        "result_stamp_of_measurement()",
    ),
    (
        "result_stamp_measurement_delete",
        "indicators_measurement",
        'CREATE TRIGGER "result_stamp_measurement_delete" AFTER DELETE ON "indicators_measurement" '
        "REFERENCING OLD TABLE AS former FOR EACH STATEMENT EXECUTE FUNCTION "
        "result_stamp_of_measurement()",
    ),
    (
        "result_stamp_measurement_truncate",
        "indicators_measurement",
        'CREATE TRIGGER "result_stamp_measurement_truncate" AFTER TRUNCATE ON '
        '"indicators_measurement" FOR EACH STATEMENT EXECUTE FUNCTION result_stamp_all()',
    ),
    (
        "result_stamp_axis_in_plan",
        "programs_axis",
        'CREATE TRIGGER "result_stamp_axis_in_plan" AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON'
        ' "programs_axis" FOR EACH STATEMENT EXECUTE FUNCTION result_stamp_plan()',
    ),
    (
        "result_stamp_department_in_plan",
        "programs_department",
        'CREATE TRIGGER "result_stamp_department_in_plan" AFTER INSERT OR UPDATE OR DELETE OR '
        'TRUNCATE ON "programs_department" FOR EACH STATEMENT EXECUTE FUNCTION result_stamp_plan()',
    ),
    (
        "result_stamp_objective_in_plan",
        "programs_objective",
        'CREATE TRIGGER "result_stamp_objective_in_plan" AFTER INSERT OR UPDATE OR DELETE OR '
        'TRUNCATE ON "programs_objective" FOR EACH STATEMENT EXECUTE FUNCTION result_stamp_plan()',
    ),
    (
        "result_stamp_program_in_plan",
        "programs_program",
        'CREATE TRIGGER "result_stamp_program_in_plan" AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE'
        ' ON "programs_program" FOR EACH STATEMENT EXECUTE FUNCTION result_stamp_plan()',
    ),
    (
        "result_stamp_strategy_in_plan",
        "programs_strategy",
        'CREATE TRIGGER "result_stamp_strategy_in_plan" AFTER INSERT OR UPDATE OR DELETE OR '
        'TRUNCATE ON "programs_strategy" FOR EACH STATEMENT EXECUTE FUNCTION result_stamp_plan()',
    ),
)


def install(apps: Any, schema_editor: Any) -> None:
    """Every programme has a stamp from the first day: one without says that it has no rows."""
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        for _, sql in _FUNCTIONS:
            cursor.execute(sql)
        for _, _, sql in _TRIGGERS:
            cursor.execute(sql)
        cursor.execute("SELECT result_stamp(ARRAY(SELECT p.id FROM programs_program p))")
        cursor.execute("INSERT INTO indicators_resultstamp VALUES (gen_random_uuid(), 0, 0)")


def drop(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        for name, table, _ in _TRIGGERS:
            cursor.execute(f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"')
        for signature, _ in reversed(_FUNCTIONS):
            cursor.execute(f"DROP FUNCTION IF EXISTS {signature}")


class Migration(migrations.Migration):
    # Stamps come again by themselves: going back loses nothing.
    worked_out = ("ResultStamp",)
    dependencies = [("indicators", "0026_receipt_by_expiry"), ("programs", "0010_year_lockings")]

    operations = [
        migrations.CreateModel(
            name="ResultStamp",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("fiscal_year_id", models.BigIntegerField()),
                ("program_id", models.BigIntegerField()),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["fiscal_year_id", "program_id", "id"], name="resultstamp_of_year")],
            },
        ),
        migrations.RunPython(install, drop),
    ]
