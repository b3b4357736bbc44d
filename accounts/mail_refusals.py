"""Why a message did not leave, in the words of whoever has to do something about it."""

import smtplib
from collections.abc import Iterable

SILENT = "El servidor de correo no respondió."
KEY = "El servidor de correo no aceptó la cuenta o la clave del sistema: avise a quien administra el servidor."
SENDER = "El servidor de correo no aceptó al remitente del sistema: avise a quien administra el servidor."
NO_MAILBOX = "El servidor de correo dice que ese buzón no existe o no recibe: revise la dirección."
FULL = "El buzón está lleno: avise a la persona por otro medio."
LATER = "El servidor de correo pidió intentarlo más tarde."
REFUSED = "El servidor de correo no aceptó el mensaje: avise a quien administra el servidor."
UNFORESEEN = "No se pudo enviar por una falla del sistema: avise a quien administra el servidor."

_FULL_MAILBOX = (452, 552)
_OF_THE_ADDRESS = (550, 551, 553)


def in_words(error: BaseException) -> str:
    """One sentence in Spanish; what the server said word for word is in the log."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            return _by_code((code for code, _ in error.recipients.values()), NO_MAILBOX)
        case smtplib.SMTPAuthenticationError():
            return KEY
        case smtplib.SMTPSenderRefused():
            return SENDER if error.smtp_code >= 500 else LATER
        case smtplib.SMTPConnectError() | smtplib.SMTPServerDisconnected():
            return SILENT
        case smtplib.SMTPResponseException():
            return _by_code([error.smtp_code], REFUSED)
        case smtplib.SMTPException():
            return REFUSED
        case OSError():
            return SILENT
    return UNFORESEEN


def _by_code(codes: Iterable[int], otherwise: str) -> str:
    code = next(iter(codes), 0)
    if code in _FULL_MAILBOX:
        return FULL
    if code in _OF_THE_ADDRESS:
        return NO_MAILBOX
    return LATER if 400 <= code < 500 else otherwise
