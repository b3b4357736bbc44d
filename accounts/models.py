"""The people of the municipality and what they are named to do, with dates."""

from datetime import date
from enum import StrEnum

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from accounts.roles import DEPARTMENT_ROLES, Role
from accounts.usernames import folded
from core.dates import living_day
from core.two_people import two_people
from programs.models import Department


def called(first_name: str, last_name: str, username: str) -> str:
    """What people call somebody: the full name, or the user name where there is none."""
    return f"{first_name} {last_name}".strip() or username


class User(AbstractUser):
    """A person who signs in. Deactivated when they leave, never deleted."""

    is_demo = models.BooleanField("cuenta de demostración", default=False, editable=False)

    class Meta(AbstractUser.Meta):
        verbose_name = "usuario"
        verbose_name_plural = "usuarios"
        ordering = ["username"]
        constraints = [
            # Only of active people: whoever takes over an office takes over its mailbox.
            models.UniqueConstraint(
                Lower("email"),
                condition=Q(is_active=True) & ~Q(email=""),
                name="user_email_unique",
                violation_error_message="Otra persona activa ya usa este correo.",
            ),
            # The service asks more (``accounts.usernames``), of people who left, too; this is what a database can say.
            models.UniqueConstraint(
                folded("username"),
                condition=Q(is_active=True),
                name="user_username_no_twin",
                violation_error_message="Otra persona activa tiene un usuario que se lee igual: elija otro.",
            ),
        ]

    def __str__(self) -> str:
        return called(self.first_name, self.last_name, self.username)


class Standing(StrEnum):
    """How a membership stands on a day; the value is what a person reads."""

    NOT_YET = "aún no empieza"
    IN_FORCE = "vigente"
    ENDED = "terminó"


class MembershipQuerySet(models.QuerySet["Membership"]):
    def in_force(self, on: date) -> "MembershipQuerySet":
        return self.filter(Q(starts_on__lte=on), Q(ends_on__isnull=True) | Q(ends_on__gte=on))

    def overlapping(self, starts_on: date, ends_on: date | None) -> "MembershipQuerySet":
        """Those that share a day with the range; None is a range without end."""
        rows = self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on))
        return rows if ends_on is None else rows.filter(starts_on__lte=ends_on)

    def not_over(self, on: date) -> "MembershipQuerySet":
        """Those in force that day or later."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))


class Membership(models.Model):
    """A person's role between two dates, in one department or (planning and readers) in none."""

    user = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="memberships",
        verbose_name="persona",
    )
    department = models.ForeignKey(
        Department,
        on_delete=models.PROTECT,
        related_name="memberships",
        verbose_name="dependencia",
        null=True,
        blank=True,
        help_text="Solo para enlaces y directores.",
    )
    role = models.CharField("función", max_length=12, choices=Role.choices)
    starts_on = models.DateField("desde", validators=[living_day])
    ends_on = models.DateField("hasta", null=True, blank=True, validators=[living_day])
    substitutes = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="en suplencia de",
        help_text="La persona a quien suple; deje vacío si es el titular de la función.",
    )
    instrument = models.CharField("instrumento", max_length=200, blank=True, help_text="Oficio que lo nombra.")
    # Whoever named them or acted on it since: who stands in by them alone is no second person to them.
    set_by = models.ManyToManyField(User, related_name="+", editable=False, verbose_name="quiénes lo fijaron")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "nombramiento"
        verbose_name_plural = "nombramientos"
        ordering = ["user", "starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=DEPARTMENT_ROLES, department__isnull=False)
                | (~Q(role__in=DEPARTMENT_ROLES) & Q(department__isnull=True)),
                name="membership_department_matches_role",
                violation_error_message=(
                    "Un enlace o director pertenece a una dependencia; las demás funciones, a ninguna."
                ),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="membership_dates_in_order",
                violation_error_message="La fecha final no puede ser anterior a la inicial.",
            ),
            models.CheckConstraint(
                condition=Q(role__in=[choice.value for choice in Role]),
                name="membership_role_known",
            ),
            models.CheckConstraint(
                condition=Q(substitutes__isnull=True) | (~Q(instrument="") & ~Q(substitutes=F("user"))),
                name="membership_substitute_has_instrument",
                violation_error_message="Una suplencia cita el oficio que la nombra, y nadie se suple a sí mismo.",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "department", "starts_on"],
                name="membership_unique",
                violation_error_message="Esta persona ya tiene ese nombramiento desde esa fecha.",
            ),
            # A unique index takes two NULL departments for different ones.
            models.UniqueConstraint(
                fields=["user", "role", "starts_on"],
                condition=Q(department__isnull=True),
                name="membership_unique_without_department",
                violation_error_message="Esta persona ya tiene ese nombramiento desde esa fecha.",
            ),
        ]

    def __str__(self) -> str:
        where = f" de {self.department}" if self.department_id else ""
        return f"{self.get_role_display()}{where}"

    @property
    def in_words(self) -> str:
        """«Enlace de Presidencia Municipal, desde el 01/10/2016», with whom they stand in for."""
        substituted = f" en suplencia de {self.substitutes}" if self.substitutes else ""
        return f"{self}{substituted}, {self.dates_in_words}"

    @property
    def dates_in_words(self) -> str:
        if self.ends_on is None:
            return f"desde el {self.starts_on:%d/%m/%Y}"
        return f"del {self.starts_on:%d/%m/%Y} al {self.ends_on:%d/%m/%Y}"

    def standing(self, on: date) -> Standing:
        if self.starts_on > on:
            return Standing.NOT_YET
        return Standing.ENDED if self.ends_on and self.ends_on < on else Standing.IN_FORCE


