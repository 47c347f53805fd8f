"""Tables frozen at submission: what blocks it, what a version keeps, its receipt; versions compared, a cell's history."""

import json
import os
import subprocess
import sys
from copy import deepcopy
from types import SimpleNamespace

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.findings.selectors.plausibility import findings
from assessments.tables.lifecycle import TABLE
from assessments.tables.models import RowChange, RowEvidence, ScoreRow, ScoreTable
from assessments.tables.selectors.scoring import rows_of, rows_of_version, score_rows
from assessments.tables.selectors.tables import result_of
from assessments.tables.services.cells import save_cell
from assessments.versions import receipts
from assessments.versions import selectors as states
from assessments.versions import services as tables
from assessments.versions.models import Receipt
from assessments.versions.services import digest_of, restore_version
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock, sealing
from greendistrict.core.errors import Closed, NotAllowed, Refused, Stale
from greendistrict.documents.services import store_bytes
from greendistrict.workflow.models import OutboxMessage, TransitionRecord
from greendistrict.workflow.procedure import procedure_of
from indicators.editions.models import Edition
from tests.assessments.browsing import lacking, put, row_of, text_of, url
from tests.factories.assessments import make_self_check
from tests.factories.received import at
from tests.factories.reviews import Scene
from tests.files import pdf
from tests.refusing import refuses
from tests.steps import step

pytestmark = pytest.mark.django_db


@pytest.fixture
def table(people):
    return make_self_check(people).table


def blocking(table):
    return [one for one in findings(table, clock.today()) if one.blocks]


def test_what_is_frozen_is_what_the_rows_score_and_a_later_edition_changes_nothing(table, people):
    live = result_of(table).as_json()
    version = tables.submit_table(table=table, by=people.reviewer)
    assert (version.content["result"], version.digest) == (live, digest_of(version.content))
    assert score_rows(table, rows_of_version(version).values()).result.as_json() == live
    table.refresh_from_db()
    assert (table.status, table.result, table.edition.status) == ("submitted", live, "frozen")
    kept, digest = version.content, version.digest
    Edition.objects.filter(pk=table.edition_id).update(title="改过的名称", digest="0" * 64)
    version.refresh_from_db()
    assert (version.content, version.digest, digest_of(version.content)) == (kept, digest, digest)


def test_a_return_opens_the_next_version_with_its_own_receipt_and_one_counts(table, people):
    tables.submit_table(table=table, by=people.reviewer)
    table.refresh_from_db()
    tables.return_table(table=table, by=people.city_officer, reason="补充 7.2.7")
    save_cell(table=table, item_id="7.2.7", field="value", value="12", version=0, token="", by=people.preparer)
    second = tables.submit_table(table=table, by=people.reviewer)
    table.refresh_from_db()
    tables.receive_table(table=table, by=people.city_officer)
    assert [(one.number, one.counts) for one in table.versions.order_by("number")] == [(1, False), (2, True)]
    assert next(row for row in second.content["rows"] if row["item_id"] == "7.2.7")["value"] == "12"
    assert [one.number for one in Receipt.objects.order_by("pk")] == [f"HZ-{clock.today().year}-000{number}" for number in (1, 2)]


def test_unbuilt_rows_need_no_value_and_earn_nothing(table):
    before, row = result_of(table).total, ScoreRow.objects.filter(table=table, item_id="7.2.7")
    row.update(build_state="not_started")
    assert result_of(table).total < before
    row.update(value=None)
    assert blocking(table) == []


def test_declared_absence_with_full_marks_needs_evidence(table, people):
    save_cell(table=table, item_id="5.2.6", field="absent_reason", value="区内无积水点", version=0, token="", by=people.preparer)
    assert [(one.item_id, one.text) for one in blocking(table)] == [("5.2.6", "声明不存在须附佐证材料")]


def test_a_chapter_declared_out_whole_blocks_by_name(table):
    ScoreRow.objects.filter(table=table, item_id__startswith="7.2").update(exclusion_reason="无")
    assert "低碳高效的评分项全部不参评" in blocking(table)[0].text


