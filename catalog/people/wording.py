"""What pages say of many people at once."""


def invited_words(count: int) -> str:
    """A sentence with its leading blank, of the invitations that are on their way; empty where there are none."""
    if not count:
        return ""
    if count == 1:
        return " La invitación va en camino; si no se puede entregar, lo verá en «Correos»."
    return f" Las {count:,} invitaciones van en camino; las que no se puedan entregar se ven en «Correos»."
