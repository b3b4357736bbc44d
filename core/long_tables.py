"""The engine of the long tables: Jinja2, which turns a template into Python once instead of walking it for each row.

Only the rows of tables with hundreds of them are in ``templates_jinja/``; ``{% long_table %}`` puts them into a page.
They are given text that is ready to print, and a name that nobody gave them is an error, never a blank.
"""

from typing import Any

from django.utils.text import capfirst
from jinja2 import Environment, StrictUndefined

from core.lights import light, light_word
from core.moments import day_text


def environment(**options: Any) -> Environment:
    made = Environment(**options | {"undefined": StrictUndefined})
    made.globals |= {"light": light, "light_word": light_word}
    made.filters |= {"capfirst": capfirst, "day": day_text}
    return made
