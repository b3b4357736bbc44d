"""The demonstration's town with a row of everything that an address can name, and a person of each role."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone

from accounts import services as services_of_people
from accounts.access import access_for
from accounts.api_tokens import make_token
from accounts.demo import DEMO_USERS
from accounts.models import Mail, User
from catalog.demo import durango
from catalog.imports.applying import import_catalog
from catalog.models import CatalogImport, RuleChange
from catalog.workbook.catalog_file import read_catalog
from indicators import services
from indicators.models import (
    DayOff,
    Extension,
    Indicator,
    InstrumentFile,
    Measurement,
    Observation,
    Period,
    Receipt,
    State,
    TargetAdjustment,
)
from programs.models import Axis, Department, FiscalYear, Objective, Plan, Strategy
from publishing.closing.closing import close_month
from publishing.models import Signer
from tests.factories import (
    NOW,
    TODAY,
    make_indicator,
    make_measurement,
    make_notices,
    make_program,
    make_user,
    make_year,
    signed_in,
)
from tests.hostile.addresses import Address
from tests.indicators.migrated.books import wide
from tests.indicators.sample_files import pdf, upload

SOURCE = Path(__file__).resolve().parents[2] / "data" / "pat-durango-2016.xlsx"
DOCUMENT = Path(__file__).resolve().parents[1] / "catalog" / "official_document" / "pat-2016-presidencia-municipal.txt"
NOBODY = ""
ROLES = (*(person.username for person in DEMO_USERS), NOBODY)
"""The people of the demonstration, one of each role, a superuser, and who has not signed in."""


@dataclass
class Place:
    """``parts``: what a part of an address may be, by the address's name and the part's, or by the part's alone."""

    parts: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    posted: dict[str, dict[str, str]] = field(default_factory=dict)
    """Without which an address that shows no form refuses whatever else is sent."""
    elsewhere: dict[str, list[str]] = field(default_factory=dict)
    """What exists too, of another department or another year; the keys of rows are under "pk"."""
    tokens: dict[str, str] = field(default_factory=dict)
    """By person: with which they read the data addresses."""

    def samples(self, address: Address) -> Iterator[dict[str, str]]:
        """What exists at this address: as many as a part of it has values; of the kinds of a tree, each with a row."""
        for kind in self._of(address, "kind") if "kind" in address.parts else [""]:
            values = {part: [kind] if part == "kind" else self._held(address, kind, part) for part in address.parts}
            for number in range(max(map(len, values.values()), default=1)):
                yield {part: found[min(number, len(found) - 1)] for part, found in values.items()}

    def one(self, address: Address, known: Mapping[str, str]) -> dict[str, str]:
        """What exists at this address where some of its parts are ``known``."""
        kind = known.get("kind", "")
        return {part: known.get(part) or self._held(address, kind, part)[0] for part in address.parts}

    def _held(self, address: Address, kind: str, part: str) -> list[str]:
        return self.parts.get(f"{kind}.{part}") or self._of(address, part)

    def _of(self, address: Address, part: str) -> list[str]:
        room = address.name.rpartition("_")[0]
        for name in (f"{address.name}.{part}", f"{room}.{part}", part):
            if name in self.parts:
                return self.parts[name]
        raise AssertionError(f"{address.name} has a part «{part}»: say in tests/hostile/place.py what it may be")


