"""A name as papers write it becomes first name and family names, and a user name that nobody has."""

import pytest

from accounts.names import split_name, username_for
from accounts.usernames import key_of


@pytest.mark.parametrize(
    ("full", "first", "last"),
    [
        ("Luz Mora", "Luz", "Mora"),
        ("Luz Mora Díaz", "Luz", "Mora Díaz"),
        ("Luz María Mora Díaz", "Luz María", "Mora Díaz"),
        ("María de los Ángeles de la Cruz Ríos", "María de los Ángeles", "de la Cruz Ríos"),
        ("Juan de Dios", "Juan", "de Dios"),
        ("Mora Díaz, Luz María", "Luz María", "Mora Díaz"),
        ("  Luz   Mora ", "Luz", "Mora"),
        ("Luz", "Luz", ""),
        ("Mora,", "Mora", ""),
        ("de", "de", ""),
        ("", "", ""),
    ],
)
def test_the_last_two_words_are_the_family_names(full: str, first: str, last: str) -> None:
    assert split_name(full) == (first, last)


@pytest.mark.parametrize(
    ("first", "last", "email", "taken", "made"),
    [
        ("Luz María", "Mora Díaz", "l@x.mx", [], "luz.mora"),
        ("Luz María", "Mora Díaz", "l@x.mx", ["LUZ.MORA"], "luz.mora.diaz"),
        ("Luz", "Mora", "l@x.mx", ["luz.mora"], "luz.mora2"),
        ("Luz", "Mora Díaz", "l@x.mx", ["luz.mora", "luz.mora.diaz", "luz.mora2"], "luz.mora3"),
        ("Íñigo", "Muñoz", "l@x.mx", [], "inigo.munoz"),
        ("María de los Ángeles", "de la Cruz Ríos", "l@x.mx", [], "maria.delacruz"),
        ("Luz", "", "l@x.mx", [], "luz"),
        ("李", "", "li.wei@x.mx", [], "liwei"),
        ("李", "", "李@x.mx", [], "persona"),
    ],
)
def test_a_user_name_is_short_and_nobodys(first: str, last: str, email: str, taken: list[str], made: str) -> None:
    assert username_for(first, last, email, {key_of(name) for name in taken}) == made
