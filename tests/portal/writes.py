"""Which tables a request wrote to: every statement is followed, and what was taken back to a savepoint does not count."""

import re
from contextlib import contextmanager

# What a request leaves behind whatever it asks for: who was there, what was refused, which confidential page was read.
TRACES = {
    "audit_auditpending", "audit_auditrecord", "audit_auditseal", "axes_accessattempt", "axes_accessfailurelog", "axes_accesslog",
    "django_session", "signin_signedsession", "signin_knownbrowser",
}  # fmt: skip
WRITTEN = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE)
POINT = re.compile(r"^(SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT)\s+(\S+)")


class Writes:
    """Tables that a request wrote to and did not take back."""

    def __init__(self):
        self.open = [("", set())]

    def __call__(self, execute, sql, params, many, context):
        """Follow one statement."""
        text = sql if isinstance(sql, str) else ""
        if found := WRITTEN.match(text):
            self.open[-1][1].add(found[1])
        elif found := POINT.match(text):
            self._point(found[1], found[2])
        return execute(sql, params, many, context)

    def _point(self, what, name):
        if what == "SAVEPOINT":
            self.open.append((name, set()))
            return
        place = next((order for order, (one, _) in enumerate(self.open) if one == name and order), None)
        if place is None:
            return
        kept = set().union(*(tables for _, tables in self.open[place:])) if what.startswith("RELEASE") else set()
        del self.open[place:]
        if what.startswith("RELEASE"):
            self.open[-1][1].update(kept)
        else:
            self.open.append((name, set()))

    @property
    def tables(self):
        """Names of the tables, without the traces of every request."""
        return set().union(*(tables for _, tables in self.open)) - TRACES


@contextmanager
def undone():
    """A transaction of which nothing stays: one for each request, because locks are kept to the end of one."""
    from django.db import connection, transaction

    whole = transaction.atomic()
    whole._from_testcase = True  # as Django's own TestCase: what asks for the outermost transaction gets it
    with whole:
        yield
        connection.needs_rollback = False
        transaction.set_rollback(True)
