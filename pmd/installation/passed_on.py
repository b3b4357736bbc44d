"""What of a request the proxies in front pass on: asked by ``doctor``, answered by ``/salud/vivo/``.

The answer is for whoever has SECRET_KEY: a visitor need not know whom the site takes him for, nor how often it counts.
"""

import ssl
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest

from accounts.client_ip import client_ip
from core import manual
from pmd.installation.findings import Finding

_HEADER = "X-PMD-Doctor"
_SECONDS = 60
# Of documents (RFC 5737), so that nobody comes from there; one more than PMD_PROXY_COUNT may be.
_FORGED = tuple(f"192.0.2.{number}" for number in range(1, 7))
_REMEDY = f"corrija PMD_PROXY_COUNT y reinicie ({manual.PROXY})."


def signer() -> TimestampSigner:
    return TimestampSigner(salt=__name__)  # made when it is needed: it reads SECRET_KEY, which may be missing


def seen(request: HttpRequest) -> str:
    """How this request arrived, empty where not ``doctor`` asks."""
    if not (signed := request.headers.get(_HEADER)):
        return ""
    try:
        signer().unsign(signed, max_age=_SECONDS)
    except BadSignature:
        return ""
    entries = [one for one in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if one.strip()]
    return f"{request.scheme} {settings.PMD_PROXY_COUNT} {len(entries) - len(_FORGED)} {client_ip(request) or '-'}"


def faults(patience: float) -> Iterator[Finding]:
    """Silent where the site cannot be reached, or does not answer as this version does: others tell that.

    Whatever its certificate: nothing that is secret is sent, and a new installation has none of an authority.
    """
    try:
        headers = {_HEADER: signer().sign("doctor"), "X-Forwarded-For": ", ".join(_FORGED)}
    except ImproperlyConfigured:  # without SECRET_KEY, which is told
        return
    asked = urllib.request.Request(f"{settings.PMD_SITE_URL}/salud/vivo/", headers=headers)
    unchecked = ssl.create_default_context()
    unchecked.check_hostname, unchecked.verify_mode = False, ssl.CERT_NONE
    try:
        with urllib.request.urlopen(asked, timeout=patience, context=unchecked) as answer:
            said = answer.read(200).decode(errors="replace").split()
            if said == ["ok"]:
                yield _of_another_key()
                return
            _, scheme, count, proxies, address = said
            yield from _wrong(scheme, int(count), int(proxies), address)
    except (OSError, HTTPException, ValueError):
        return


def _of_another_key() -> Finding:
    return Finding(
        f"En {settings.PMD_SITE_URL} trabaja PMD con otra SECRET_KEY: es otra instalación, o no se reinició después de "
        "cambiarla.",
        "Corra systemctl restart pmd pmd-papers pmd-worker, o corrija PMD_SITE_URL.",
        grave=False,
    )


def _wrong(scheme: str, count: int, proxies: int, address: str) -> Iterator[Finding]:
    if scheme != "https" and count == 0:
        yield Finding(
            f"Hay un proxy delante y PMD_PROXY_COUNT es 0: cada página de {settings.PMD_SITE_URL} se redirige a sí "
            "misma sin fin.",
            f"Escriba cuántos proxies suyos hay (1: nginx): {_REMEDY}",
        )
    elif scheme != "https":
        yield Finding(
            f"El proxy no dice que se llegó por TLS: cada página de {settings.PMD_SITE_URL} se redirige a sí misma sin "
            "fin.",
            f"Ponga en él proxy_set_header X-Forwarded-Proto $scheme ({manual.PROXY}).",
        )
    if not count:
        return
    if address in _FORGED:
        real = count - (len(_FORGED) - _FORGED.index(address))
        yield Finding(
            f"PMD_PROXY_COUNT es {count} y delante hay menos proxies: quien escribe su propio X-Forwarded-For entra "
            "con la dirección que quiera.",
            f"Cuente los suyos; parece que son {max(real, 0)}: {_REMEDY}",
        )
    elif proxies + len(_FORGED) < count:
        yield Finding(
            f"PMD_PROXY_COUNT es {count} y X-Forwarded-For trae {proxies + len(_FORGED)}: todas las visitas cuentan "
            "como una sola dirección.",
            f"Cuente los suyos: {_REMEDY}",
        )
    elif proxies > count:
        yield Finding(
            f"PMD_PROXY_COUNT es {count} y la petición pasó por {proxies} proxies: todas las visitas cuentan como la "
            "dirección de uno de ellos.",
            f"Si todos son suyos, escriba {proxies}: {_REMEDY}",
            grave=False,
        )
