"""What CHECK constraints cannot say about closings; installed by migrations on both databases."""

from core.database_rules import AppendOnly, Rule, append_only_rules, filled_once_rules

_TABLE = "publishing_closing"
_PUBLICATION = "publishing_publication"
_TAKING_DOWN = AppendOnly("publishing_takingdown", ("confirmed_by_id", "confirmed_at", "withdrawn_at"))
APPEND_ONLY = (AppendOnly(_TABLE), AppendOnly(_PUBLICATION), _TAKING_DOWN)

RULES = (
    *append_only_rules("closing_is_kept", _TABLE, "Un cierre no se modifica ni se borra."),
    Rule(
        "closing_follows_the_last",
        _TABLE,
        f"COALESCE(NEW.previous_id, 0) <> COALESCE((SELECT MAX(c.id) FROM {_TABLE} c), 0)",
        "Un cierre continúa la cadena después del último.",
        ("INSERT",),
    ),
    Rule(
        "closing_version_in_order",
        _TABLE,
        f"NEW.version <> 1 + (SELECT COUNT(*) FROM {_TABLE} c "
        "WHERE c.fiscal_year_id = NEW.fiscal_year_id AND c.month = NEW.month)",
        "Las versiones de un cierre se cuentan una por una.",
        ("INSERT",),
    ),
    *append_only_rules("publication_is_kept", _PUBLICATION, "Una publicación no se modifica ni se borra."),
    *filled_once_rules(
        "taking_down",
        _TAKING_DOWN,
        ("publication_id", "reason", "asked_by_id", "asked_at"),
        "Lo que se pidió y se confirmó del sitio público no se modifica ni se borra.",
    ),
)
