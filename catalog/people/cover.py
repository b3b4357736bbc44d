"""What a department loses when somebody's term ends or their account is closed: told before it is done, and after."""

from datetime import date

from accounts.models import Membership, PendingAct, User
from indicators.cover.reading import Cover, Missing, closed, ended, months_at_work


def opened_by_end(membership: Membership, ends_on: date, *, on: date) -> list[Missing]:
    """What would lack somebody besides if that term ended that day; nothing for a role of no department."""
    if membership.department_id is None:
        return []
    cover = Cover(months_at_work(), on=on, reach=[membership.department_id])
    return cover.opened_by(ended(membership.pk, ends_on))


def opened_by_leaving(user: User, *, on: date) -> list[Missing]:
    """The same if that person could not enter any more, whatever they hold."""
    places = set(user.memberships.not_over(on).exclude(department=None).values_list("department_id", flat=True))
    return Cover(months_at_work(), on=on, reach=places).opened_by(closed(user.pk)) if places else []


def opened_by_act(act: PendingAct, *, on: date) -> list[Missing]:
    """The same of what waits for a second person."""
    if act.kind == PendingAct.Kind.TERM and act.data["ends_on"]:
        membership = Membership.objects.filter(pk=act.data["membership"]).first()
        return opened_by_end(membership, date.fromisoformat(act.data["ends_on"]), on=on) if membership else []
    if act.kind == PendingAct.Kind.STANDING and not act.data["is_active"]:
        return opened_by_leaving(act.person, on=on)
    return []