ITEMS = ("7.2.7", "7.2.6", "7.2.25")
EDITS = st.lists(
    st.tuples(st.sampled_from(ITEMS), st.decimals(0, 100, places=1, allow_nan=False, allow_infinity=False), st.integers(0, 3)), max_size=12
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=EDITS)
def test_after_any_edits_a_reload_shows_the_last_that_was_taken(table, people, edits):
    def standing():
        rows = rows_of(table.pk)[table.pk]
        return {name: (rows[name].value, rows[name].version) for name in ITEMS}

    expected = standing()
    for item_id, number, behind in edits:
        typed = {"field": "value", "value": f"{number:f}", "version": expected[item_id][1] - behind, "token": ""}
        try:
            saved = save_cell(table=table, item_id=item_id, by=people.preparer, **typed)
            expected[item_id] = (saved.value, saved.version)
        except Stale:
            assert behind
    assert standing() == expected


def test_submission_makes_what_its_row_says_and_receipt_names_the_version(people, table):
    steps = procedure_of(table).steps
    assert {action: row.makes for action, row in steps.items() if row.makes} == {"submit": ("version", "receipt")}
    assert {step.action for step in TABLE.transitions} == set(steps)
    version = tables.submit_table(table=table, by=people.reviewer)
    assert Receipt.objects.get().version == version
    assert AuditRecord.objects.get(action="score_table.freeze").data == {"version": 1, "digest": version.digest}
    tables.receive_table(table=table, by=people.city_officer)
    assert TransitionRecord.objects.get(machine="score_table", action="receive").facts == {"version": 1}
    assert (table.status, table.version, table.versions.get().counts) == ("received", 2, True)
    assert not OutboxMessage.objects.exists(), "the matter tells of its table, the table tells nobody"


def test_a_refused_submission_leaves_neither_version_nor_state(people, table):
    table.rows.filter(item_id__in=["7.2.7", "7.2.6"]).update(value=None)
    with pytest.raises(Refused, match="可再生能源替代率") as refused:
        tables.submit_table(table=table, by=people.reviewer)
    assert len(refused.value.refusals) == len(blocking(table)) == 2
    table.refresh_from_db()
    assert (table.status, table.version, table.versions.count(), Receipt.objects.count()) == ("open", 0, 0, 0)


def test_nothing_is_received_that_was_not_frozen(people, table):
    type(table).objects.filter(pk=table.pk).update(status="submitted")
    refuses("没有已提交的版本", tables.receive_table, table=table, by=people.city_officer)


pytestmark = pytest.mark.django_db


@pytest.fixture
def returned(table, people):
    """Submitted once and returned."""
    tables.submit_table(table=table, by=people.reviewer)
    table.refresh_from_db()
    tables.return_table(table=table, by=people.city_officer, reason="补充")
    return table


def type_in(table, people, item_id, field, text):
    row = row_of(table, item_id)
    save_cell(table=table, item_id=item_id, field=field, value=text, version=row.version, token="", by=people.preparer)


def compare(client, table, **sides):
    return client.get(url("table_compare", table, **sides))


def edited(table, people):
    type_in(table, people, "7.2.7", "value", "12.5")
    type_in(table, people, "7.2.7", "explanation", "按年报更正")
    type_in(table, people, "7.2.6", "build_state", "not_started")
    file = store_bytes(owner=table, content=pdf(), name="a.pdf", content_type="application/pdf", kind="clause", title="年报")
    RowEvidence.objects.create(row=table.rows.get(item_id="7.2.6"), document=file)


def sides(people, table):
    """What was submitted first, and what stands now."""
    return [states.state_of(Viewer(people.preparer), table, key) for key in ("1", "now")]


def test_a_version_and_the_table_now_differ_in_exactly_what_was_changed(people, returned):
    edited(returned, people)
    old, new = sides(people, returned)
    found = states.differences(old, new)
    assert sorted((one.item_id, one.label, one.old, one.new) for one in found) == sorted([
        ("7.2.7", "取值", "100%", "12.5%"), ("7.2.7", "说明", "未填", "按年报更正"),
        ("7.2.6", "建设情况", "实施中", "未启动"), ("7.2.6", "佐证材料", "—", "年报"),
    ])  # fmt: skip
    assert next(one for one in found if one.label == "取值").points.startswith("12.00分 → ")
    assert states.differences(old, old) == []


def test_frozen_versions_compare_as_they_were_frozen(officer, people, returned):
    edited(returned, people)
    tables.submit_table(table=returned, by=people.reviewer)
    put(returned, "7.2.7", value="77")
    page = compare(officer, returned)
    assert (page.context["new"].key, page.context["old"].key, bool(page.context["restorable"])) == ("2", "1", False)
    assert "12.5%" in text_of(page)
    assert "77" not in {one.new for one in page.context["found"]}


