"""Parts of the catalogue's addresses."""

from catalog.tree.kinds import BY_SLUG, Kind


class KindConverter:
    """«programas» in an address is the kind of what the page shows."""

    regex = "|".join(BY_SLUG)

    def to_python(self, value: str) -> Kind:
        return BY_SLUG[value]

    def to_url(self, value: Kind | str) -> str:
        return value if isinstance(value, str) else value.slug
