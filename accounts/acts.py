"""What the trail records of people: accounts, what they are named to, what two of them do, mail that did not leave."""

from core import trail
from core.seals.words import about_people

# What the seals hold of these is a salted hash, so that somebody's name and address can be erased.
about_people(
    types=("accounts.user", "accounts.membership", "accounts.pendingact", "accounts.mail", "accounts.apitoken"),
    fields=(
        "username", "first_name", "last_name", "email", "user", "person", "substitutes", "asked_by", "confirmed_by",
        "granted_by", "pending",
    ),
)  # fmt: skip


@trail.register
class AccountAct(trail.Act):
    CREATE = "dar de alta", "Dio de alta la cuenta"
    DEACTIVATE = "dar de baja", "Dio de baja la cuenta"
    REACTIVATE = "reactivar", "Reactivó la cuenta"
    UNLOCK = "desbloquear", "Desbloqueó la cuenta"
    INVITE = "enviar invitación", "Envió la invitación"
    CHANGE_DATA = "cambiar datos", "Cambió los datos de la cuenta"
    CHANGE_PASSWORD = "cambiar contraseña", "Cambió la contraseña"
    RECOVER_PASSWORD = "recuperar contraseña", "Recuperó la contraseña"
    ERASE = "suprimir datos", "Suprimió los datos personales de la cuenta"


@trail.register
class MembershipAct(trail.Act):
    NAME = "nombrar", "Nombró"
    END = "terminar nombramiento", "Fijó el último día del nombramiento"
    CORRECT = "corregir nombramiento", "Corrigió el nombramiento"


@trail.register
class TwoPeopleAct(trail.Act):
    ASK = "pedir a otra persona", "Pidió a una segunda persona que confirme"
    WITHDRAW = "retirar lo pedido", "Retiró lo que había pedido"
    DECLINE = "rechazar lo pedido", "Rechazó lo que se había pedido"


@trail.register
class ApiTokenAct(trail.Act):
    MAKE = "crear llave de lectura", "Creó la llave de lectura"
    REVOKE = "revocar llave de lectura", "Revocó la llave de lectura"
    TRY_ENDED = "usar llave que ya no sirve", "Se intentó leer con una llave que ya no sirve"


@trail.register
class MailAct(trail.Act):
    GIVE_UP = "no enviar correo", "Se dejó de intentar el envío del correo"
    RETRY = "reintentar correo", "Pidió enviar otra vez el correo"
    DISCARD = "descartar correo", "Descartó el correo que no salió"
