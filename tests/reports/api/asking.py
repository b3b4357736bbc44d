"""Asking the data addresses with a token, in tests."""

import csv
import io
import json
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.api_tokens import make_token
from accounts.models import User
from tests.factories import access_of


def secret_of(user: User, *, days: int = 30, name: str = "prueba") -> str:
    now = timezone.now()
    return make_token(access=access_of(user, timezone.localdate(now)), name=name, days=days, now=now).secret


class Asker:
    """A program with one person's token."""

    def __init__(self, user: User) -> None:
        self.user, self.secret, self.client = user, secret_of(user), Client()

    def get(self, address: str, **headers: str) -> Any:
        return self.client.get(f"/api/{address}", headers={"Authorization": f"Bearer {self.secret}"} | headers)

    def rows(self, address: str) -> list[dict[str, Any]]:
        """The rows of an address that ends in .json or .csv."""
        response = self.get(address)
        assert response.status_code == 200, response.content
        content = body_of(response)
        if ".csv" not in address:
            return list(json.loads(content)["datos"])
        assert content.startswith(b"\xef\xbb\xbf") and b"\r\n" in content
        return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def body_of(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content
