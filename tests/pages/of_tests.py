"""Pages that tests of features open in states which the stored world does not have: ``of_tests.txt`` names the tests.

Such a test begins with keys and names counted anew and at a fixed time, and each page it is answered is kept as text
(``make pages KEEP=1``). ``python -m scripts.faults pages`` names tests that render parts of templates which no kept text shows.
"""

import contextlib
import datetime as dt
import random
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import factory
import pytest
from django.contrib.auth import models as auth_models
from django.db import connection
from django.test import Client, override_settings

from greendistrict.core import clock
from tests import caches
from tests.pages import kept
from tests.pages.lines import lines_of, told

LIST = Path(__file__).parent / "of_tests.txt"
NOW = dt.datetime(2026, 10, 21, 10, tzinfo=clock.SHANGHAI)
FIRST_KEY = 1_000_000
# Keys, random names and digests are other ones each time, or with any row more that a factory makes.
CHANGING = re.compile(
    r"\b1000\d{3}\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{64}\b|\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3,4}\b"
    r"|(?<=localhost:)\d+|(?<=name=token type=hidden value=)\S+|(?<=name=check-mark type=hidden value=)\S+"
)
EACH_KEY = """DO $$ DECLARE one regclass; BEGIN FOR one IN SELECT oid FROM pg_class WHERE relkind = 'S' LOOP
EXECUTE format('ALTER SEQUENCE %s RESTART WITH {first}', one); END LOOP; END $$"""


def listed() -> list[str]:
    """Names of the tests as pytest gives them."""
    return LIST.read_text(encoding="utf-8").splitlines()


def text_of(name: str) -> str:
    """Kept text of a listed test."""
    module, _, test = name.partition(".py::")
    return f"{module}/{re.sub(r'[^0-9A-Za-z_一-鿿]+', '-', test).strip('-')}"


def count_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys and names begin anew, and go back with the transaction; lots are drawn with the same secret."""
    monkeypatch.setattr(secrets, "token_hex", lambda length: "7a" * length)
    with connection.cursor() as cursor:
        cursor.execute(EACH_KEY.format(first=FIRST_KEY))
    for one in factory.django.DjangoModelFactory.__subclasses__():
        one.reset_sequence(0, force=True)


def unchanging(lines: list[str]) -> list[str]:
    """Lines without what is another one each time."""
    return CHANGING.sub("…", "\n".join(lines)).split("\n")


@contextlib.contextmanager
def noted(name: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> Iterator[None]:
    """Compare the pages that the test is answered in the block with those kept of it."""
    pages: list[list[str]] = []
    send = Client.request

    def request(client: Client, **asked):
        answer = send(client, **asked)
        if answer["Content-Type"].startswith("text/html") and not answer.streaming and answer.content:
            query = f"?{asked['QUERY_STRING']}" if asked.get("QUERY_STRING") else ""
            head = f"{asked['REQUEST_METHOD'].lower()} {asked['PATH_INFO']}{query}: {answer.status_code}"
            pages.append(unchanging([head, *lines_of(answer.content.decode())]))
        return answer

    caches.empty()
    count_anew(monkeypatch)
    chance = random.Random(1)  # noqa: S311 -- the same each time
    monkeypatch.setattr(secrets, "token_bytes", lambda length=None: chance.randbytes(length or 32))
    monkeypatch.setattr(secrets, "choice", chance.choice)
    monkeypatch.setattr(Client, "request", request)
    monkeypatch.setattr(auth_models, "timezone", SimpleNamespace(now=clock.now))  # the day of a sign-in, which pages show
    with clock.at(NOW), override_settings(SIGNING_DEMO_PATH=folder / "demo.p12"):
        yield
    found = kept.difference(text_of(name), told(pages))
    assert not found, found
