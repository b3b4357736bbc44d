"""A row that somebody else saved meanwhile, as its page shows it again."""

import json

from indicators.capture import merging
from indicators.capture.forms import PairForm
from indicators.capture.saving import Conflict


def clashing(form: PairForm, clash: Conflict, seen: str | None = None) -> dict[str, str]:
    """What was typed in a row that somebody else saved meanwhile, ready to be saved over what there is now.

    ``seen`` is the mark of what the person had before them where the row does not carry it itself.
    """
    typed = form.typed()
    both = merging.both_of(clash, seen=typed["seen"] if seen is None else seen, prefill=form.row.last_values)
    together = json.dumps(both, ensure_ascii=False) if both else ""
    return typed | {"version": str(clash.current.version), "choice": "-", "both": together}
