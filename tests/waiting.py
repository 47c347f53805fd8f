"""Several connections of the test database at once: calls at the same moment, and waiting for one to stand at a lock."""

import threading

from django.db import connection

from greendistrict.core.errors import Refused
from greendistrict.processes import until

SECONDS = 60


def until_somebody_waits() -> bool:
    """Wait until another transaction of this database waits for a lock; False when that does not come."""
    return until(_one_waits, SECONDS)


def _one_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # inside a transaction PostgreSQL would show what it has seen first
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
        return cursor.fetchone()[0] == 1


def race(*calls):
    """Run the calls at the same moment; what each returned, or its refusal, in order."""
    gate, results = threading.Barrier(len(calls)), [None] * len(calls)

    def run(number, call):
        try:
            gate.wait()
            results[number] = call()
        except Refused as refused:
            results[number] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
