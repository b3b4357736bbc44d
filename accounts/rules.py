"""What every act about people asks and writes: may the person be changed, what changed meanwhile, the trail."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q

from accounts.access import Access, Action
from accounts.models import Membership, PendingAct, Role, User
from core import trail
from core.moments import day_text
from core.refusals import NotAllowed, ServiceError

USER_FIELDS = ("username", "first_name", "last_name", "email", "is_active")
SEEN_FOR_ADDRESS = USER_FIELDS
# Another address passed two people itself, or is the person's own act.
SEEN_FOR_ROLE = ("username", "first_name", "last_name", "is_active")


SERVER = "un administrador del servidor, por comando"


def both(act: PendingAct) -> str:
    return f"Lo pidió {act.asked_by} y lo confirmó {act.confirmed_by or SERVER}."


def refuse_asked_again(person: User, kind: PendingAct.Kind, **same: Any) -> None:
    """The same twice: the person's row is locked, so nobody asks it meanwhile."""
    rows = PendingAct.objects.waiting().filter(person=person, kind=kind).select_related("asked_by")
    for row in rows:
        if all(row.data.get(name) == value for name, value in same.items()):
            raise ServiceError(
                f"{row.asked_by} ya lo pidió el {day_text(row.asked_at)} ({row.words}): "
                "confírmelo otra persona, o retírelo en «Por confirmar» y pídalo de nuevo."
            )


def refuse_stale(act: PendingAct, now_is: Mapping[str, Any]) -> None:
    if dict(now_is) != act.data["seen"]:
        raise ServiceError(
            f"Los datos de {act.person} cambiaron desde que se pidió, y por eso no se hizo nada: "
            "revise cómo están ahora, rechace esto y pídalo de nuevo si todavía hace falta."
        )


def require_planning(access: Access | None) -> None:
    """``access`` None: an administrator of the server, by a command."""
    if access is not None:
        access.require(Action.MANAGE_CATALOG, "Solo Planeación administra a las personas.")


def manageable(access: Access | None, user: User) -> User:
    """The person, locked for the change. A superuser is out of planning's hands, and in another superuser's."""
    require_planning(access)
    locked = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    if locked.is_superuser and access is not None and not access.user.is_superuser:
        raise NotAllowed(
            "Una cuenta de administración del sistema no la cambia Planeación: lo pide otra persona que administra "
            "el sistema."
        )
    return locked


def refuse_superuser(user: User) -> None:
    """Their own link comes from «Olvidé mi contraseña», and what locks them out passes by itself."""
    if user.is_superuser:
        raise NotAllowed(
            "Para una cuenta de administración del sistema no se hace desde aquí: la propia persona pide el enlace en "
            "«Olvidé mi contraseña», y la espera por intentos fallidos termina sola."
        )


def confirmable(access: Access | None, act: PendingAct) -> User:
    """The person whom two people agreed on: whoever confirms may be of planning where a superuser asked."""
    require_planning(access)
    return User.objects.select_for_update(of=("self",), no_key=True).get(pk=act.person_id)


def lock_planning() -> None:
    """Two officers who end each other's roles at once wait for each other; before any other lock, in one order."""
    named = Membership.objects.filter(role=Role.PLANNING).order_by("pk")
    list(named.select_for_update(of=("self",)).values_list("pk", flat=True))


def keep_planning(access: Access | None, without: Q, *, after: date) -> None:
    """Refuse to take away the last person of planning: nobody could let anybody in any more.

    A superuser may, being one who can name the next, and so may an administrator of the server.
    """
    remaining = Membership.objects.in_force(after + timedelta(days=1)).filter(role=Role.PLANNING, user__is_active=True)
    may_name = access is None or access.user.is_superuser
    if not may_name and not remaining.exclude(without).exists():
        raise ServiceError(
            f"Después del {after:%d/%m/%Y} no quedaría nadie de Planeación que pueda administrar el sistema: "
            "nombre antes a otra persona."
        )


def record_about(
    access: Access | None,
    subject: User | Membership,
    action: trail.Act,
    before: dict[str, Any],
    after: dict[str, Any],
    now: datetime,
    reason: str = "",
    act: PendingAct | None = None,
) -> None:
    """``act`` is what two people asked and confirmed: the entry names both."""
    changes = trail.changes_between(before, after)
    if not changes:
        return
    if act is not None:
        changes |= {"asked_by": [None, str(act.asked_by)], "confirmed_by": [None, str(act.confirmed_by or SERVER)]}
    note_about(access, subject, action, changes, now, reason)


def remember_who_set(access: Access | None, membership: Membership) -> None:
    """Called with every act on a membership. None is the server, which is nobody's second person."""
    if access is not None:
        membership.set_by.add(access.user)


def note_about(
    access: Access | None,
    subject: User | Membership,
    action: trail.Act,
    changes: dict[str, Any],
    now: datetime,
    reason: str = "",
) -> None:
    if isinstance(subject, Membership):
        remember_who_set(access, subject)
    department_id = subject.department_id if isinstance(subject, Membership) else None
    label = f"{subject} · {subject.user}" if isinstance(subject, Membership) else f"{subject} ({subject.username})"
    trail.record(
        subject=subject,
        label=label,
        action=action,
        actor=access.user if access else None,
        capacity=access.capacity(Action.MANAGE_CATALOG, department_id or 0) if access else "",
        at=now,
        changes=changes,
        reason=reason.strip(),
        scope_id=department_id,
    )
