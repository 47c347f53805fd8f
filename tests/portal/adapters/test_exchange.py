"""What holds for every adapter: off by default, each item once, nothing lost, every outcome on record, the keeper's pages alone."""

import json
import os
import re
import runpy
from dataclasses import replace

import pytest
from django.conf import settings as configured
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse

from greendistrict import env
from greendistrict.accounts.credit_codes import wrong_with
from greendistrict.audit.models import AuditRecord
from greendistrict.celery import app
from greendistrict.core import leases
from greendistrict.core.errors import Refused
from greendistrict.workflow import outbox
from portal.adapters.catalogue import ADAPTERS
from portal.adapters.declaration import KEY, OutItem
from portal.adapters.figures import figures
from portal.adapters.models import AdapterLook, Exchange, ExchangeItem
from portal.adapters.services import exchange, exchange_all
from portal.adapters.transports import Address, Folder, NotReached
from portal.tasks import exchange as run_task
from scripts.adapters_table import sections
from tests.factories.accounts import make_user
from tests.factories.districts import make_district
from tests.portal.adapters.office import TOKEN

pytestmark = pytest.mark.django_db
LIST, PAGE = "portal:adapters", "portal:adapter"
SETTINGS = str(configured.BASE_DIR / "greendistrict/settings/adapters.py")


@pytest.fixture
def keeper(client):
    person = make_user("system_keeper", name="管甲")
    client.force_login(person)
    return person


def test_nothing_is_exchanged_unless_it_is_set(client, keeper):
    assert configured.ADAPTERS == {}
    assert "exchange" not in configured.CELERY_BEAT_SCHEDULE
    assert (exchange_all(), exchange("oa")) == (0, [])
    page = client.get(reverse(LIST)).content.decode()
    assert all(one.name in page and f"没有设置{one.setting}" in page for one in ADAPTERS.values())
    told = client.post(reverse("portal:adapter_run", args=["oa"]), follow=True).content.decode()
    assert "没有开启" in told
    assert not Exchange.objects.exists()


@pytest.mark.parametrize(
    ("value", "is_fine"),
    [("", True), ("/srv/oa", True), ("hand", True), ("https://oa.example/in?of=1", True), ("oa", False), ("http://oa.example/", False),
     ("https://user@oa.example/", False), ("https://oa.example/#x", False)],
)  # fmt: skip
def test_a_place_is_a_folder_an_https_address_or_a_hand(monkeypatch, value, is_fine):
    monkeypatch.setenv("GD_ADAPTER_OA", value)
    if is_fine:
        assert env.exchange_place("GD_ADAPTER_OA") == value
    else:
        with pytest.raises(ImproperlyConfigured):
            env.exchange_place("GD_ADAPTER_OA")


def test_the_figures_of_the_home_page_go_out_once_a_day(client, office):
    make_district(name="演示外地城区（虚构）")
    [made] = exchange("figures")
    assert (made.items, made.result, made.by) == (1, "done", None)
    [[sent]] = office.taken.values()
    assert sent["figures"] == figures()
    shown = client.get(reverse("portal:home")).context["metrics"]
    assert [(one["label"], str(one["value"])) for one in shown] == [(one["name"], one["value"]) for one in sent["figures"]]
    assert "演示" not in json.dumps(sent, ensure_ascii=False)
    assert exchange("figures") == []
    assert len(office.taken) == 1


def test_what_was_not_taken_is_sent_again_and_told_once(office):
    office.plan = [503]
    [made] = exchange("figures")
    assert (made.result, made.items) == ("failed", 0)
    assert "HTTP 503" in made.error
    office.plan = [503]
    assert exchange("figures") == [], "the same failure is on record already"
    assert "HTTP 503" in AdapterLook.objects.get(adapter="figures").error
    [made] = exchange("figures")
    assert made.result == "done"
    assert AdapterLook.objects.get(adapter="figures").error == ""


@pytest.mark.parametrize(("status", "why"), [(302, "不跟随"), (401, "不认这个令牌"), (422, "对方不收")])
def test_an_answer_that_is_no_success_says_why(office, status, why):
    office.plan = [status]
    [made] = exchange("figures")
    assert why in made.error
    assert len(office.asked) == 1, "nobody is followed elsewhere"
    assert not ExchangeItem.objects.exists()