def test_years_are_compared_and_only_those_in_sight(client, people, returned):
    last = make_self_check(people, district=returned.district, year=2025).table
    tables.submit_table(table=last, by=people.reviewer)
    client.force_login(people.preparer)
    page = compare(client, returned, old=f"{last.pk}-1", new="1")
    assert (bool(page.context["comparable"]), lacking(page, "2025年度第1版")) == (True, (200, []))
    assert {compare(client, returned, old=key).status_code for key in ("9", "x", "1-", "999999-1", "-", "٣")} == {404}
    client.force_login(people.outsider_preparer)
    assert compare(client, returned).status_code == 404


def test_the_city_sees_no_unsubmitted_state(officer, returned):
    page = compare(officer, returned)
    assert [choice.key for choice in page.context["choices"]] == ["1"]
    assert url("table_receipt", returned, 1) in text_of(page)
    assert compare(officer, returned, new="now").status_code == 404


def addresses_of(table, item):
    return [url("table_history", table), url("row_history", table, item), url("score_table", table, item=item)]


# Values above 60: a page holds the second at which it was saved, such as "12.583223".
@pytest.mark.parametrize("seat", ["city_officer", "city_director", "secretariat", "partner"])
def test_those_who_may_not_see_drafts_read_versions_and_no_keystrokes(client, people, returned, seat):
    addresses, secrets = addresses_of(returned, "7.2.7"), ["81.1", "83.3", "82.5", people.preparer.name]
    for typed in secrets[:3]:
        type_in(returned, people, "7.2.7", "value", typed)
    client.force_login(people.everybody[seat])
    assert [word for address in addresses for word in secrets if word in text_of(client.get(address))] == []
    tables.submit_table(table=returned, by=people.reviewer)
    if seat == "partner":
        ScoreTable.objects.filter(pk=returned.pk).update(status="received")
        returned.versions.filter(number=2).update(counts=True)
    for address in addresses:
        assert lacking(client.get(address), "82.5", "第2版", *secrets[:2]) == (200, secrets[:2]), address
    assert people.preparer.name not in text_of(client.get(addresses[0]))
    client.force_login(people.preparer)
    assert "83.3" in text_of(client.get(addresses[0]))


def test_an_expert_of_the_panel_reads_no_keystrokes(client):
    scene = Scene().to_scoring()
    row, writer = scene.table.rows.get(item_id="7.2.7"), scene.people.preparer
    row.changes.create(field="value", old="81.1", new="83.3", at=clock.now(), by=writer)
    addresses = addresses_of(scene.table, "7.2.7")
    client.force_login(scene.members[0].expert.user)
    pages = [client.get(address) for address in (*addresses, url("review_clause", scene.review, "7.2.7"))]
    assert {page.status_code for page in pages[:2]} <= {200, 404}
    assert [word for page in pages for word in ("81.1", "83.3", writer.name) if word in text_of(page)] == []
    client.force_login(writer)
    assert "83.3" in text_of(client.get(addresses[0]))


def test_the_history_of_a_cell_says_who_when_from_and_to(client, people, returned):
    edited(returned, people)
    client.force_login(people.reviewer)
    history = url("row_history", returned, "7.2.7")
    page, only = text_of(client.get(history)), text_of(client.get(history, {"field": "value"}))
    assert page.index("按年报更正") < page.index("12.5%")
    assert people.preparer.name in page
    assert ("12.5%" in only, "按年报更正" in only) == (True, False)
    assert client.get(url("row_history", returned, "99.9")).status_code == 404
    assert history in text_of(client.get(url("score_table", returned, item="7.2.7")))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_history_takes_the_same_queries_for_any_number(preparer, people, returned, rows, django_assert_max_num_queries):
    for number in range(rows):
        type_in(returned, people, "7.2.7", "value", f"{number + 10}")
    preparer.get(url("table_history", returned))
    with django_assert_max_num_queries(9):
        assert text_of(preparer.get(url("table_history", returned))).count("7.2.7　") == rows


