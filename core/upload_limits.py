"""A limit on what one request may upload, held while the body comes in and not once it has filled the disk."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

View = Callable[..., HttpResponse]


class UploadLimit(FileUploadHandler):
    """Drops the file with which the request passes ``max_bytes``, and every one after it."""

    def __init__(self, request: HttpRequest, max_bytes: int) -> None:
        super().__init__(request)
        self._left = max_bytes

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self._left -= len(raw_data)
        if self._left < 0:
            self.request.upload_over_limit = True  # type: ignore[union-attr]
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> UploadedFile | None:
        return None


def limit_upload(max_bytes: int) -> Callable[[View], View]:
    """Decorate a view whose files together may weigh ``max_bytes``; ``is_over_limit`` says whether one was dropped."""

    def decorate(view: View) -> View:
        # The check of the token reads the form, and with it the files: the limit has to be there before.
        protected = csrf_protect(view)

        @csrf_exempt
        @wraps(view)
        def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            request.upload_handlers.insert(0, UploadLimit(request, max_bytes))
            return protected(request, *args, **kwargs)

        return limited

    return decorate


def is_over_limit(request: HttpRequest) -> bool:
    """Whether a file of this request was dropped for its size; asks for the form to have been read."""
    return bool(request.FILES is not None and getattr(request, "upload_over_limit", False))
