import logging


def without_traceback(record: logging.LogRecord) -> bool:
    """For a page that was refused (4xx): where and to whom is enough; a traceback is for what broke."""
    if record.levelno == logging.WARNING:
        record.exc_info = None
    return True
