"""The shipped editions, read once, and somebody's browser."""

from pathlib import Path

import pytest

from indicators.catalogue import parse
from indicators.scoring.prepare import prepare

DATA = Path(__file__).resolve().parents[2] / "indicators" / "data"


@pytest.fixture(scope="session")
def reference_text():
    return (DATA / "reference-2024.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def reference_document(reference_text):
    return parse(reference_text).document


@pytest.fixture(scope="session")
def reference_rules(reference_document):
    return prepare(reference_document)


@pytest.fixture(scope="session")
def leed_rules():
    return prepare(parse((DATA / "leed-v4-nd.yaml").read_bytes()).document)


@pytest.fixture
def sign_in(client, settings):
    def sign(user):
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
        return client

    return sign