def test_changes_are_given_up_after_asking_and_leave_their_history(preparer, people, returned):
    edited(returned, people)
    assert compare(preparer, returned).context["restorable"]
    address, row = url("table_restore", returned, 1), ScoreRow.objects.filter(table=returned, item_id="7.2.7")
    assert "放弃" in text_of(preparer.post(address))
    assert row.get().value == "12.5"
    assert preparer.post(address, {"confirmed": "yes"}).status_code == 302
    assert (row.get().value, row.get().explanation) == ("100", "")
    assert RowChange.objects.filter(row__in=row, field="value").order_by("-pk").first().old == "12.5"
    assert AuditRecord.objects.get(action="table.restore").data["items"] == ["7.2.6", "7.2.7"]
    assert [one.label for one in states.differences(*sides(people, returned))] == ["佐证材料"]


def test_only_the_newest_version_of_an_open_table_by_who_fills_it_in(people, returned):
    def restore(number, by=people.preparer):
        return restore_version(table=returned, version=returned.versions.get(number=number), by=by)

    refuses(NotAllowed, restore, 1, people.reviewer)
    tables.submit_table(table=returned, by=people.reviewer)
    refuses(Closed, restore, 1)
    ScoreTable.objects.filter(pk=returned.pk).update(status="returned")
    refuses("只能恢复到最近提交的一版", restore, 1)
    assert restore(2) == 0


pytestmark = pytest.mark.django_db


_kept = {}


@pytest.fixture
def plain(request):
    """A receipt as plain values; made once, for tests that only read it."""
    if not _kept:
        made = request.getfixturevalue("receipt")
        _kept.update(number=made.number, content=made.content, signature=made.signature, public_key=made.public_key)
    return SimpleNamespace(**_kept)


@pytest.fixture
def receipt(people):
    check = make_self_check(people)
    file = store_bytes(owner=check.table, content=pdf(), name="监测.pdf", content_type="application/pdf", kind="clause", title="监测报告")
    for item_id, page in (("7.2.7", 3), ("7.2.6", None)):
        RowEvidence.objects.create(row=check.table.rows.get(item_id=item_id), document=file, page=page)
    with clock.at(at(2027, 3, 10)):
        step(check, "hand_up", people.preparer)
        step(check, "sign", people.reviewer)
    return check.table.versions.get().receipt


def file_of(receipt):
    return receipts.document(receipt.content, key=sealing.key_id(receipt.public_key), signature=receipt.signature)


@pytest.fixture
def paths(plain, tmp_path):
    (tmp_path / "receipt.json").write_bytes(file_of(plain))
    (tmp_path / "key.pem").write_text(plain.public_key)
    return tmp_path / "receipt.json", tmp_path / "key.pem"


def test_a_submission_is_answered_with_number_time_values_and_files(receipt):
    version, content = receipt.version, receipt.content
    assert receipt.number == content["number"] == "HZ-2027-0001"
    assert (content["submitted_at"][-6:], content["table"]["number"][:3]) == ("+08:00", "ZC-")
    assert (content["content_sha256"], content["demo"], len(content["report"])) == (version.digest, True, 5)
    assert [one["item_id"] for one in content["values"]] == [row["item_id"] for row in version.content["rows"]]
    [file] = content["files"]
    assert file["clauses"] == [{"item_id": "7.2.6", "page": None}, {"item_id": "7.2.7", "page": 3}]
    assert len(file["sha256"]) == 64
    assert content["counts"] == {"values": len(version.content["rows"]), "files": 1}


def test_a_receipt_written_out_anew_is_the_same_receipt_and_nothing_stands_beside_it(plain):
    content = json.loads(file_of(plain))
    again = json.dumps(content, indent=4, sort_keys=True).encode()
    assert receipts.faults(receipts.read(again), plain.public_key) == []
    with pytest.raises(receipts.NoReceiptError, match="未签署的内容"):
        receipts.read(json.dumps(content | {"note": "已批准"}).encode())


SIGNATURE = "签名不符：回执的内容与签署时不同"


def changed(receipt, change):
    content = deepcopy(json.loads(file_of(receipt)))
    change(content)
    return receipts.faults(receipts.read(json.dumps(content).encode()), receipt.public_key)


def other_value(content):
    next(one for one in content["receipt"]["values"] if one["item_id"] == "7.2.7")["value"] = "99"


