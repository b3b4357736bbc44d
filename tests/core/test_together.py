"""A number and its «%» stay on one line of a page, and nothing that a form gives back is changed by it."""

import pytest

from core.formats import together

NO_BREAK = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>de 75.00 % a 1,234.50 %</p>", "<p>de 75.00_% a 1,234.50_%</p>"),
        ("<p>a las 12:30 h, de 3 MB</p>", "<p>a las 12:30_h, de 3_MB</p>"),
        ("<p>5 hojas y 3 MBA</p>", "<p>5 hojas y 3 MBA</p>"),
        ('<a title="el 75 %" href="?q=75 %">75 %</a>', '<a title="el 75 %" href="?q=75 %">75_%</a>'),
        ('<input value="80 %"><p>x</p>', '<input value="80 %"><p>x</p>'),
        ("<textarea>bajó 80 % en enero</textarea>", "<textarea>bajó 80 % en enero</textarea>"),
        ("<option>80 %</option>", "<option>80 %</option>"),
        ('<script type="application/json">"80 %"</script>', '<script type="application/json">"80 %"</script>'),
    ],
)
def test_a_number_keeps_its_unit(html, shown):
    assert together(html.encode()).decode() == shown.replace("_", NO_BREAK)
