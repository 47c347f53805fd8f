"""Receipts: signed at submission, checked with nothing but the file and the key."""

import json
import os
import subprocess
import sys
from copy import deepcopy
from http import HTTPStatus
from types import SimpleNamespace

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.urls import reverse

from assessments.tables.models import RowEvidence
from assessments.versions import receipts
from assessments.versions.models import Receipt
from assessments.versions.services import tables
from greendistrict.core import clock, sealing
from greendistrict.core.errors import Refused
from greendistrict.documents.services import store_bytes
from tests.factories.assessments import make_self_check, make_table
from tests.factories.districts import make_district
from tests.factories.received import at
from tests.files import pdf
from tests.steps import step

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
    assert content["submitted_at"].endswith("+08:00")
    assert content["table"]["number"].startswith("ZC-")
    assert content["content_sha256"] == version.digest
    assert [one["item_id"] for one in content["values"]] == [row["item_id"] for row in version.content["rows"]]
    [file] = content["files"]
    assert file["clauses"] == [{"item_id": "7.2.6", "page": None}, {"item_id": "7.2.7", "page": 3}]
    assert len(file["sha256"]) == 64
    assert content["counts"] == {"values": len(version.content["rows"]), "files": 1}
    assert len(content["report"]) == 5
    assert content["demo"] is True


def test_each_submission_has_a_receipt_of_its_own(people):
    table = make_self_check(people).table
    tables.submit_table(table=table, by=people.reviewer)
    table.refresh_from_db()
    tables.return_table(table=table, by=people.city_officer, reason="补充")
    tables.submit_table(table=table, by=people.reviewer)
    assert [one.number for one in Receipt.objects.order_by("pk")] == [f"HZ-{clock.today().year}-000{number}" for number in (1, 2)]


def test_what_is_refused_leaves_no_receipt(people):
    table = make_table(make_district(people, stage="pilot"), building=True)
    with pytest.raises(Refused):
        tables.submit_table(table=table, by=people.reviewer)
    assert not Receipt.objects.exists()


def test_the_command_finds_it_good(paths, capsys, plain):
    call_command("verify_receipt", paths[0], key=paths[1])
    said = capsys.readouterr().out
    assert f"回执有效：{plain.number}" in said
    assert "材料1件" in said


def test_a_receipt_written_out_anew_is_the_same_receipt(plain):
    again = json.dumps(json.loads(file_of(plain)), indent=4, sort_keys=True).encode()
    assert receipts.faults(receipts.read(again), plain.public_key) == []


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


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff", "文件不是 JSON"),
        (b"{", "文件不是 JSON"),
        (b"[" * 100_000, "文件不是 JSON"),
        (b"[]", "文件不是回执，或含有未签署的内容"),
        (b'{"receipt": {}, "signature": {}}', "文件不是回执，或含有未签署的内容"),
        (b'{"receipt": {}, "receipt": {}}', "同一项写了两次：receipt"),
        (b'{"receipt": {"a": NaN}}', "含有回执中不会有的数：NaN"),
        (b'{"receipt": {"a": 1.5}}', "含有回执中不会有的数：1.5"),
    ],
)
def test_what_is_no_receipt_is_said(content, reason):
    with pytest.raises(receipts.NoReceiptError, match=reason):
        receipts.read(content)


def test_nothing_may_stand_beside_what_is_signed(plain):
    content = json.loads(file_of(plain)) | {"note": "已批准"}
    with pytest.raises(receipts.NoReceiptError, match="未签署的内容"):
        receipts.read(json.dumps(content).encode())


def test_the_command_says_what_fails(paths, tmp_path):
    file, key = paths
    file.write_text(file.read_text().replace('"total": "', '"total": "9'))
    with pytest.raises(CommandError, match=SIGNATURE):
        call_command("verify_receipt", file, key=key)
    (tmp_path / "no.pem").write_text("no key")
    with pytest.raises(CommandError, match="公钥不是可读的 PEM 公钥"):
        call_command("verify_receipt", file, key=tmp_path / "no.pem")
    with pytest.raises(CommandError, match="读不到文件"):
        call_command("verify_receipt", tmp_path / "none.json", key=key)


@pytest.mark.slow
def test_it_needs_no_database_and_starts_none(paths, tmp_path):
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    environment |= {"GD_STATE_DIR": str(tmp_path / "state"), "DJANGO_SETTINGS_MODULE": "greendistrict.settings"}
    words = [sys.executable, "manage.py", "verify_receipt", str(paths[0]), "--key", str(paths[1])]
    good = subprocess.run(words, cwd=django_settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)
    assert (good.returncode, good.stderr) == (0, "")
    paths[0].write_text("{}")
    bad = subprocess.run(words, cwd=django_settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)
    assert bad.returncode == 1
    assert "文件不是回执" in bad.stderr
    assert not (tmp_path / "state").exists()


def address(name, receipt):
    return reverse(f"assessments:{name}", args=[receipt.version.table_id, receipt.version.number])


def test_page_file_and_key_are_for_those_who_see_the_table(client, receipt, people):
    for name in ("table_receipt", "receipt_file", "receipt_key"):
        client.force_login(people.outsider_preparer)
        assert client.get(address(name, receipt)).status_code == HTTPStatus.NOT_FOUND
        for person in (people.preparer, people.reviewer, people.city_officer):
            client.force_login(person)
            assert client.get(address(name, receipt)).status_code == HTTPStatus.OK
    assert "7.2.6、7.2.7（第3页）" in client.get(address("table_receipt", receipt)).content.decode()
    file = client.get(address("receipt_file", receipt))
    assert receipts.faults(receipts.read(file.content), client.get(address("receipt_key", receipt)).content.decode()) == []
    assert "attachment" in file["Content-Disposition"]


def test_a_version_from_before_has_none_and_says_so(preparer, receipt):
    table, number = receipt.version.table, receipt.version.number
    receipt.delete()
    assert preparer.get(reverse("assessments:table_receipt", args=[table.pk, number])).status_code == HTTPStatus.NOT_FOUND
    page = preparer.get(reverse("assessments:selfcheck_receipt", args=[table.self_check.pk])).content.decode()
    assert "签名回执启用以前提交" in page
    assert preparer.get(reverse("assessments:table_version", args=[table.pk, number])).status_code == HTTPStatus.OK
