"""What goes with a figure besides its pair: its corrections and who asked for them, commitments, papers of a month."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Mail
from accounts.roles import DEPARTMENT_ROLES
from core.dates import living_day
from core.fields import AmountField
from indicators.models.measurements import Measurement
from indicators.models.periods import Period
from programs.models import Department


class CorrectionRequest(models.Model):
    """An enlace or director asks planning to correct a validated figure."""

    class State(models.TextChoices):
        OPEN = "open", "pendiente"
        DONE = "done", "atendida"
        DECLINED = "declined", "no procede"

    measurement = models.ForeignKey(
        Measurement, on_delete=models.PROTECT, related_name="correction_requests", verbose_name="captura"
    )
    reason = models.TextField("qué hay que corregir y por qué")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién la pide"
    )
    requested_at = models.DateTimeField("pedida")
    state = models.CharField("estado", max_length=8, choices=State.choices, default=State.OPEN)
    answer = models.TextField("respuesta", blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="quién responde",
    )
    answered_at = models.DateTimeField("respondida", null=True, blank=True)

    class Meta:
        verbose_name = "solicitud de corrección"
        verbose_name_plural = "solicitudes de corrección"
        ordering = ["-requested_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["measurement"],
                condition=Q(state="open"),
                name="correction_request_one_open",
                violation_error_message="Ya hay una solicitud de corrección pendiente para esta cifra.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="correction_request_has_reason",
                violation_error_message="Diga qué hay que corregir y por qué.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measurement}: {self.reason}"


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def made(self) -> Self:
        """Those that were validated: from then on another pair is official."""
        return self.filter(validated_at__isnull=False)

    def under_way(self) -> Self:
        return self.filter(validated_at__isnull=True)


class Correction(models.Model):
    """A validated pair, and the one that took its place: made by planning with its reason, and validated afterwards.

    Until it is validated the new pair may still change, and is not here.
    """

    measurement = models.ForeignKey(
        Measurement, on_delete=models.PROTECT, related_name="corrections", verbose_name="captura"
    )
    former_numerator = AmountField("numerador de antes")
    former_denominator = AmountField("denominador de antes")
    numerator = AmountField("numerador corregido", null=True)
    denominator = AmountField("denominador corregido", null=True)
    reason = models.TextField("motivo", blank=True)
    corrected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name="quién corrigió"
    )
    corrected_at = models.DateTimeField("corregida")
    validated_at = models.DateTimeField("validada", null=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = "corrección de una cifra validada"
        verbose_name_plural = "correcciones de cifras validadas"
        ordering = ["measurement", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["measurement"], condition=Q(validated_at__isnull=True), name="correction_one_under_way"
            ),
            models.CheckConstraint(
                condition=Q(validated_at__isnull=True, numerator__isnull=True, denominator__isnull=True)
                | Q(validated_at__isnull=False, numerator__isnull=False, denominator__isnull=False),
                name="correction_validated_with_its_pair",
            ),
            models.CheckConstraint(
                condition=Q(numerator__isnull=True)
                | ~Q(numerator=F("former_numerator"), denominator=F("former_denominator")),
                name="correction_changes_the_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measurement}: {self.reason}"

    @property
    def at(self) -> datetime | None:
        """Since when the new pair is the official one."""
        return self.validated_at

    @property
    def before(self) -> tuple[Decimal, Decimal]:
        return self.former_numerator, self.former_denominator

    @property
    def after(self) -> tuple[Decimal | None, Decimal | None]:
        return self.numerator, self.denominator

    @property
    def by(self) -> str:
        return str(self.corrected_by or "")


class Commitment(models.Model):
    """Causa, acción y fecha compromiso: what a red, over or fallen figure says before it is validated."""

    measurement = models.OneToOneField(
        Measurement, on_delete=models.PROTECT, related_name="commitment", verbose_name="captura"
    )
    cause = models.TextField("causa")
    action = models.TextField("acción")
    committed_on = models.DateField("fecha compromiso", validators=[living_day])
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién"
    )
    updated_at = models.DateTimeField("modificado")

    class Meta:
        verbose_name = "compromiso"
        verbose_name_plural = "compromisos"
        ordering = ["committed_on"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(cause="") & ~Q(action=""),
                name="commitment_complete",
                violation_error_message="Un compromiso lleva causa, acción y fecha.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measurement}: {self.action}"


class Receipt(models.Model):
    """The paper of a month: an acuse when it is submitted, a constancia when it is validated.

    ``figures`` is what the paper says, kept as it was; a later correction voids a constancia ("sin efecto") and
    issues another one.
    """

    class Kind(models.TextChoices):
        SUBMISSION = "acuse", "acuse de envío"
        VALIDATION = "constancia", "constancia de validación"

    kind = models.CharField("tipo", max_length=10, choices=Kind.choices)
    folio = models.CharField("folio", max_length=40)
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="receipts", verbose_name="mes")
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="receipts", verbose_name="dependencia"
    )
    measurements = models.ManyToManyField(Measurement, related_name="receipts", verbose_name="capturas")
    issued_at = models.DateTimeField("expedido")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién"
    )
    capacity = models.CharField("en calidad de", max_length=200)
    # Planning validated in the director's stead, whose time to do it had run out.
    by_expiry = models.BooleanField("por vencimiento", default=False, db_default=False)
    figures = models.JSONField("cifras")
    fingerprint = models.CharField("huella de las cifras (SHA-256)", max_length=64)
    void_at = models.DateTimeField("sin efecto desde", null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaces", verbose_name="sustituido por"
    )

    class Meta:
        verbose_name = "acuse o constancia"
        verbose_name_plural = "acuses y constancias"
        ordering = ["-issued_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["folio"], name="receipt_folio_unique"),
        ]

    def __str__(self) -> str:
        return self.folio


class ReminderQuerySet(models.QuerySet[Any]):
    def told(self) -> Self:
        """Those that left or are on their way: what the mail server refused for good told nobody."""
        return self.exclude(mail__state=Mail.State.FAILED)


class Reminder(models.Model):
    """A reminder that was sent: once for each person, month and occasion."""

    class Occasion(models.TextChoices):
        BEFORE = "before", "antes de la fecha"
        DUE = "due", "el día de la fecha"
        AFTER = "after", "después de la fecha"
        REVIEW = "review", "cifras por validar"
        BY_HAND = "by_hand", "a petición de Planeación"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="persona"
    )
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="reminders", verbose_name="mes")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", verbose_name="dependencia")
    occasion = models.CharField("ocasión", max_length=8, choices=Occasion.choices)
    sent_at = models.DateTimeField("enviado")
    # None: from before messages were kept.
    mail = models.ForeignKey(
        Mail, on_delete=models.PROTECT, related_name="reminders", null=True, blank=True, verbose_name="correo"
    )

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = "recordatorio"
        verbose_name_plural = "recordatorios"
        ordering = ["-sent_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "period", "department", "occasion"],
                condition=~Q(occasion="by_hand"),
                name="reminder_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_occasion_display()} · {self.period}"


class CoverNotice(models.Model):
    """That a person was told that a department lacks an enlace or a titular: once before it begins, once after.

    The gap is known by its first day, which does not move with the day on which one asks.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="persona"
    )
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", verbose_name="dependencia")
    role = models.CharField("función que falta", max_length=12)
    first_day = models.DateField("falta desde")
    begun = models.BooleanField("ya faltaba")
    sent_at = models.DateTimeField("enviado")
    mail = models.ForeignKey(Mail, on_delete=models.PROTECT, related_name="+", verbose_name="correo")

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = "aviso de que falta enlace o titular"
        verbose_name_plural = "avisos de que falta enlace o titular"
        ordering = ["-sent_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "department", "role", "first_day", "begun"], name="cover_notice_once"
            ),
            models.CheckConstraint(condition=Q(role__in=DEPARTMENT_ROLES), name="cover_notice_role_of_department"),
        ]

    def __str__(self) -> str:
        return f"{self.department} · falta {self.role}"