class PendingActQuerySet(models.QuerySet["PendingAct"]):
    def waiting(self) -> "PendingActQuerySet":
        return self.filter(confirmed_at__isnull=True, declined_at__isnull=True)


class PendingAct(models.Model):
    """What one officer of planning asked for and a second person has to confirm before it is done.

    ``data`` is what is to be done, and ``seen`` in it how the person stood when it was asked: what changed meanwhile
    is told, not applied. One that an administrator of the server confirmed by a command has no ``confirmed_by``.
    """

    class Kind(models.TextChoices):
        ADDRESS = "address", "Correo de una persona"
        APPOINTMENT = "appointment", "Nombramiento"
        TERM = "term", "Último día de un nombramiento"
        CORRECTION = "correction", "Corrección de un nombramiento"
        DATA = "data", "Datos de quien administra el sistema"
        STANDING = "standing", "Baja o reactivación de quien administra el sistema"
        IMPORT = "import", "Importación de personas"

    kind = models.CharField("qué", max_length=12, choices=Kind.choices)
    # None: an import, which concerns many; ``data`` says whom (``accounts.enrolling``).
    person = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="pending_acts", verbose_name="persona", null=True, blank=True
    )
    words = models.TextField("en palabras")
    data = models.JSONField("datos")
    reason = models.TextField("motivo", blank=True)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="quién lo pidió")
    asked_at = models.DateTimeField("pedido")
    confirmed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="quién lo confirmó"
    )
    confirmed_at = models.DateTimeField("confirmado", null=True, blank=True)
    declined_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="quién lo rechazó"
    )
    declined_at = models.DateTimeField("rechazado", null=True, blank=True)
    answer = models.TextField("respuesta", blank=True)

    objects = PendingActQuerySet.as_manager()

    class Meta:
        verbose_name = "acto que espera a una segunda persona"
        verbose_name_plural = "actos que esperan a una segunda persona"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(kind="address", confirmed_at__isnull=True, declined_at__isnull=True),
                name="pending_act_one_address",
                violation_error_message="Ya se pidió cambiar el correo de esta persona.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["address", "appointment", "term", "correction", "data", "standing", "import"]),
                name="pending_act_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(kind="import", person__isnull=True) | (~Q(kind="import") & Q(person__isnull=False)),
                name="pending_act_person_or_import",
            ),
            models.CheckConstraint(
                condition=~Q(asked_by=F("person")) & (Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("person"))),
                name="pending_act_of_another",
                violation_error_message="Nadie pide ni confirma lo suyo.",
            ),
            two_people("pending_act_two_people", "Lo confirma otra persona que quien lo pidió."),
            models.CheckConstraint(
                condition=(Q(confirmed_by__isnull=True) | Q(confirmed_at__isnull=False))
                & (
                    Q(declined_by__isnull=True, declined_at__isnull=True)
                    | Q(declined_by__isnull=False, declined_at__isnull=False)
                )
                & (Q(declined_at__isnull=True) | Q(confirmed_at__isnull=True)),
                name="pending_act_answered_once",
            ),
            models.CheckConstraint(
                condition=Q(declined_at__isnull=True) | ~Q(answer=""),
                name="pending_act_declined_with_reason",
                violation_error_message="Escriba por qué.",
            ),
        ]

    def __str__(self) -> str:
        return self.words