def test_a_wrong_token_a_slow_answer_a_stranger_and_nobody_are_told_apart(office, settings):
    def told():
        with pytest.raises(NotReached) as why:
            list(Address(settings.ADAPTERS["figures"], settings.ADAPTER_TOKENS["figures"]).parcels())
        return str(why.value)

    settings.ADAPTER_TOKENS["figures"] = "another"
    assert "令牌" in told()
    office.delay, settings.ADAPTER_SECONDS = 3, 1
    assert "1秒内没有答完" in told()
    office.delay, settings.ADAPTER_CA = 0, ""
    assert "证书不可信" in told()
    settings.ADAPTERS["figures"] = "https://localhost:9/"
    assert "连接被拒绝" in told()


def test_too_large_and_broken_files_are_put_aside_with_the_reason(folder, settings):
    settings.ADAPTER_MAX_BYTES = 1024 * 1024
    into = folder / "oa" / "in"
    (into / "a.json").write_bytes(b"x" * (settings.ADAPTER_MAX_BYTES + 1))
    (into / "b.json").write_bytes(b"\xff\xfe{")
    (into / "c.json").write_text("[" * 100_000)
    (into / "d.json").write_text('{"items": {}}')
    (into / "e.json").symlink_to("/etc/hostname")
    (into / "f.json").write_text('{"items": [1, {"key": ""}, {"key": "\\ud800"}]}')
    (into / "h.json").mkdir()
    (into / "i.json").write_text('{"items": [{"key": "1", "x": NaN}]}')
    (into / "j.json").write_text('{"items": [{"key": "1", "a\\u0000": 1}]}')
    (into / ".g.json").write_text("still being written")
    [made] = exchange("oa")
    assert made.result == "failed"
    reasons = {path.name: path.read_text("utf-8") for path in (folder / "oa/refused").glob("*.txt")}
    assert {name[0]: "".join(words.split()) for name, words in reasons.items()} == {
        "a": "超过1MB的上限", "b": "不是UTF-8的JSON", "c": "不是UTF-8的JSON", "d": "没有“items”列表", "e": "读不到（是链接）",
        "h": "不是普通文件", "i": "不是UTF-8的JSON", "j": "有不能保存的字符（NUL）",
        "f": "不是UTF-8的JSON",
    }  # fmt: skip
    assert [path.name for path in into.iterdir()] == [".g.json"]


def test_a_folder_that_is_away_loses_nothing(folder, settings):
    settings.ADAPTERS["figures"] = str(folder / "away")
    [made] = exchange("figures")
    assert "没有这个文件夹" in made.error
    (folder / "away").mkdir()
    assert exchange("figures")[0].result == "done"
    [file] = (folder / "away/out").iterdir()
    before = file.read_bytes()
    Folder(str(folder / "away")).send("figures", OutItem(file.stem, {"day": json.loads(before)["day"]}))
    assert [path.name for path in (folder / "away/out").iterdir()] == [file.name], "written as a whole, nothing left beside"


def test_the_fault_of_one_adapter_stops_no_other(folder, settings, monkeypatch, caplog):
    monkeypatch.setitem(settings.ADAPTERS, "oa", "https://[/")
    assert exchange_all() == 1
    assert Exchange.objects.get().adapter == "figures"
    assert "详见日志" in AdapterLook.objects.get(adapter="oa").error


def test_nobody_changes_what_is_on_record(folder):
    exchange("figures")
    for model in (Exchange, ExchangeItem):
        for change in (lambda rows: rows.update(adapter="x"), lambda rows: rows.delete()):
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                change(model.objects.all())


