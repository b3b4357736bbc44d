"""What was posted, and from where."""

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def page_of_form(request: HttpRequest) -> str:
    """The address of our page on which a form was sent, where its writer goes on; otherwise the form's own address.

    Some forms go to an address that only takes forms, and cannot be opened.
    """
    sent_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(sent_from, allowed_hosts={request.get_host()}):
        return request.get_full_path()
    parts = urlsplit(sent_from)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
