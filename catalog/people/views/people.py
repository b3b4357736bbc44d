"""People: finding and inviting them, their data, their roles, and what keeps them from signing in."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services
from accounts.api_tokens import revoke_token
from accounts.appointing import OWN_CORRECTION
from accounts.http import access_of
from accounts.inviting import never_entered
from accounts.lockouts import locked_until
from accounts.models import Mail, Membership, PendingAct, Role, Standing, User
from accounts.pending_acts import waiting_for
from accounts.token_views import token_rows
from catalog import meanwhile
from catalog.http import attempt, carried_along, for_planning, for_reading, writes_catalog
from catalog.people.cover import opened_by_end, opened_by_leaving
from catalog.people.finding import (
    Person,
    find_people,
    left_open,
    manageable,
    names_of,
    readable,
    set_by_words,
    views_for,
)
from catalog.people.forms import AppointmentForm, CorrectForm, EndForm, NewPersonForm, PersonDataForm, ReasonForm
from core.asked import read_key
from core.moments import clock_text, day_text, moment_text
from indicators.cover.reading import Missing
from indicators.cover.words import opens, told_after
from indicators.services import ServiceError, citing
from programs.models import Department

PER_PAGE = 25


@require_safe
@for_reading
def people(request: HttpRequest) -> HttpResponse:
    words, role = request.GET.get("q", "").strip(), request.GET.get("funcion", "")
    view = request.GET.get("ver", "")
    access = access_of(request)
    views = views_for(access)
    view = view if view in views else "activas"
    role = role if role in Role.values else ""
    found = find_people(access=access, words=words, view=view, role=role, now=timezone.now())
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("pagina"))
    shown = [person.user.pk for person in page.object_list]
    waiting = set(PendingAct.objects.waiting().filter(person__in=shown).values_list("person", flat=True))
    context = {
        "words": words, "view": view, "role": role, "views": views.items(), "roles": Role.choices, "page": page,
        "total": f"{len(found):,}", "rows": [_row(person, person.user.pk in waiting) for person in page.object_list],
        "also": carried_along(q=words, ver=view, funcion=role),
        "is_filtered": bool(words or role or view != "activas"), "renew": _renew_words(),
    }  # fmt: skip
    return render(request, "catalog/people/list.html", context)


def _renew_words() -> str:
    """The button with which all of them are invited again; empty where nobody is left to invite."""
    count = never_entered(now=timezone.now()).count()
    if not count:
        return ""
    who = "1 persona que nunca ha entrado" if count == 1 else f"{count:,} personas que nunca han entrado"
    return f"Renovar {'la invitación' if count == 1 else 'las invitaciones'} de {who}"


def _row(person: Person, waits: bool) -> dict[str, Any]:
    user = person.user
    return {
        "url": reverse("catalog:person", args=[user.pk]), "name": str(user), "username": user.username,
        "email": user.email, "roles": [_role_words(row) for row in person.memberships],
        "last_login": moment_text(user.last_login), "inactive": not user.is_active,
        "locked": clock_text(person.locked), "waits": waits,
    }  # fmt: skip


def _role_words(row: Membership) -> str:
    until = f", hasta el {row.ends_on:%d/%m/%Y}" if row.ends_on else ""
    substituted = f" en suplencia de {row.substitutes}" if row.substitutes else ""
    return f"{row}{substituted}{until}"


@require_http_methods(["GET", "HEAD", "POST"])
@for_planning
def new_person(request: HttpRequest) -> HttpResponse:
    """Somebody new: the account is made first, then invited, so that a mail server that is down loses nothing."""
    asked = {"role": request.GET.get("funcion", ""), "department": request.GET.get("dependencia", "")}
    form = NewPersonForm(request.POST or None, initial={**asked, "starts_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = attempt(
            form,
            lambda: services.welcome(
                access=access_of(request),
                username=data["username"],
                first_name=data["first_name"],
                last_name=data["last_name"],
                email=data["email"],
                appointment=form.appointment(),
                now=timezone.now(),
            ),
        )
        if made is not None:
            user = made.user
            messages.success(request, f"Se dio de alta a {user}, con el usuario «{user.username}».")
            if made.waits is not None:
                _say_it_waits(request, made.waits)
            _invite(request, user)
            return redirect("catalog:person", user.pk)
    return render(request, "catalog/people/new.html", {"form": form})


def _say_it_waits(request: HttpRequest, act: PendingAct) -> None:
    messages.warning(
        request,
        f"Todavía no se hace: espera a que otra persona de Planeación o quien administra el sistema lo "
        f"confirme ({act.words}). "
        "La persona y Contraloría ya recibieron aviso; si no hay nadie más, lo confirma quien administra el servidor.",
    )


def _invite(request: HttpRequest, person: User) -> None:
    try:
        mail = services.invite(
            access=access_of(request), user=person, base_url=request.build_absolute_uri("/"), now=timezone.now()
        )
    except ServiceError as refused:
        messages.warning(request, str(refused))
        return
    mail.refresh_from_db(fields=["state", "reason"])
    if mail.state == Mail.State.FAILED:
        messages.error(
            request,
            f"El correo a {person.email} no salió. {mail.reason} La cuenta está guardada; reinténtelo en «Correos».",
        )
    elif mail.state == Mail.State.SENT:
        messages.success(request, f"Se envió a {person.email} el enlace para elegir su contraseña.")
    else:
        messages.success(
            request,
            f"El enlace para elegir su contraseña va en camino a {person.email}; si no se puede entregar, lo verá en "
            "«Correos».",
        )


def person_or_404(request: HttpRequest, pk: int) -> User:
    """A person whom planning may manage; a superuser's page is there for superusers only, and for Contraloría."""
    found: User = get_object_or_404(readable(access_of(request)), pk=pk)
    return found


