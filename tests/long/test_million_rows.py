"""Lists, obligations and the outbox with a million rows: the same pages by the same queries as with a few."""

import datetime as dt
from http import HTTPStatus

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.http import urlencode

from assessments.tables.models import ScoreRow
from districts.file.models.district import District
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.notifications.enums import Message
from greendistrict.notifications.models import Notification
from greendistrict.notifications.services import notify
from greendistrict.policy.models import Setting
from greendistrict.signin import stamps
from greendistrict.workflow import outbox
from greendistrict.workflow.models import OutboxMessage
from obligations.open_counts import owed_in_sight
from obligations.selectors import due
from tests.factories.accounts import make_user
from tools.bench import seeding

pytestmark = [pytest.mark.long, pytest.mark.django_db]
HOUR = 3600
FAMILIES = 4  # of duties that read the districts
FEW, MANY = 200, 1_000_000  # Shanghai has some dozens of districts
SEARCHED = ({}, {"type": "new", "stage": "pilot"}, {"q": "城区77"}, {"page": "last"})
READ = """SELECT coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables WHERE relname = %s"""
DELIVERED = """
    INSERT INTO workflow_outboxmessage (kind, key, payload, created_at, attempts, unsure, done_at, error)
    SELECT 'notification', 'old ' || n, '{}', now(), 1, 0, now(), '' FROM generate_series(1, %s) AS n
"""


@pytest.fixture
def seeded(client):
    found = seeding.seed()
    client.force_login(found.officer)
    return found


def asked(client, path, **fields):
    """Answer of a page and how many queries it took, the second time.

    A page of a million rows can take longer than the minute after which a session's last use is stored again: that is put off.
    """
    session = client.session
    stamps.change(session, seen=stamps.now() + HOUR)
    session.save()
    for _ in range(2):
        with CaptureQueriesContext(connection) as caught:
            answer = client.get(f"{path}?{urlencode(fields)}")
        assert answer.status_code == HTTPStatus.OK
    return answer, len(caught)


def rows_read(model, act):
    """How many rows of a table the database looks at while something is done: a scan of the whole table shows, however quick."""

    def so_far():
        with connection.cursor() as cursor:
            cursor.execute(READ, [model._meta.db_table])
            return cursor.fetchone()[0]

    before = so_far()
    act()
    return so_far() - before


def test_the_list_of_districts(client, seeded):
    path = reverse("districts:district_list")
    seeding.more_districts(seeded, FEW)
    before = [asked(client, path, **fields)[1] for fields in SEARCHED]
    seeding.more_districts(seeded, MANY)
    after = [asked(client, path, **fields) for fields in SEARCHED]
    assert after[0][0].context["page"].paginator.count == District.objects.count() == MANY
    assert [queries for _, queries in after] == before
    assert all(0 < len(answer.context["page"].object_list) <= 50 for answer, _ in after)
    twice = rows_read(District, lambda: asked(client, path))
    assert 0 < twice < 2 * MANY + FEW  # one scan counts everything, the page reads its own rows


def test_the_list_of_obligations(client, seeded):
    path = reverse("obligations:obligation_list")
    director = make_user(Role.CITY_DIRECTOR, seeded.officer.posts.get().organisation, username="bench-director")
    Setting.objects.create(key="obligations_from", value="2001-01-01", by=director, at=clock.now(), reason="首次启用")
    District.objects.update(titled_on=dt.date(2001, 6, 11))
    seeding.more_districts(seeded, FEW)
    before = [asked(client, path, **fields)[1] for fields in ({}, {"page": "last"})]
    each = len(due(Viewer(None))) / FEW  # with some duties of no district
    seeding.more_districts(seeded, int(1.1 * MANY / each))
    after = [asked(client, path, **fields) for fields in ({}, {"page": "last"})]
    assert after[0][0].context["total"] > MANY
    assert [queries for _, queries in after] == before


def test_the_obligations_that_a_desk_counts(seeded):
    Setting.objects.create(key="obligations_from", value="2001-01-01", by=seeded.officer, at=clock.now(), reason="首次启用")
    District.objects.update(titled_on=dt.date(2001, 6, 11))
    seeding.more_districts(seeded, FEW)
    each = sum(entry.number for entry in owed_in_sight(Viewer(seeded.officer)).open_counts) / FEW
    seeding.more_districts(seeded, int(1.1 * MANY / each))
    counted = []
    read = rows_read(District, lambda: counted.extend(owed_in_sight(Viewer(seeded.officer)).open_counts))
    assert sum(entry.number for entry in counted) > MANY
    # Yearly papers, stage assessments, pilots and key areas read each district once, however many years it owes.
    assert 0 < read <= FAMILIES * District.objects.count() + FEW


def test_a_score_table_among_all_others(client, seeded):
    table = seeded.table
    own = table.rows.count()
    seeding.more_tables(seeded, MANY // own)
    assert ScoreRow.objects.count() > MANY
    client.force_login(seeded.preparer)
    assert 0 < rows_read(ScoreRow, lambda: asked(client, reverse("assessments:score_table", args=[table.pk]))) < 20 * own


def test_what_was_delivered_before_costs_the_next_message_nothing(seeded):
    with connection.cursor() as cursor:
        cursor.execute(DELIVERED, [MANY])
        cursor.execute("ANALYZE workflow_outboxmessage")
    assert notify(kind=Message.DIGEST, key="one more", receivers=[seeded.officer], title="到期") == 1
    assert 0 < rows_read(OutboxMessage, outbox.drain) < FEW
    assert list(Notification.objects.values_list("title", flat=True)) == ["到期"]
