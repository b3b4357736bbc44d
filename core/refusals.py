"""Why an act was refused: a sentence for the person, in Spanish; nothing was written then."""


class ServiceError(Exception):
    """The act was refused; the message says why and what to do."""


class NotAllowed(ServiceError):
    """This person may not do it there."""