def other_value_and_digest(content):
    other_value(content)
    row = next(one for one in content["receipt"]["values"] if one["item_id"] == "7.2.7")
    row["sha256"] = receipts.digest({name: value for name, value in row.items() if name != "sha256"})


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (other_value, [SIGNATURE, "条文 7.2.7 的内容与其校验值不符"]),
        (other_value_and_digest, [SIGNATURE]),
        (lambda found: found["receipt"].update(submitted_at="2026-01-01T00:00:00+08:00"), [SIGNATURE]),
        (lambda found: found["receipt"]["files"].clear(), [SIGNATURE, "材料应为1，文件中有0"]),
        (lambda found: found["receipt"]["files"][0].update(sha256="0" * 64), [SIGNATURE]),
        (lambda found: found["receipt"].update(extra="x"), [SIGNATURE]),
        (lambda found: found["signature"].update(value="AAAA"), [SIGNATURE]),
        (lambda found: found["signature"].update(key="0" * 16), ["回执由另一把密钥（0000000000000000）签署，给的公钥是{key}"]),
    ],
)
def test_what_was_altered_is_named(plain, change, expected):
    key = sealing.key_id(plain.public_key)
    assert changed(plain, change) == [text.replace("{key}", key) for text in expected]


@pytest.mark.parametrize(("content", "reason"), [
    *((content, "文件不是 JSON") for content in (b"\xff", b"{", b"[" * 100_000)),
    *((content, "文件不是回执，或含有未签署的内容") for content in (b"[]", b'{"receipt": {}, "signature": {}}')),
    (b'{"receipt": {}, "receipt": {}}', "同一项写了两次：receipt"),
    *((b'{"receipt": {"a": %s}}' % number.encode(), f"含有回执中不会有的数：{number}") for number in ("NaN", "1.5")),
])  # fmt: skip
def test_what_is_no_receipt_is_said(content, reason):
    with pytest.raises(receipts.NoReceiptError, match=reason):
        receipts.read(content)


def test_the_command_finds_it_good_or_says_what_fails(paths, tmp_path, capsys, plain):
    file, key = paths
    call_command("verify_receipt", file, key=key)
    said = capsys.readouterr().out
    assert (f"回执有效：{plain.number}" in said, "材料1件" in said) == (True, True)
    file.write_text(file.read_text().replace('"total": "', '"total": "9'))
    (tmp_path / "no.pem").write_text("no key")
    for receipt, pem, words in (
        (file, key, SIGNATURE), (file, tmp_path / "no.pem", "公钥不是可读的 PEM 公钥"), (tmp_path / "none.json", key, "读不到文件"),
    ):  # fmt: skip
        with pytest.raises(CommandError, match=words):
            call_command("verify_receipt", receipt, key=pem)


@pytest.mark.slow
def test_it_needs_no_database_and_starts_none(paths, tmp_path):
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    environment |= {"GD_STATE_DIR": str(tmp_path / "state"), "DJANGO_SETTINGS_MODULE": "greendistrict.settings"}
    words = [sys.executable, "manage.py", "verify_receipt", str(paths[0]), "--key", str(paths[1])]

    def verified():
        done = subprocess.run(words, cwd=django_settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stderr

    assert verified() == (0, "")
    paths[0].write_text("{}")
    code, said = verified()
    assert (code, "文件不是回执" in said, (tmp_path / "state").exists()) == (1, True, False)


def test_page_file_and_key_are_for_those_who_see_the_table(client, receipt, people):
    def page(name):
        return client.get(url(name, receipt.version.table, receipt.version.number))

    for user, status in ((people.outsider_preparer, 404), (people.preparer, 200), (people.reviewer, 200), (people.city_officer, 200)):
        client.force_login(user)
        assert {page(name).status_code for name in ("table_receipt", "receipt_file", "receipt_key")} == {status}
    assert "7.2.6、7.2.7（第3页）" in text_of(page("table_receipt"))
    file = page("receipt_file")
    assert "attachment" in file["Content-Disposition"]
    assert receipts.faults(receipts.read(file.content), text_of(page("receipt_key"))) == []


def test_a_version_from_before_has_none_and_says_so(preparer, receipt):
    table, number = receipt.version.table, receipt.version.number
    receipt.delete()
    assert [preparer.get(url(name, table, number)).status_code for name in ("table_receipt", "table_version")] == [404, 200]
    assert "签名回执启用以前提交" in text_of(preparer.get(url("selfcheck_receipt", table.self_check)))
