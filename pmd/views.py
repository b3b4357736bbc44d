import errno
import logging
import re
import sys

from csp.decorators import csp
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.defaults import bad_request

from accounts.api_access import is_of_data, refusal, unreadable_address
from accounts.mail_waiting import no_worker
from core.posted import page_of_form
from core.private_files import FULL, NotKept, why_not_kept
from pmd import __version__
from pmd.health import why_not_ready
from pmd.installation.passed_on import seen
from pmd.logs import REQUEST_ID
from pmd.middleware import KEPT
from pmd.waits import waited_for

logger = logging.getLogger(__name__)
TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


@login_not_required
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Whether this process can do its work: 200 «ok» and the version, 503 and in a word what is missing.

    For whoever decides where requests go: a write to the database and to the folder of files is tried. A second line
    says so where no worker takes what leaves the requests: pages are served all the same. Details are in the log.
    """
    if missing := why_not_ready(timezone.now()):
        return HttpResponse(missing, status=503, content_type="text/plain; charset=utf-8")
    return HttpResponse(f"ok · PMD {__version__}\n{_stopped()}".strip(), content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """Whether this process answers at all, for whoever starts it anew where it does not; nothing else is asked."""
    return HttpResponse(f"ok\n{seen(request)}".strip(), content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
@csp({"default-src": ["'none'"], "style-src": ["'unsafe-inline'"], "frame-ancestors": ["'none'"], "sandbox": True})
def logo(request: HttpRequest) -> HttpResponse:
    """The municipality's shield, for the pages that show it as a picture; opened by itself no script in it runs.

    Its address changes with the file, and only under that one a browser keeps it.
    """
    shield = settings.PMD_LOGO
    if shield is None:
        raise Http404
    response = HttpResponse(shield.content, content_type=shield.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    if request.GET.get("v") == shield.digest:
        response["Cache-Control"] = KEPT
    return response


def _stopped() -> str:
    try:
        return no_worker(timezone.now())
    except DatabaseError:
        logger.exception("The health check could not read the queue")
        return ""


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that came from elsewhere, or from a page that was open since before the person signed in again.

    In the second case what was typed comes back in a form to be sent once more. Only the browser's own word that the
    page is ours allows that: another site cannot make it say so.
    """
    ours = request.headers.get("Sec-Fetch-Site") == "same-origin"
    typed = _typed_fields(request) if ours and request.user.is_authenticated else []
    context = {"typed": typed, "address": request.get_full_path(), "page": page_of_form(request)}
    return render(request, "403_csrf.html", context, status=403)


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that cannot be read; of one that is only too large it says so, and what to do (413)."""
    if is_of_data(request):
        return unreadable_address()
    if isinstance(exception, TOO_LARGE):
        return HttpResponse(render_to_string("413.html"), status=413)
    return bad_request(request, exception)


def failed(request: HttpRequest) -> HttpResponse:
    """What nobody foresaw (500). Where the machine or the wait for the database is the reason, its page says so (503).

    Django calls this while it handles the exception. The page asks the database for nothing.
    """
    error = sys.exc_info()[1]
    waited = waited_for(error)
    sentence = waited.sentence if waited else _of_the_machine(error)
    if is_of_data(request):
        later = {"Retry-After": str(waited.seconds)} if waited else {}
        return refusal(503 if sentence else 500, sentence or "Algo falló en el servidor: avise a Planeación.", later)
    code = request.META.get(REQUEST_ID, "")
    if not sentence:
        return HttpResponseServerError(render_to_string("500.html", {"support_code": code}))
    # Nothing of the file that was too large for the disk can be read again.
    typed = _typed_again(request) if waited else []
    context = {
        "sentence": sentence, "typed": typed, "address": request.get_full_path(), "waited": waited,
        "support_code": code,
    }  # fmt: skip
    headers = {"Retry-After": str(waited.seconds)} if waited else {}
    return HttpResponse(
        render_to_string("503.html", context | {"saves": request.method == "POST"}), status=503, headers=headers
    )


def _typed_again(request: HttpRequest) -> list[tuple[str, str]]:
    """What was sent with one of our own forms, with the token that it came with, to be sent once more."""
    if request.method != "POST" or not getattr(request, "csrf_processing_done", False):
        return []
    typed = _typed_fields(request)
    token = request.POST.get("csrfmiddlewaretoken", "")
    return [("csrfmiddlewaretoken", token), *typed] if typed and token else []


_FULL_DISK = re.compile(r"no space left on device|disk is full|could not extend file|readonly database", re.IGNORECASE)


def _of_the_machine(error: BaseException | None) -> str:
    """A full disk or one that cannot be written, met by a file, an upload on its way or the database; "" otherwise."""
    if isinstance(error, NotKept):
        return error.message
    if isinstance(error, OSError) and not isinstance(error, ConnectionError) and error.errno in (*FULL, errno.EROFS):
        return why_not_kept(error)
    if isinstance(error, DatabaseError) and _FULL_DISK.search(str(error)):
        return why_not_kept(OSError(errno.ENOSPC, ""))
    return ""


def _typed_fields(request: HttpRequest) -> list[tuple[str, str]]:
    try:
        names = [name for name in request.POST if name != "csrfmiddlewaretoken"]
    except (BadRequest, SuspiciousOperation):
        return []
    if request.FILES or any("password" in name for name in names):
        return []  # a file cannot be put back into a form, and a password is written into no page
    return [(name, value) for name in names for value in request.POST.getlist(name)]
