"""The index by trigrams of the names of districts stands exactly where the server can have it."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db


def test_the_index_stands_where_the_server_has_trigrams():
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm')")
        [available] = cursor.fetchone()
        cursor.execute("SELECT EXISTS (SELECT FROM pg_indexes WHERE indexname = 'district_search_trigrams')")
        [indexed] = cursor.fetchone()
    assert indexed == available
