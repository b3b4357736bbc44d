"""What a page says, for the tests whose point are its words."""

import re
from typing import Any


def text_of(response: Any) -> str:
    """The source without its line breaks, so that a sentence is found however the template wraps it."""
    return " ".join(response.content.decode().split())


def words_of(response: Any) -> str:
    """What a person reads between the header and the footer: no tags, no scripts."""
    body = re.sub(r"<(script|style|header|footer).*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())