def make_place() -> Place:
    durango.make(SOURCE)
    liaison, planning = (User.objects.get(username=name) for name in ("enlace.presidencia", "planeacion"))
    draft = Measurement.objects.filter(month=10, state=State.DRAFT).select_related("period__fiscal_year")[0]
    evidence = services.attach_evidence(
        access=access_for(liaison, on=TODAY),
        period=draft.period,
        indicator_ids=[draft.indicator_id],
        file=upload(pdf(), "acta.pdf"),
        name="acta.pdf",
        now=NOW,
    )
    pre = Department.objects.get(prefix="PRE")
    Department.objects.create(prefix="FIN", name="Fomento", ends_on=date(2015, 12, 31), merged_into=pre)
    department, period = Department.objects.get(prefix="PRE"), Period.objects.get(month=12, fiscal_year__year=2016)
    extension = Extension.objects.create(
        department=department,
        period=period,
        until=date(2017, 1, 31),
        reason="Oficio",
        granted_by=planning,
        granted_at=NOW,
    )
    validated = Measurement.objects.get(indicator__code="PRE-01-01", month=5)
    director = access_for(User.objects.get(username="director.presidencia"), on=TODAY)
    services.ask_correction(access=director, measurement_id=validated.pk, reason="Falta un acta", now=NOW)
    day_off = DayOff.objects.create(starts_on=date(2016, 11, 2), ends_on=date(2016, 11, 2), name="Muertos")
    Observation.objects.create(measurement=draft, text="Revise", author=planning, created_at=NOW)
    TargetAdjustment.objects.create(
        indicator=draft.indicator,
        effective_month=11,
        target=Decimal(90),
        reason="Recorte",
        authorized_by="Cabildo",
        instrument="Acta 3",
        created_at=NOW,
        created_by=planning,
    )
    make_notices(liaison, department, period)
    cited = InstrumentFile.objects.create(
        extension=extension,
        department=department,
        instrument="Oficio",
        file=upload(pdf(), "oficio.pdf"),
        name="oficio.pdf",
        content_type="application/pdf",
        size=len(pdf()),
        sha256=sha256(pdf()).hexdigest(),
        uploaded_at=NOW,
        uploaded_by=planning,
    )
    earlier = make_indicator(make_program(make_year(2015), "PRE-01", department=department), "PRE-01-01")
    other = make_indicator(make_program(FiscalYear.objects.get(year=2016), "OTR-01"), "OTR-01-01")
    others = make_measurement(other, 10, 3, 4, State.SUBMITTED)
    own_token = make_token(access=access_for(liaison, on=TODAY), name="Excel", days=30, now=NOW).token
    addressed = services_of_people.update_user(
        access=access_for(planning, on=TODAY),
        user=User.objects.get(username="director.presidencia"),
        first_name="Daniel",
        last_name="Durán Ávila",
        email="otro@durango.example",
        reason="Cambió de buzón",
        now=NOW,
        seen=services_of_people.user_state(User.objects.get(username="director.presidencia")),
    )
    assert addressed.waits is not None
    letter = Mail.objects.create(
        kind=Mail.Kind.NOTICE,
        address="ana@durango.example",
        person=liaison,
        about="Un aviso",
        subject="Aviso",
        text="Aviso",
        state=Mail.State.FAILED,
        created_at=NOW,
        reason="El servidor de correo no respondió.",
    )
    services.retire_indicators(
        access=access_for(planning, on=TODAY),
        from_month=12,
        reason="Oficio",
        now=NOW,
        indicator_ids=Indicator.objects.filter(code="PRE-04-03").values_list("pk", flat=True),
    )
    gone = make_user("quien.se.fue", is_active=False)
    User.objects.filter(username="contraloria").update(is_demo=False)  # who chooses a password of their own
    import_again(planning)
    Indicator.objects.filter(code="PRE-05-01").update(name="Otro nombre")  # what the waiting upload changes
    for reason in ("", "Una cifra se sumó mal"):
        close_month(fiscal_year=period.fiscal_year, month=1, actor=planning, now=NOW, reason=reason)
    signer = Signer.objects.create(name="Paula Peña Ruiz", office="Directora", starts_on=date(2016, 1, 1))
    place = Place()
    place.parts = {
        "year": ["2016"], "prefix": ["PRE"], "month": ["10"], "code": ["PRE-01-01"], "form": ["csv"],
        "url": ["programs/plan"], "object_id": ["1"], "app_label": ["programs"], "uidb64": ["MQ"],
        "token": ["set-password"],
        "content_type_id": [str(ContentType.objects.get_for_model(cited).pk)],
        "admin:view_on_site.object_id": [str(cited.pk)],
        "folio": [Receipt.objects.filter(kind=Receipt.Kind.SUBMISSION).latest("pk").folio],
        "extension_id": [str(extension.pk)], "day_off_id": [str(day_off.pk)],
        "indicators:evidence.pk": [str(evidence.pk)], "indicators:evidence_content.pk": [str(evidence.pk)],
        "catalog:person.pk": [str(liaison.pk)], "catalog:person_reactivate.pk": [str(gone.pk)],
        "accounts:token_revoke.pk": [str(own_token.pk)],
        "catalog:person_token_revoke.pk": [str(liaison.pk)], "token_pk": [str(own_token.pk)],
        "rest": ["capturas"], "manual": ["enlace"], "chapter": ["el-mes"],
        "catalog:membership.pk": [str(liaison.memberships.get().pk)],
        "catalog:rule_change_seen.pk": [str(RuleChange.objects.create().pk)],
        "catalog:mail.pk": [str(letter.pk)],
        "catalog:waiting_act.pk": [str(addressed.waits.pk)],
        "catalog:record.pk": [str(CatalogImport.objects.latest("pk").pk)],
        "catalog:node.kind": ["planes", "ejes", "objetivos", "estrategias", "programas", "acciones", "indicadores"],
        "catalog:retire.kind": ["programas", "acciones", "indicadores"],
        "catalog:reinstate.kind": ["programas", "acciones", "indicadores"],
        "catalog:link.kind": ["programas", "indicadores"], "catalog:link.code": ["PRE-01-01"],
        "reports:explain_group.kind": ["eje", "objetivo", "estrategia", "dependencia"],
        "publishing:close.month": ["12"], "version": ["1"], "publishing:changes.version": ["2"],
        "publishing:signer.pk": [str(signer.pk)],
        **{f"publishing:{name}.month": ["1"] for name in (
            "closing", "changes", "document", "seal", "acta", "known_plan", "known_program", "known_indicator",
            "known_differences", "known_report", "publish",
        )},
        "publishing:known_program.code": ["PRE-02"],
        "catalog:branch.code": ["PRE-02"],
        "indicators:review_month.month": ["9"], "indicators:history.month": ["6"],
        "indicators:correction.month": ["5", "4"],
        "indicators:commitment.month": ["6"], "catalog:target_file.month": ["11"],
        "catalog:target_file.code": [draft.indicator.code], "catalog:target.code": [draft.indicator.code],
        "planes.key": [str(Plan.objects.earliest("pk").pk)], "ejes.key": [str(Axis.objects.earliest("pk").pk)],
        "objetivos.key": [str(Objective.objects.earliest("pk").pk)],
        "estrategias.key": [str(Strategy.objects.earliest("pk").pk)],
        "programas.key": ["PRE-02"], "programas.code": ["PRE-02"], "acciones.key": ["PRE-02-01"],
        "indicadores.key": ["PRE-02-01"], "eje.pk": [str(Axis.objects.earliest("pk").pk)],
        "objetivo.pk": [str(Objective.objects.earliest("pk").pk)],
        "estrategia.pk": [str(Strategy.objects.earliest("pk").pk)], "dependencia.pk": [str(department.pk)],
    }  # fmt: skip
    for name in ("program", "program_year", "program_file", "program_year_file", "program_course_file", "turns_file"):
        place.parts[f"reports:{name}.code"] = ["PRE-02"]
    for name in ("ficha_pdf", "ficha_numbers", "explain_program"):
        place.parts[f"reports:{name}.code"] = ["PRE-02"]
    for model in admin.site._registry:
        label = f"{model._meta.app_label}_{model._meta.model_name}"
        for page in ("change", "delete", "history"):
            place.parts[f"admin:{label}_{page}.object_id"] = [str(model._default_manager.earliest("pk").pk)]
    place.parts["indicators:save_row.code"] = [draft.indicator.code]
    place.posted = {"indicators:save_row": {"indicator": str(draft.indicator_id)}}
    place.elsewhere = {
        "year": ["2015", "1999"], "prefix": ["OTR", "NADA"], "code": ["OTR-01-01", "OTR-01", "PRE-99"],
        "pk": [str(row.pk) for row in (earlier, others, other, other.action.program.department, earlier.fiscal_year)],
    }  # fmt: skip
    now = timezone.now()
    for person in User.objects.filter(username__in=[name for name in ROLES if name]):
        access = access_for(person, on=timezone.localdate(now))
        place.tokens[person.username] = make_token(access=access, name="Programa", days=365, now=now).secret
    planner = signed_in(planning)
    sent = planner.post(reverse("catalog:import", args=[2016]), {"file": upload(SOURCE.read_bytes(), SOURCE.name)})
    slip = sent["Location"].rstrip("/").rpartition("/")[2]
    place.parts |= {"slip": [slip]}
    drafted = planner.post(reverse("catalog:draft"), {"file": upload(DOCUMENT.read_bytes(), DOCUMENT.name)})
    slip = drafted["Location"].rstrip("/").rpartition("/")[2]
    place.parts |= {"catalog:drafted.slip": [slip], "catalog:draft_book.slip": [slip]}
    kept = planner.post(reverse("catalog:history", args=[2016]), {"file": upload(wide(["PRE-01-01", 1, 2]), "a.xlsx")})
    slip = kept["Location"].rstrip("/").rpartition("/")[2]
    place.parts |= {"catalog:history_preview.slip": [slip], "catalog:history_errors.slip": [slip]}
    place.parts["indicators:instrument_file.pk"] = [str(cited.pk)]
    place.files = {
        "catalog:import": SOURCE.read_bytes(),
        "catalog:draft": DOCUMENT.read_bytes(),
        "catalog:history": wide(["PRE-01-01", 1, 2]),
        "catalog:people_import": planner.get("/catalogo/personas/exportar.xlsx").content,
        "indicators:month_upload": planner.get("/2016/captura/PRE/10/libro.xlsx").content,
    }
    return place


def import_again(planning: User) -> None:
    """The workbook, over a catalogue that has changed: an import with its record."""
    Indicator.objects.filter(code="PRE-05-02").update(name="Otro nombre")
    with SOURCE.open("rb") as file:
        read = read_catalog(file, name=SOURCE.name)
    import_catalog(parsed=read.parsed, fields=read.fields, source=read.source, actor=planning, now=NOW)
