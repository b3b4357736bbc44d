"""The bytes of a description: JSON that stays what it is also within a page."""

import json
from typing import Any


def json_bytes(content: Any) -> bytes:
    """The same content is always the same bytes. A name with ``</script`` ends no script of whoever embeds it."""
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).replace("<", "\\u003c")
    return f"{text}\n".encode()
