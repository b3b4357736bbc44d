"""The rules as migration 0002 installs them. Never edited: what changes a rule is a new migration."""

from core.database_rules import Rule

RULES = (
    Rule(
        "trail_is_append_only",
        "core_trailentry",
        "1 = 1",
        "La bitácora no se modifica ni se borra.",
        ("UPDATE", "DELETE"),
    ),
    Rule(
        "trail_is_append_only_truncate",
        "core_trailentry",
        "EXISTS (SELECT 1 FROM core_trailentry)",
        "La bitácora no se borra.",
        ("TRUNCATE",),
    ),
)
