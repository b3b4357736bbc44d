"""What stands at the foot of a sheet and is no indicator: totals, notes, who made and who authorised it."""

import re

FOOT = re.compile(
    r"\s*(?:sub)?total(?:es)?\b|\s*(?:elabor|revis|autoriz|valid|aprob|formul)[oó]\b|\s*vo\.?\s*bo\b|\s*notas?\s*:"
    r"|\s*nombre y firma|\s*fuente\s*:|\s*firma\b|\s*responsable (?:de|del)\b|_{5,}",
    re.IGNORECASE,
)
