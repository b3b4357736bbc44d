"""What CHECK constraints cannot say about imports; installed by a migration on both databases."""

from programs.locked_years import OWN_YEAR, locked_year_rules

RULES = locked_year_rules("catalog_catalogimport", OWN_YEAR)
