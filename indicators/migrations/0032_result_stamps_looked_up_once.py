"""A change looks up the former stamps once, where it could do so again for every stamp that there is."""

from importlib import import_module
from typing import Any

from django.db import migrations

_FUNCTIONS = (
    """FUNCTION result_stamp(programs bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
DELETE FROM indicators_resultstamp WHERE id = ANY (ARRAY(
SELECT s.id FROM indicators_resultstamp s WHERE s.program_id = ANY (programs) AND s.fiscal_year_id = ANY (ARRAY(
SELECT p.fiscal_year_id FROM programs_program p WHERE p.id = ANY (programs)
)) FOR UPDATE SKIP LOCKED
));
INSERT INTO indicators_resultstamp (id, fiscal_year_id, program_id)
SELECT gen_random_uuid(), p.fiscal_year_id, p.id FROM programs_program p WHERE p.id = ANY (programs);
END
$$""",
    """FUNCTION result_stamp_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
DELETE FROM indicators_resultstamp WHERE id = ANY (ARRAY(
SELECT s.id FROM indicators_resultstamp s WHERE s.fiscal_year_id = 0 AND s.program_id = 0 FOR UPDATE SKIP LOCKED
));
INSERT INTO indicators_resultstamp (id, fiscal_year_id, program_id) VALUES (gen_random_uuid(), 0, 0);
RETURN NULL;
END
$$""",
)


def look_up_once(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        with schema_editor.connection.cursor() as cursor:
            for made in _FUNCTIONS:
                cursor.execute(f"CREATE OR REPLACE {made}")


def as_before(apps: Any, schema_editor: Any) -> None:
    former = dict(import_module("indicators.migrations.0027_result_stamps")._FUNCTIONS)
    if schema_editor.connection.vendor == "postgresql":
        with schema_editor.connection.cursor() as cursor:
            for signature in ("result_stamp(bigint[])", "result_stamp_plan()"):
                cursor.execute(former[signature].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))


class Migration(migrations.Migration):
    dependencies = [("indicators", "0031_papers_stay_as_they_were_issued")]

    operations = [migrations.RunPython(look_up_once, as_before)]
