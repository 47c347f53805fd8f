"""What tests of the portal count."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext


@pytest.fixture
def count_queries():
    """How many queries a call costs; the statements on failure."""

    def count(call):
        with CaptureQueriesContext(connection) as caught:
            call()
        return len([query for query in caught.captured_queries if "SAVEPOINT" not in query["sql"]])

    return count