def _membership_or_404(request: HttpRequest, pk: int) -> Membership:
    rows = Membership.objects.filter(user__in=manageable(access_of(request)))
    found: Membership = get_object_or_404(rows.select_related("user", "department", "substitutes"), pk=pk)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@for_reading
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Their data, to be corrected; their account and their roles."""
    found = person_or_404(request, pk)
    edited = meanwhile.edited(
        request,
        state=services.user_state(found),
        build=partial(PersonDataForm, person=found),
        model=User,
        what="los datos de esta persona",
        act=lambda form, seen: services.update_user(
            access=access_of(request), user=found, seen=seen, now=timezone.now(), **form.cleaned_data
        ),
    )
    if edited.saved is None:
        return render(request, "catalog/people/person.html", _person_context(request, found) | edited.context)
    if edited.saved.waits is None:
        messages.success(request, "Se guardaron los datos.")
    else:
        _say_it_waits(request, edited.saved.waits)
    return redirect("catalog:person", pk)


def _person_context(request: HttpRequest, found: User) -> dict[str, Any]:
    today, now = timezone.localdate(), timezone.now()
    lock = locked_until([found.username], now=now).get(found.username)
    rows = found.memberships.select_related("department", "substitutes").prefetch_related("instrument_files", "set_by")
    return {
        "person": found, "last_login": moment_text(found.last_login),
        "joined": day_text(found.date_joined),
        "locked": clock_text(lock),
        "has_password": found.has_usable_password(), "is_self": found.pk == access_of(request).user.pk,
        "waiting": [
            {"key": str(act.pk), "words": act.words, "who": str(act.asked_by), "at": moment_text(act.asked_at)}
            for act in waiting_for(found)
        ],
        "memberships": [_membership_row(row, today) for row in rows.order_by("-starts_on", "-id")],
        "tokens": token_rows(
            found, today, revoke="catalog:person_token_revoke" if writes_catalog(request) else "", of_person=(found.pk,)
        ),
    }  # fmt: skip


def _membership_row(row: Membership, today: date) -> dict[str, Any]:
    when = row.standing(today)
    return {
        "role": row.get_role_display(), "where": str(row.department or "Todas las dependencias"),
        "department_url": reverse("catalog:department", args=[row.department.prefix]) if row.department else "",
        "dates": row.dates_in_words, "when": when, "instrument": row.instrument,
        "files": row.instrument_files.all(), "set_by": set_by_words(row),
        "substitutes": str(row.substitutes) if row.substitutes else "",
        "end_url": reverse("catalog:membership_end", args=[row.pk]) if when is not Standing.ENDED else "",
        "correct_url": reverse("catalog:membership_correct", args=[row.pk]),
    }  # fmt: skip


@require_POST
@for_planning
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    _invite(request, person_or_404(request, pk))
    return redirect("catalog:person", pk)


@require_POST
@for_planning
def unlock(request: HttpRequest, pk: int) -> HttpResponse:
    found = person_or_404(request, pk)
    try:
        had_failed = services.unlock(access=access_of(request), user=found, now=timezone.now())
    except ServiceError as refused:
        messages.warning(request, str(refused))
        return redirect("catalog:person", pk)
    if had_failed:
        messages.success(request, f"{found} puede intentar entrar otra vez.")
    else:
        messages.info(request, f"{found} no estaba en espera: no había intentos fallidos.")
    return redirect("catalog:person", pk)


@require_POST
@for_planning
def revoke(request: HttpRequest, pk: int, token_pk: int) -> HttpResponse:
    """Another person's token: whatever reads with it stops, and they are told."""
    found = person_or_404(request, pk)
    token = get_object_or_404(found.api_tokens, pk=token_pk)
    try:
        ended = revoke_token(access=access_of(request), token=token, now=timezone.now())
    except ServiceError as refused:
        messages.warning(request, str(refused))
        return redirect("catalog:person", pk)
    if ended:
        messages.success(request, f"La llave «{token.name}» quedó revocada, y se le avisó a {found}.")
    else:
        messages.info(request, f"La llave «{token.name}» ya no servía.")
    return redirect("catalog:person", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_planning
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    return _change_standing(request, person_or_404(request, pk), services.deactivate, leaving=True)


@require_http_methods(["GET", "HEAD", "POST"])
@for_planning
def reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    return _change_standing(request, person_or_404(request, pk), services.reactivate, leaving=False)


def _change_standing(
    request: HttpRequest, found: User, act: Callable[..., User | PendingAct], *, leaving: bool
) -> HttpResponse:
    if found.is_active != leaving:
        messages.info(request, f"{found} ya está de baja." if leaving else f"La cuenta de {found} ya está activa.")
        return redirect("catalog:person", found.pk)
    if leaving and found.pk == access_of(request).user.pk:
        messages.warning(request, services.ONESELF)
        return redirect("catalog:person", found.pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        lacking = opened_by_leaving(found, on=timezone.localdate()) if leaving else []
        done = attempt(form, lambda: act(access=access_of(request), user=found, reason=reason, now=timezone.now()))
        if isinstance(done, PendingAct):
            _say_it_waits(request, done)
            return redirect("catalog:person", found.pk)
        if done is not None:
            words = "quedó de baja: ya no puede entrar" if leaving else "está activa otra vez: puede entrar"
            messages.success(request, f"La cuenta de {found} {words}.")
            _say_what_opens(request, lacking)
            return redirect("catalog:person", found.pk)
    today = timezone.localdate()
    in_force = found.memberships.in_force(today).select_related("department", "substitutes", "user")
    roles_held = in_force if leaving else []
    context = {
        "person": found, "form": form, "leaving": leaving, "roles": [_role_words(row) for row in roles_held],
        "left": [_left_context(row, today) for row in roles_held if row.department_id],
        "opens": opens("Si se da de baja:", opened_by_leaving(found, on=today) if leaving else [], on=today),
    }  # fmt: skip
    return render(request, "catalog/people/standing.html", context)


def _say_what_opens(request: HttpRequest, lacking: list[Missing], once: str = "") -> None:
    said = told_after(lacking, on=timezone.localdate())
    if said:
        messages.warning(request, once + said)


def _left_context(membership: Membership, on: date) -> dict[str, Any] | None:
    """What stays with the department, in words; None for a role of no department."""
    left = left_open(membership, on=on)
    if left is None:
        return None
    counts = (
        (left.drafts, "borrador", "borradores"),
        (left.returned, "cifra observada", "cifras observadas"),
        (left.waiting, "cifra por validar", "cifras por validar"),
        (left.observations, "observación sin atender", "observaciones sin atender"),
    )
    return {
        "department": left.department.name,
        "counts": [f"{number:,} {one if number == 1 else many}" for number, one, many in counts if number],
        "heirs": names_of(left.heirs),
        "url": reverse("catalog:department", args=[left.department.prefix]),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@for_planning
def new_membership(request: HttpRequest) -> HttpResponse:
    """Name a person; «?persona=…&dependencia=PRE&funcion=director&suple=…» fills the form in."""
    names = {"user": "persona", "department": "dependencia", "role": "funcion", "substitutes": "suple"}
    asked = {field: request.GET[name] for field, name in names.items() if request.GET.get(name)}
    form = AppointmentForm(
        request.POST or None,
        request.FILES or None,
        access=access_of(request),
        initial={**asked, "starts_on": timezone.localdate()},
    )
    if request.method == "POST" and form.is_valid():
        user = form.cleaned_data["user"]
        made = attempt(form, lambda: _appoint(request, form))
        if made is not None:
            if isinstance(made, PendingAct):
                _say_it_waits(request, made)
                return redirect(
                    _asked_back(request)
                    if request.GET.get("dependencia")
                    else reverse("catalog:person", args=[made.person_id])
                )
            messages.success(request, f"{user} es {_role_words(made)}.")
            return redirect(_back(request, made))
    context = {"form": form, "back": _asked_back(request), "substitute": "suple" in request.GET}
    return render(request, "catalog/people/membership_form.html", context)


def _appoint(request: HttpRequest, form: AppointmentForm) -> Membership | PendingAct:
    """Name the person, or ask for it, and keep the file of the letter, where one came."""
    access, now, appointment, file = access_of(request), timezone.now(), form.appointment(), form.cleaned_data["file"]
    return citing(
        access=access,
        instrument=appointment.instrument,
        file=file,
        name=file.name if file else "",
        year=appointment.starts_on.year,
        now=now,
        act=lambda: services.appoint(access=access, user=form.cleaned_data["user"], appointment=appointment, now=now),
    )


def _asked_back(request: HttpRequest) -> str:
    """Whence the form was opened: a department's page, a person's or the list."""
    if Department.objects.filter(prefix=request.GET.get("dependencia", "")).exists():
        return reverse("catalog:department", args=[request.GET["dependencia"]])
    asked = read_key(request.GET.get("persona"))
    return reverse("catalog:people") if asked is None else reverse("catalog:person", args=[asked])


def _back(request: HttpRequest, made: Membership) -> str:
    if request.GET.get("dependencia") and made.department:
        return reverse("catalog:department", args=[made.department.prefix])
    return reverse("catalog:person", args=[made.user_id])


@require_http_methods(["GET", "HEAD", "POST"])
@for_planning
def end_membership(request: HttpRequest, pk: int) -> HttpResponse:
    """The last day of a role: what the department holds open and who goes on with it are shown first."""
    found = _membership_or_404(request, pk)
    today = timezone.localdate()
    if found.standing(today) is Standing.ENDED:
        raise Http404
    form = EndForm(request.POST or None, membership=found, initial={"ends_on": max(today, found.starts_on)})
    if request.method == "POST" and form.is_valid():
        ends_on = form.cleaned_data["ends_on"]
        lacking = opened_by_end(found, ends_on, on=today)
        done = attempt(
            form,
            lambda: services.end_membership(
                access=access_of(request), membership=found, now=timezone.now(), **form.cleaned_data
            ),
        )
        if isinstance(done, PendingAct):
            _say_it_waits(request, done)
            _say_what_opens(request, lacking, once="Cuando se confirme: ")
            return redirect("catalog:person", found.user_id)
        if done is not None:
            messages.success(request, f"{found.user} es {found} hasta el {ends_on:%d/%m/%Y}.")
            _say_what_opens(request, lacking)
            return redirect("catalog:person", found.user_id)
    asked = form.cleaned_data.get("ends_on") if form.is_bound else None
    asked = asked or form.initial["ends_on"]
    context = {
        "waits": _waits(found), "membership": found, "form": form, "words": _role_words(found),
        "dates": found.dates_in_words,
        "own": services.OWN_PLANNING if found.role == Role.PLANNING and found.user == access_of(request).user else "",
        "left": [context] if (context := _left_context(found, today)) else [],
        "opens": opens(
            f"Si el último día es el {asked:%d/%m/%Y}:", opened_by_end(found, asked, on=today), on=today
        ),
    }  # fmt: skip
    return render(request, "catalog/people/membership_end.html", context)


def _waits(row: Membership) -> bool:
    """Whether a second person confirms what changes of this role."""
    return services.of_two(row.role, substitute=row.substitutes_id is not None, superuser=row.user.is_superuser)


@require_http_methods(["GET", "HEAD", "POST"])
@for_planning
def correct_membership(request: HttpRequest, pk: int) -> HttpResponse:
    """The first day or the letter of a role that was registered wrong, also of one that is over."""
    found = _membership_or_404(request, pk)
    own = OWN_CORRECTION if found.user == access_of(request).user else ""
    form = CorrectForm(
        request.POST or None,
        request.FILES or None,
        membership=found,
        initial={"starts_on": found.starts_on, "instrument": found.instrument},
    )
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: _correct(request, found, form))
        if isinstance(done, PendingAct):
            _say_it_waits(request, done)
        elif done is not None:
            messages.success(request, f"Se corrigió: {done.user} es {done.in_words}.")
        if done is not None:
            return redirect("catalog:person", found.user_id)
    context = {
        "membership": found, "form": form, "words": _role_words(found), "dates": found.dates_in_words,
        "waits": _waits(found), "own": own, "files": found.instrument_files.all(),
    }  # fmt: skip
    return render(request, "catalog/people/membership_correct.html", context)


def _correct(request: HttpRequest, found: Membership, form: CorrectForm) -> Membership | PendingAct:
    access, now, data = access_of(request), timezone.now(), form.cleaned_data
    file = data.pop("file")
    return citing(
        access=access,
        instrument=data["instrument"],
        file=file,
        name=file.name if file else "",
        year=data["starts_on"].year,
        now=now,
        act=lambda: services.correct_membership(access=access, membership=found, now=now, **data),
    )
