"""The mail server's certificate, where its authority is the municipality's own (PMD_EMAIL_CA_FILE)."""

import ssl

from django.conf import settings
from django.core.mail.backends import smtp
from django.utils.functional import cached_property


class EmailBackend(smtp.EmailBackend):
    """Django's, which believes the authorities of that file besides those of the system."""

    @cached_property
    def ssl_context(self) -> ssl.SSLContext:
        context: ssl.SSLContext = super().ssl_context
        context.load_verify_locations(cafile=settings.PMD_EMAIL_CA_FILE)
        return context
