"""Who asks with a personal token, and what every address that takes one answers: in JSON, whatever goes wrong.

Only «Authorization: Bearer …» counts. The site's own session does not open these addresses, so that no page of another
site can read them through somebody's browser and a program's answers depend on its token alone; nothing here makes a
session either. A person reads the same on their pages, and has the same tables there as files.
"""

import re
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from accounts.access import Access, Action, access_for
from accounts.acts import ApiTokenAct
from accounts.api_tokens import LETTERS, PREFIX, hash_of, record_token
from accounts.backends import PersonBackend
from accounts.client_ip import client_ip
from accounts.models import ApiToken, TokenStanding
from accounts.throttling import Limit, hashed
from core.moments import day_text

View = Callable[..., HttpResponseBase]
METHODS = "GET, HEAD, OPTIONS"
# Of a person, whatever number of tokens they have: a report of every table, cut-off and scope fits into a minute.
READING = Limit("persona", requests=60, seconds=60)
# Of an address of the network, which a whole town hall may share: tokens that are right pass all the same.
WRONG = Limit("direccion", requests=20, seconds=15 * 60)

_SECRET = re.compile(rf"{PREFIX}[A-Za-z0-9]{{{LETTERS}}}")
_REALM = 'Bearer realm="PMD"'
_HOW = "Envíe su llave de lectura en el encabezado «Authorization: Bearer pmd_…»; se crea en Mi cuenta."
_UNKNOWN = "Esta llave de lectura no existe: revise que esté completa, o cree otra en Mi cuenta."


class Refused(Exception):
    """What is answered instead of data: a status and one sentence."""

    def __init__(self, status: int, sentence: str, **headers: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


def is_of_data(request: HttpRequest) -> bool:
    """Whether the address is one of those that answer in JSON, whatever goes wrong."""
    return request.path_info.startswith("/api/")


def refusal(status: int, sentence: str, headers: dict[str, str] | None = None) -> JsonResponse:
    return JsonResponse({"error": sentence}, status=status, headers=headers, json_dumps_params={"ensure_ascii": False})


def unreadable_address() -> JsonResponse:
    return refusal(400, "Esta dirección no se puede leer: tiene letras que no son de ninguna.")


def for_token(view: View) -> View:
    """The address is read with a personal token; ``request.access`` is what its person may do today.

    A view says by ``Refused`` what it does not answer.
    """

    @csrf_exempt  # nothing is written, and who posts reads that in JSON
    @login_not_required
    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers={"Allow": METHODS})
        try:
            if request.method not in ("GET", "HEAD"):
                raise Refused(405, "Estas direcciones solo se leen: use GET.", Allow=METHODS)
            request.access = _reader(request, timezone.now())  # type: ignore[attr-defined]
            return view(request, **kwargs)
        except Refused as refused:
            return refusal(refused.status, refused.sentence, refused.headers)
        except (BadRequest, SuspiciousOperation):  # a thousand parameters; with DEBUG Django would answer a page
            return unreadable_address()

    return guarded


def _reader(request: HttpRequest, now: datetime) -> Access:
    """What the token's person may do today.

    Refused for whoever brings none that counts, asks too often or reads nothing.
    """
    token = _token(request, now)
    today = timezone.localdate(now)
    access = access_for(token.person, on=today)
    _refuse_above(READING, str(token.person_id), "Hizo demasiadas peticiones en un minuto: espere y siga.", now)
    if not access.allows(Action.READ):
        raise Refused(403, "La persona de esta llave no tiene hoy ninguna función, y por eso no lee datos.")
    if token.last_used_on != today:
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=today)
    return access


def _token(request: HttpRequest, now: datetime) -> ApiToken:
    header = request.META.get("HTTP_AUTHORIZATION", "").strip()
    scheme, _, secret = header.partition(" ")
    if scheme.lower() != "bearer":
        raise Refused(401, f"Falta la llave de lectura. {_HOW}", WWW_Authenticate=_REALM)
    try:
        return _that_counts(secret.strip(), now)
    except Refused:
        who = hashed(client_ip(request) or "")
        _refuse_above(WRONG, who, "Llegaron demasiadas llaves que no sirven desde esta dirección: espere.", now)
        raise


def _that_counts(secret: str, now: datetime) -> ApiToken:
    found = None
    if _SECRET.fullmatch(secret):
        found = ApiToken.objects.select_related("person").filter(sha256=hash_of(secret)).first()
    if found is None:
        raise _invalid(_UNKNOWN)
    standing = found.standing(timezone.localdate(now))
    if standing is not TokenStanding.IN_FORCE:
        _tell_of_end(found, now)
        when = day_text(found.expires_on) if standing is TokenStanding.EXPIRED else day_text(found.revoked_at)
        ended = f"venció el {when}" if standing is TokenStanding.EXPIRED else f"se revocó el {when}"
        raise _invalid(f"Esta llave de lectura {ended}: cree otra en Mi cuenta.")
    if not PersonBackend().user_can_authenticate(found.person):
        raise _invalid("La cuenta de esta llave de lectura ya no puede entrar al sistema.")
    return found


def _invalid(sentence: str) -> Refused:
    return Refused(401, sentence, WWW_Authenticate=f'{_REALM}, error="invalid_token"')


def _tell_of_end(token: ApiToken, now: datetime) -> None:
    """The first time that an ended token is used is in the trail."""
    with transaction.atomic():
        first = ApiToken.objects.filter(pk=token.pk, tried_after_end_at=None).update(tried_after_end_at=now)
        if first:
            record_token(token, ApiTokenAct.TRY_ENDED, actor=None, now=now, changes={})


def _refuse_above(limit: Limit, who: str, sentence: str, now: datetime) -> None:
    if wait := limit.wait(who, now=now):
        raise Refused(429, sentence, Retry_After=str(wait))
