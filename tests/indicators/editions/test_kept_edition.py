"""The copy of the reference edition that tests begin with."""

import pytest
from django.db import connection

from indicators.editions.models import Edition
from tests.factories.editions import reference_edition

BEGUN_ANEW = "SELECT setval(pg_get_serial_sequence('indicators_edition', 'id'), (SELECT min(id) FROM kept.indicators_edition), false)"


@pytest.mark.django_db
def test_another_edition_finds_a_free_key_beside_the_copy():
    with connection.cursor() as cursor:
        cursor.execute(BEGUN_ANEW)  # as after a test with sequences of its own
    kept = reference_edition()
    other = Edition.objects.get(pk=kept.pk)
    other.pk, other.code = None, "GD-REF-2027"
    other.save(force_insert=True)
    assert Edition.objects.count() == 2
