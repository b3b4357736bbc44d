"""The months by their Spanish names."""

MONTH_NAMES = (
    "", "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip


def month_name(month: int) -> str:
    """«septiembre» for 9."""
    return MONTH_NAMES[month]