def test_a_keeper_asks_for_an_exchange_and_reads_what_came_of_it(client, keeper, folder, django_capture_on_commit_callbacks):
    address = reverse("portal:adapter_run", args=["figures"])
    assert client.post(address).status_code == 302
    assert "过一分钟再试" in client.post(address, follow=True).content.decode()
    assert AuditRecord.objects.get(action="portal.run_adapter").actor_id == keeper.pk
    message = outbox.waiting().get(kind="adapter_run")
    assert run_task(message.payload["adapter"], message.payload["by"]) == 1
    assert run_task(message.payload["adapter"], message.payload["by"]) == 1, "asked for by hand it is on record also without news"
    page = client.get(reverse(LIST)).content.decode()
    assert "管甲" in page
    assert "没有新内容" in page
    assert ExchangeItem.objects.get().key in client.get(reverse(PAGE, args=["figures"])).content.decode()
    rows = client.get(reverse(LIST), {"result": "done"}).context["exchanges"]
    assert [one.result for one, _, _ in rows] == ["done"]
    assert client.get(reverse(LIST), {"result": "bad"}).status_code == 200


def test_a_keeper_carries_public_figures_and_brings_files(client, keeper, settings):
    settings.ADAPTERS = {"oa": "hand", "figures": "hand", "credit": "hand"}
    assert exchange_all() == 0
    carry = reverse("portal:adapter_carry", args=["figures"])
    first, second = (json.loads(client.post(carry).content) for _ in range(2))
    assert first == second, "a lost file is made again"
    assert first["items"][0]["figures"] == figures()
    assert Exchange.objects.filter(adapter="figures", by=keeper).count() == 2
    assert ExchangeItem.objects.count() == 1
    refused = client.post(reverse("portal:adapter_carry", args=["oa"]), follow=True).content.decode()
    assert "不公开" in refused
    bring = reverse("portal:adapter_bring", args=["credit"])
    given = {"key": "c-1", "code": "x", "name": "演示甲公司（虚构）"}
    file = SimpleUploadedFile("a.json", json.dumps({"items": [given]}).encode())
    assert "统一社会信用代码是18位" in client.post(bring, {"file": file}, follow=True).content.decode()
    assert client.post(bring).status_code == 422
    settings.ADAPTER_MAX_BYTES = 10
    file = SimpleUploadedFile("a.json", b"x" * 11)
    assert client.post(bring, {"file": file}).status_code == 422
    assert client.post(reverse("portal:adapter_bring", args=["figures"]), {"file": SimpleUploadedFile("a.json", b"{}")}).status_code == 422


@pytest.mark.parametrize("seat", ["security_keeper", "audit_keeper", "city_officer", "city_director", "preparer", "expert"])
def test_only_the_system_keeper_opens_the_pages(client, seat, folder):
    client.force_login(make_user(seat))
    for name in ("adapter", "adapter_run", "adapter_bring", "adapter_carry"):
        method = client.get if name == "adapter" else client.post
        assert method(reverse(f"portal:{name}", args=["oa"])).status_code == 404
    assert client.get(reverse(LIST)).status_code == 404


def test_every_adapter_has_its_form_on_its_page_and_in_the_document(client, keeper):
    document = (configured.BASE_DIR / "docs/adapters.md").read_text("utf-8")
    assert sections() in document, "run: python -m scripts.adapters_table"
    for key, one in ADAPTERS.items():
        page = client.get(reverse(PAGE, args=[key])).content.decode()
        for _, part in one.ways:
            assert [field.name for field in part.form.fields if field.name not in page or field.meaning not in page] == []
    assert client.get(reverse(PAGE, args=["none"])).status_code == 404


def test_every_form_takes_its_own_example():
    for one in ADAPTERS.values():
        if one.into:
            assert one.into.form.checked(one.into.form.example).keys() == one.into.form.example.keys()
        if one.out:
            assert re.fullmatch(KEY, one.out.key_example)
            assert one.out.example(one.key)["form"] == f"greendistrict/{one.key}/1"
    assert {"portal.tasks.exchange", "portal.tasks.exchange_all"} <= set(app.tasks)