class Mail(models.Model):
    """A message to one address. Whoever causes it writes it in their transaction; a task takes it to the mail server.

    The text is kept until it left, so that it can be tried again, and never holds a link's token: that is made when
    the message leaves (``opens_account``), and lasts from then on.
    """

    class Kind(models.TextChoices):
        REMINDER = "reminder", "Recordatorio"
        INVITATION = "invitation", "Invitación"
        PASSWORD = "password", "Contraseña nueva"
        NOTICE = "notice", "Aviso sobre una cuenta"

    class State(models.TextChoices):
        WAITING = "waiting", "por salir"
        SENT = "sent", "enviado"
        FAILED = "failed", "no salió"
        DISMISSED = "dismissed", "descartado"

    kind = models.CharField("qué es", max_length=12, choices=Kind.choices)
    address = models.EmailField("dirección", max_length=254)
    # None: an address that is nobody's any more.
    person = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="a quién"
    )
    about = models.CharField("de qué trata", max_length=300)
    subject = models.TextField("asunto")
    text = models.TextField("texto", blank=True)
    opens_account = models.BooleanField("lleva el enlace para elegir contraseña", default=False)
    state = models.CharField("estado", max_length=10, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField("escrito")
    due_at = models.DateTimeField("siguiente intento", null=True, blank=True, help_text="Vacío: de inmediato.")
    attempts = models.PositiveSmallIntegerField("intentos", default=0)
    attempted_at = models.DateTimeField("último intento", null=True, blank=True)
    done_at = models.DateTimeField("terminado", null=True, blank=True)
    reason = models.TextField("por qué no salió", blank=True)

    class Meta:
        verbose_name = "correo"
        verbose_name_plural = "correos"
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "id"], name="mail_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sent", "failed", "dismissed"]), name="mail_state_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["reminder", "invitation", "password", "notice"]), name="mail_kind_known"
            ),
            # What left, or never will, is not kept.
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "failed"], text__gt="") | Q(state__in=["sent", "dismissed"], text=""),
                name="mail_text_until_it_left",
            ),
            models.CheckConstraint(
                condition=Q(opens_account=False) | Q(person__isnull=False), name="mail_link_of_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} a {self.address}"


class TokenStanding(StrEnum):
    """How a personal token stands on a day; the value is what a person reads."""

    IN_FORCE = "vigente"
    EXPIRED = "venció"
    REVOKED = "revocada"


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def in_force(self, on: date) -> "ApiTokenQuerySet":
        return self.filter(revoked_at__isnull=True, expires_on__gte=on)


class ApiToken(models.Model):
    """A personal token («llave de lectura») with which a program reads what its person may read, and writes nothing.

    The secret is shown once and never kept: the database has its SHA-256, which is enough for 238 random bits. A row
    stays when it ends, so that whoever still reads with it is told why, and the trail's label leads somewhere.
    """

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="api_tokens", verbose_name="persona")
    name = models.CharField("nombre", max_length=60)
    shown = models.CharField("empieza con", max_length=12)
    sha256 = models.CharField("huella", max_length=64, unique=True)
    created_at = models.DateTimeField("creada")
    expires_on = models.DateField("sirve hasta")
    # By day, so that a program that reads every minute writes once.
    last_used_on = models.DateField("último uso", null=True, blank=True)
    revoked_at = models.DateTimeField("revocada", null=True, blank=True)
    revoked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="quién la revocó"
    )
    # The trail says it the first time only: a program that nobody remembers goes on asking every hour.
    tried_after_end_at = models.DateTimeField("se usó ya sin servir", null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = "llave de lectura"
        verbose_name_plural = "llaves de lectura"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="api_token_has_name"),
            models.CheckConstraint(
                condition=Q(revoked_by__isnull=True) | Q(revoked_at__isnull=False), name="api_token_revoked_by_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"Llave «{self.name}» ({self.shown}…)"

    def standing(self, on: date) -> TokenStanding:
        if self.revoked_at is not None:
            return TokenStanding.REVOKED
        return TokenStanding.IN_FORCE if self.expires_on >= on else TokenStanding.EXPIRED


class ApiCount(models.Model):
    """How many requests somebody has made since a window of time began, whichever process served them.

    ``accounts.throttling`` writes it.
    """

    key = models.CharField("de quién", max_length=80, primary_key=True)
    began = models.BigIntegerField("desde", db_index=True)  # seconds of the epoch
    requests = models.PositiveIntegerField("peticiones")

    class Meta:
        verbose_name = "cuenta de peticiones"
        verbose_name_plural = "cuentas de peticiones"

    def __str__(self) -> str:
        return f"{self.key}: {self.requests}"
