"""The chain follows the order of commit; what somebody with every right in the database does to it is found."""

import datetime as dt
import json
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from greendistrict.audit import anchors, services
from greendistrict.audit.models import AuditPending, AuditRecord, AuditSeal
from greendistrict.audit.verification import verify
from greendistrict.core import clock, sealing
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_anchors(settings, tmp_path):
    settings.ANCHOR_DIR = tmp_path / "anchors"


def write(count, word="act"):
    return [services.record(action=f"test.{word}", by=None, data={"n": number}).pk for number in range(count)]


def force(*statements):
    """Do as the owner of the tables can: without triggers."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement, *values in statements:
            cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


def kinds():
    return {finding.kind: finding.numbers for finding in verify().findings}


def test_sealing_chains_in_order_and_repeats_without_effect():
    ids = write(3)
    assert AuditPending.objects.count() == 3
    assert services.seal() == 3
    assert services.seal() == 0
    assert [(seal.number, seal.record_id) for seal in AuditSeal.objects.all()] == list(enumerate(ids, 1))
    assert AuditPending.objects.count() == 0
    checked = verify()
    assert (checked.findings, checked.sealed, checked.anchored, checked.waiting) == ([], 3, 3, 0)


@pytest.mark.django_db(transaction=True)
def test_a_record_that_is_committed_late_is_sealed_late_and_no_alarm_is_given():
    begun, go_on = threading.Event(), threading.Event()

    def slow():
        try:
            with transaction.atomic():
                services.record(action="test.slow", by=None)
                begun.set()
                go_on.wait(20)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(slow)
        begun.wait(20)
        write(1, "quick")
        assert services.seal() == 1
        go_on.set()
        running.result()
    assert services.seal() == 1
    by_id = list(AuditRecord.objects.order_by("pk").values_list("action", flat=True))
    by_seal = [AuditRecord.objects.get(pk=seal.record_id).action for seal in AuditSeal.objects.all()]
    assert (by_id, by_seal) == (["test.slow", "test.quick"], ["test.quick", "test.slow"])
    assert kinds() == {}


@pytest.mark.django_db(transaction=True)
def test_what_was_rolled_back_leaves_no_gap_that_looks_like_a_deletion():
    write(1)
    with transaction.atomic():
        write(3)
        transaction.set_rollback(True)
    write(1)
    assert services.seal() == 2
    assert kinds() == {}


def three_seals_of_ten():
    ids = []
    for _ in range(3):
        ids += write(10)
        services.seal()
    return ids


DELETE = "DELETE FROM audit_auditrecord WHERE id = %s"


@pytest.mark.parametrize("at", [0, 14, 29])
def test_a_changed_and_a_deleted_record_are_named(at):
    ids = three_seals_of_ten()
    force(["UPDATE audit_auditrecord SET action = 'test.acT' WHERE id = %s", ids[at]])
    assert kinds() == {"changed": (ids[at],)}
    force([DELETE, ids[at]])
    assert kinds() == {"missing": (ids[at],)}


PAST = "2026-01-01T12:00:00+08:00"
FORGED = "INSERT INTO audit_auditrecord (at, stored_at, actor_name, action, subject, subject_label, data, request_id, address)"
FORGED += " VALUES (%s, %s, '演示某人', 'test.act', '', '', '{}', '', '') RETURNING id"


def forged(at, stored_at):
    with connection.cursor() as cursor:
        cursor.execute(FORGED, [at, stored_at])
        return cursor.fetchone()[0]


def test_a_record_that_states_another_time_than_the_databases_is_named(settings):
    """By whoever may write records: the database sets its own time, whatever is given."""
    write(3)
    services.seal()
    pk = forged(PAST, PAST)
    assert AuditRecord.objects.get(pk=pk).stored_at > clock.now() - dt.timedelta(minutes=5)
    services.seal()
    assert kinds() == {}, "business time walks in demonstrations and tests"
    settings.PRODUCTION = True
    assert kinds() == {"untimely": (pk,)}


@pytest.mark.parametrize("moment", [PAST, "2099-01-01T12:00:00+08:00", None])
def test_a_record_that_was_slipped_in_with_a_time_of_its_own_is_named(moment):
    """By the owner of the tables, with triggers off: it lies between seals of another time."""
    write(3)
    services.seal()
    pk = write(1)[0]
    force(("UPDATE audit_auditrecord SET stored_at = %s, at = coalesce(%s, at) WHERE id = %s", moment, moment, pk))
    services.seal()
    assert kinds() == {"untimely": (pk,)}


def test_records_from_before_the_time_of_the_database_are_held_against_their_seals(settings):
    first, second = write(2), write(2)
    force(("UPDATE audit_auditrecord SET stored_at = NULL",))
    force(("UPDATE audit_auditrecord SET at = %s WHERE id = %s", PAST, second[1]))
    services.seal()
    force(("UPDATE audit_auditseal SET stored_at = NULL",))
    assert kinds() == {}
    settings.PRODUCTION = True
    assert (kinds(), first[0] < second[1]) == ({"untimely": (second[1],)}, True)


def test_a_tail_that_is_cut_off_with_its_seals_is_noticed():
    ids = three_seals_of_ten()
    force(["DELETE FROM audit_auditseal WHERE number > 15"], ["DELETE FROM audit_auditrecord WHERE id > %s", ids[14]])
    assert kinds() == {"cut": (20, 30)}
    write(40)
    services.seal()  # numbers above the anchored ones are there again, other ones
    assert kinds() == {"resealed": (20, 30)}


def test_seals_taken_away_alone_leave_records_without_them():
    ids = three_seals_of_ten()
    force(["DELETE FROM audit_auditseal WHERE number > 28"])
    assert kinds() == {"cut": (30,), "unnoted": (ids[28], ids[29])}


def test_an_emptied_record_is_noticed_also_after_a_new_beginning():
    three_seals_of_ten()
    force(["DELETE FROM audit_auditseal"], ["DELETE FROM audit_auditrecord"])
    assert kinds() == {"foreign": (10, 20, 30)}
    write(50)
    services.seal()
    assert kinds() == {"foreign": (10, 20, 30)}


def test_one_deleted_and_everything_sealed_again_is_noticed():
    ids = three_seals_of_ten()
    force(
        [DELETE, ids[12]], ["DELETE FROM audit_auditseal"], ["INSERT INTO audit_auditpending (record_id) SELECT id FROM audit_auditrecord"]
    )
    services.seal()
    assert kinds() == {"resealed": (20,), "cut": (30,)}
    write(1)
    services.seal()
    assert kinds() == {"resealed": (20, 30)}


def test_a_record_deleted_before_its_seal_is_named_for_ever():
    first, second = write(2)
    force([DELETE, first])
    assert kinds() == {"lost": (first,)}
    services.seal()
    assert kinds() == {"lost": (first,)}
    assert AuditSeal.objects.get(record_id=first).content == ""
    assert second


def test_a_record_kept_from_its_seal_is_named():
    (pk,) = write(1)
    force(["DELETE FROM audit_auditpending"])
    assert kinds() == {"unnoted": (pk,)}


def change_line(number, change):
    lines = anchors.lines()
    anchors.path().write_text("".join(f"{line}\n" for line in change(lines, number)), encoding="utf-8")


def test_anchors_are_signed_and_chained():
    three_seals_of_ten()
    told = [anchors.parse(line) for line in anchors.lines()]
    assert [(anchor.number, anchor.count) for anchor in told] == [(10, 10), (20, 10), (30, 10)]
    assert all(sealing.verifies(sealing.public_pem(), anchor.signature, anchor.signed_bytes()) for anchor in told)
    assert (anchors.path().stat().st_mode & 0o777, anchors.path().parent.stat().st_mode & 0o777) == (0o600, 0o700)
    change_line(1, lambda lines, at: lines[:at] + lines[at + 1 :])
    assert kinds() == {"anchor_gap": (2,)}


def test_a_forged_anchor_is_named():
    three_seals_of_ten()

    def forge(lines, at):
        told = json.loads(lines[at])
        told["number"] = 29
        return [*lines[:at], json.dumps(told), *lines[at + 1 :]]

    change_line(2, forge)
    assert kinds() == {"signature": (3,)}


@pytest.mark.parametrize(
    ("name", "value"), [("number", "20"), ("number", [20]), ("count", None), ("signature", 5), ("digest", {}), ("number", True)]
)
def test_an_anchor_with_a_value_of_another_kind_is_named_and_hinders_no_later_one(name, value):
    three_seals_of_ten()
    change_line(2, lambda lines, at: [*lines[:at], json.dumps({**json.loads(lines[at]), name: value})])
    assert kinds() == {"signature": (3,)}
    write(1)
    services.seal()
    assert kinds() == {"signature": (3,)}


@pytest.mark.parametrize("line", ["", "null", "[1]", "5", "{}", "[" * 100_000])
def test_a_line_that_is_no_anchor_is_none(line):
    assert anchors.parse(line) is None


def test_missing_anchors_are_named_and_a_lost_one_is_made_up_for():
    write(2)
    services.seal()
    anchors.path().unlink()
    assert kinds() == {"no_anchor": ()}
    assert services.seal() == 0
    assert kinds() == {}


def test_the_command_and_the_page_say_what_is_damaged(client):
    client.force_login(make_user("audit_keeper"))
    ids = three_seals_of_ten()
    services.seal()
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert "全部相符" in out.getvalue()
    page = client.get("/audit/?verify=1").content.decode()
    assert "记录全部相符" in page
    force([DELETE, ids[3]])
    with pytest.raises(CommandError, match=f"封存后被删除的记录：{ids[3]}"):
        call_command("verify_audit", stdout=StringIO())
    page = client.get("/audit/?verify=1").content.decode()
    assert f"封存后被删除的记录：{ids[3]}" in page


def test_an_anchor_that_cannot_be_written_is_an_error_and_follows_later(settings, tmp_path):
    given = settings.ANCHOR_DIR
    (tmp_path / "file").touch()
    settings.ANCHOR_DIR = tmp_path / "file" / "no-folder"
    write(2)
    with pytest.raises(NotADirectoryError):
        services.seal()
    settings.ANCHOR_DIR = given
    services.seal()
    assert kinds() == {}
    assert anchors.parse(anchors.lines()[0]).number == 2
    assert Path(given).is_dir()


@pytest.mark.area("greendistrict/audit")
@pytest.mark.django_db(transaction=True)
def test_ten_thousand_events_of_overlapping_transactions_seal_without_a_false_alarm():
    chance = random.Random(11)  # noqa: S311 -- a plan that repeats
    plans = [[chance.randint(1, 9) for _ in range(200)] for _ in range(10)]
    written = sum(map(sum, plans))
    done = threading.Event()

    def work(plan, number):
        try:
            for step, count in enumerate(plan):
                with transaction.atomic():
                    write(count, f"w{number}")
                    if step % 7 == number % 7:
                        services.record(action="test.gone", by=None)
                        transaction.set_rollback(True)
        finally:
            connection.close()

    def sealing_all_the_time():
        try:
            while not done.wait(0.05):
                services.seal()
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        sealers = [pool.submit(sealing_all_the_time) for _ in range(2)]
        for job in [pool.submit(work, plan, number) for number, plan in enumerate(plans)]:
            job.result()
        done.set()
        for sealer in sealers:
            sealer.result()
    services.seal()
    kept = written - sum(count for number, plan in enumerate(plans) for step, count in enumerate(plan) if step % 7 == number % 7)
    write(max(0, 10_000 - kept))
    services.seal()
    checked = verify()
    assert checked.findings == []
    assert checked.sealed == AuditRecord.objects.count() >= 10_000
    seals = list(AuditSeal.objects.order_by("number").values_list("record_id", flat=True))
    assert seals != sorted(seals), "no two transactions overlapped"
    every_kind_of_damage_is_named(seals)


def every_kind_of_damage_is_named(ids):
    """One record altered, removed, two exchanged, the chain cut, the chain sealed again: each alone, then undone."""
    one, two, last = ids[len(ids) // 3], ids[len(ids) // 2], len(ids)
    exchanged = "UPDATE audit_auditseal SET record_id = CASE record_id WHEN %s THEN -%s ELSE -%s END WHERE record_id IN (%s, %s)"
    damages = {
        "altered": ([["UPDATE audit_auditrecord SET actor_name = 'x' WHERE id = %s", two]], {"changed": (two,)}),
        "removed": ([[DELETE, two]], {"missing": (two,)}),
        "reordered": (
            [[exchanged, one, two, one, one, two], ["UPDATE audit_auditseal SET record_id = -record_id WHERE record_id < 0"]],
            {"changed": (one, two), "unlinked": tuple(sorted((ids.index(one) + 1, ids.index(two) + 1)))},
        ),
        "cut": ([["DELETE FROM audit_auditseal WHERE number = %s", last], [DELETE, ids[-1]]], {"cut": (last,)}),
    }
    for name, (statements, named) in damages.items():
        with transaction.atomic():
            force(*statements)
            found = kinds()
            transaction.set_rollback(True)
        assert {kind: set(numbers) for kind, numbers in found.items()} == {kind: set(numbers) for kind, numbers in named.items()}, name
    with transaction.atomic():
        force(
            [DELETE, two], ["DELETE FROM audit_auditseal"], ["INSERT INTO audit_auditpending (record_id) SELECT id FROM audit_auditrecord"]
        )
        anchored = anchors.path().read_bytes()
        services.seal()
        anchors.path().write_bytes(anchored)
        found = kinds()
        transaction.set_rollback(True)
    assert set(found) <= {"resealed", "cut", "foreign"}
    assert found
    assert kinds() == {}
