"""The manuals of the roles quote the product: a renamed button, or a sentence that changed, fails here."""

from tests.manuals.quoted import chapters, is_label, is_said, labels_of

# Bold words that are no label: what a note begins with.
_NOTES = {"Importante", "Cuidado", "Ejemplo"}
# What a template puts together of arms of an «if».
_PUT_TOGETHER = {"No hay nada nuevo que enviar."}


def test_whatever_the_manuals_quote_is_said_by_the_product():
    wrong = [
        f"{path.parent.name}/{path.name}: {'**' if bold else '«'}{label}"
        for path in chapters()
        for label, bold in labels_of(path)
        if not ((is_label(label) or label.strip(":") in _NOTES) if bold else is_said(label) or label in _PUT_TOGETHER)
    ]
    assert wrong == []


def test_words_that_no_screen_says_are_told_apart():
    assert is_label("Revisar y enviar…")
    assert is_label("Enviar 11 indicadores")
    assert not is_label("Mandar el mes")
    assert is_said("El denominador anual cambió de … a …: explique por qué.")
    assert not is_said("El denominador anual se movió de … a …: explique por qué.")
