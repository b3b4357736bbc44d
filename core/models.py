from django.conf import settings
from django.db import models


class TrailEntry(models.Model):
    """One act in the audit trail: who, when, on what, from what to what, why. The database refuses to change it."""

    at = models.DateTimeField("fecha y hora")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="quién",
    )
    capacity = models.CharField("en calidad de", max_length=200, blank=True)
    action = models.CharField("acto", max_length=40)
    subject_type = models.CharField("tipo", max_length=60)
    subject_id = models.BigIntegerField("identificador")
    subject_label = models.CharField("sobre qué", max_length=200)
    # Whose figures these are: a department's id where there is one. Core does not know departments.
    scope_id = models.BigIntegerField("dependencia", null=True, blank=True)
    changes = models.JSONField("cambios", default=dict)
    reason = models.TextField("motivo", blank=True)

    class Meta:
        verbose_name = "acto de la bitácora"
        verbose_name_plural = "bitácora"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="trail_subject"),
            models.Index(fields=["scope_id", "id"], name="trail_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.action} · {self.subject_label}"


class TrailSeal(models.Model):
    """The seal of one entry: the SHA-256 of what it says and of the seal before it (``core.seals``).

    Numbers begin at 1 and leave none out, so that the last one says how many entries are sealed. In the order in which
    they were sealed, which is not always that of the entries: one whose transaction ends late is sealed late.
    """

    number = models.BigIntegerField("número", primary_key=True)
    entry = models.OneToOneField(TrailEntry, on_delete=models.PROTECT, related_name="seal", verbose_name="acto")
    sha256 = models.CharField("sello", max_length=64)
    # It is in what the seal is made of; beside it, it tells whether an entry or what stands before it was changed.
    previous = models.CharField("sello anterior", max_length=64, blank=True)
    sealed_at = models.DateTimeField("sellado")

    class Meta:
        verbose_name = "sello de la bitácora"
        verbose_name_plural = "sellos de la bitácora"
        ordering = ["number"]
        constraints = [models.CheckConstraint(condition=models.Q(number__gt=0), name="trail_seal_number_positive")]

    def __str__(self) -> str:
        return f"{self.number}: {self.sha256}"


class SealedWords(models.Model):
    """Words about a person in a sealed entry: their salted hash, which is what the seal holds (``core.seals.words``).

    ``place`` says where they stand. Once they are erased the salt is gone too, and the hash says nothing about them.
    """

    entry = models.ForeignKey(TrailEntry, on_delete=models.PROTECT, related_name="sealed_words", verbose_name="acto")
    place = models.CharField("dónde", max_length=80)
    salt = models.CharField("sal", max_length=32, blank=True)
    sha256 = models.CharField("huella", max_length=64)
    erased_at = models.DateTimeField("suprimido", null=True, blank=True)

    class Meta:
        verbose_name = "palabras selladas"
        verbose_name_plural = "palabras selladas"
        ordering = ["entry", "place"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "place"], name="sealed_words_once"),
            models.CheckConstraint(
                condition=models.Q(salt="", erased_at__isnull=False) | (~models.Q(salt="") & models.Q(erased_at=None)),
                name="sealed_words_erased_without_salt",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} · {self.place}"


class TrailHead(models.Model):
    """The head of the chain that left the database on a day, so that each day's leaves once."""

    day = models.DateField("día", unique=True)
    entries = models.BigIntegerField("actos sellados")
    sha256 = models.CharField("último sello", max_length=64)
    made_at = models.DateTimeField("fecha y hora")

    class Meta:
        verbose_name = "último sello que salió"
        verbose_name_plural = "últimos sellos que salieron"
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day}: {self.entries} {self.sha256}"


class FileFault(models.Model):
    """A stored file that is not what was kept: found when somebody asked for it, or by ``check_files``.

    A table of its own, beside the rows that name the files: a locked year takes no writes, and its files can be lost
    like any other.
    """

    class Fault(models.TextChoices):
        MISSING = "missing", "perdido"
        ALTERED = "altered", "alterado"

    name = models.CharField("nombre en el almacén", max_length=200, unique=True)
    fault = models.CharField("qué le pasa", max_length=10, choices=Fault)
    found_at = models.DateTimeField("encontrado")

    class Meta:
        verbose_name = "archivo perdido o alterado"
        verbose_name_plural = "archivos perdidos o alterados"
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_fault_display()}"


class SelfCheck(models.Model):
    """One check of everything that is kept, with what it found. Without an end it is under way, or died."""

    started_at = models.DateTimeField("empezó")
    ended_at = models.DateTimeField("terminó", null=True, blank=True)
    year = models.PositiveSmallIntegerField("ejercicio", null=True, blank=True)
    failures = models.PositiveIntegerField("cosas que no se sostienen", default=0)
    findings = models.JSONField("hallazgos", default=list)
    differences = models.JSONField("diferencias con los cierres", default=list)
    counts = models.JSONField("lo revisado", default=dict)

    class Meta:
        verbose_name = "comprobación"
        verbose_name_plural = "comprobaciones"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"Comprobación del {self.started_at:%d/%m/%Y}"


class LastRun(models.Model):
    """When something that runs by itself ran to its end for the last time (``core.last_runs``)."""

    name = models.CharField("qué", max_length=40, primary_key=True)
    at = models.DateTimeField("cuándo")

    class Meta:
        verbose_name = "última vez"
        verbose_name_plural = "últimas veces"
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name}: {self.at:%d/%m/%Y %H:%M}"


class Backup(models.Model):
    """One backup that was tried, written when it ended: one that was killed leaves no row, and its day is missed."""

    started_at = models.DateTimeField("empezó")
    ended_at = models.DateTimeField("terminó")
    archive = models.TextField("archivo", blank=True)
    size = models.BigIntegerField("tamaño en bytes", default=0)
    rows = models.BigIntegerField("renglones", default=0)
    files = models.PositiveIntegerField("archivos", default=0)
    # Why there is none; empty where it was written, read back and found whole.
    fault = models.TextField("por qué no se hizo", blank=True)

    class Meta:
        verbose_name = "respaldo"
        verbose_name_plural = "respaldos"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"Respaldo del {self.started_at:%d/%m/%Y}"