def test_no_keeper_brings_what_is_written_in_the_name_of_somebody_else(client, keeper, settings, monkeypatch):
    acting = {key for key, one in ADAPTERS.items() if one.into and not one.into.by_hand}
    assert acting == {"oa", "readings"}
    for key in acting:
        with monkeypatch.context() as patched:
            patched.setenv(ADAPTERS[key].setting, "hand")
            with pytest.raises(ImproperlyConfigured, match="not by hand"):
                runpy.run_path(SETTINGS)
        settings.ADAPTERS = {key: "hand"}
        page = client.get(reverse(PAGE, args=[key]))
        assert not page.context["can_bring"]
        assert "不能由管理员交换" in page.content.decode()
        file = SimpleUploadedFile("a.json", b'{"items": []}')
        assert client.post(reverse("portal:adapter_bring", args=[key]), {"file": file}).status_code == 422


def test_two_adapters_never_share_a_folder(monkeypatch):
    for name in ("GD_ADAPTER_OA", "GD_ADAPTER_CASES"):
        monkeypatch.setenv(name, "/srv/exchange/")
    with pytest.raises(ImproperlyConfigured, match="in one folder"):
        runpy.run_path(SETTINGS)


def test_a_document_that_cannot_be_stored_holds_no_other_up(folder, monkeypatch):
    def fails(given, today):
        if given["name"] == "坏":
            raise DatabaseError
        return "已收"

    monkeypatch.setitem(ADAPTERS, "credit", replace(ADAPTERS["credit"], into=replace(ADAPTERS["credit"].into, take=fails)))
    rows = [{"key": f"c-{at}", "code": "x", "name": name} for at, name in enumerate(("坏", "好"))]
    (folder / "credit/in/a.json").write_text(json.dumps({"items": rows}), encoding="utf-8")
    [made] = exchange("credit")
    assert (made.items, made.refused) == (1, 1)
    assert "不能保存" in made.error


def test_file_names_of_other_systems_are_told_and_put_aside(folder):
    into = folder / "oa" / "in"
    for name in ("文书.json".encode("gbk"), b"a" * 245 + b".json"):
        (into / os.fsdecode(name)).write_bytes(b"x")
    [made] = exchange("oa")
    assert (made.refused, made.result) == (2, "failed")
    assert list(into.iterdir()) == []
    assert len(list((folder / "oa/refused").glob("*.reason.txt"))) == 2


@pytest.mark.parametrize("name", ["in", "out"])
def test_a_link_in_the_place_of_a_folder_is_not_followed(folder, tmp_path, name):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "a.json").write_text('{"items": []}')
    adapter = {"in": "credit", "out": "figures"}[name]
    if (folder / adapter / name).exists():
        (folder / adapter / name).rmdir()
    (folder / adapter / name).symlink_to(elsewhere)
    [made] = exchange(adapter)
    assert "是链接" in made.error
    assert [path.name for path in elsewhere.iterdir()] == ["a.json"]


def test_whoever_asked_finds_on_record_that_it_failed_or_was_running(settings, office, keeper):
    settings.ADAPTERS["figures"] = "https://[/"
    [made] = exchange("figures", keeper)
    assert (made.result, made.by) == ("failed", keeper)
    assert "详见日志" in made.error
    settings.ADAPTERS["figures"], settings.ADAPTER_CA = office.url, "/none/ca.pem"
    assert "GD_ADAPTER_CA" in exchange("figures", keeper)[0].error
    with leases.held("adapter:figures"):
        assert "正在交换" in exchange("figures", keeper)[0].error
        assert exchange("figures") == []


def test_an_answer_that_repeats_the_token_is_told_without_it(office):
    office.says = f"no: Bearer {TOKEN}".encode()
    office.plan = [422]
    [made] = exchange("figures")
    assert "no: Bearer …" in made.error
    assert TOKEN not in made.error


@pytest.mark.parametrize("value", ["1e-999999", 1e-40, "NaN", "1e15"])
def test_a_number_has_bounds_on_both_ends(value):
    with pytest.raises(Refused, match="应为数"):
        ADAPTERS["plots"].into.form.checked({**ADAPTERS["plots"].into.form.example, "area_ha": value})


def test_the_examples_of_a_form_speak_of_each_other():
    sent, back = ADAPTERS["oa"].out.example("oa"), ADAPTERS["oa"].into.form.example
    assert back["letter"] == sent["key"]
    assert sent["file"]["name"] == f"{sent['key']}.pdf"
    assert wrong_with(ADAPTERS["credit"].into.form.example["code"]) == ""
