from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from greendistrict.core.models import Counter
from greendistrict.core.reference_numbers import next_number


@pytest.mark.django_db
def test_numbers_run_per_kind_and_year_and_grow_beyond_four_digits():
    Counter.objects.create(prefix="ZC", year=2026, last=9999)
    taken = [next_number(*one) for one in (("SQ", 2026), ("SQ", 2026), ("YS", 2026), ("SQ", 2027), ("ZC", 2026))]
    assert taken == ["SQ-2026-0001", "SQ-2026-0002", "YS-2026-0001", "SQ-2027-0001", "ZC-2026-10000"]


@pytest.mark.django_db(transaction=True)
def test_a_number_needs_a_transaction_and_is_given_out_again_when_that_is_rolled_back():
    with pytest.raises(TransactionManagementError):
        next_number("SQ", 2026)
    with transaction.atomic():
        next_number("SQ", 2026)
        transaction.set_rollback(True)
    with transaction.atomic():
        assert next_number("SQ", 2026) == "SQ-2026-0001"


def _take(_):
    try:
        with transaction.atomic():
            return next_number("SQ", 2026)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_no_number_is_given_twice_at_the_same_time():
    with ThreadPoolExecutor(max_workers=8) as pool:
        taken = list(pool.map(_take, range(80)))
    assert sorted(taken) == [f"SQ-2026-{n:04d}" for n in range(1, 81)]
