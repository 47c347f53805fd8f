"""The operation ledger: entry forms, what counts, missing records, copying last year, permissions, lists and files."""

import datetime as dt
import re
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from districts.common.enums import Stage
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.documents.models import Evidence
from greendistrict.documents.services import store
from operation.entries.models import DigitalPlatform, ManagementBody, MechanismRecord, TrainingSession
from operation.entries.sections import BY_KEY, SECTIONS
from operation.ledger import services
from operation.ledger.selectors import ledger_of, ledger_rows, years_kept
from tests.factories.accounts import cast as make_cast
from tests.factories.districts import make_district
from tests.factories.once import copy_of, once
from tests.factories.received import at
from tests.files import pdf
from tests.refusing import refuses

pytestmark = pytest.mark.django_db
NOW = at(2026, 5, 6)
READERS = {"city_officer", "city_checker", "city_director", "city_legal", "secretariat", "partner", "authority", "bureau"}
READERS |= {"preparer", "reviewer", "consultant"}
KEEPERS_OF_IT = {"preparer", "consultant", "authority"}
MECHANISM = {"mechanism": "coordination", "standing": "done", "lead": "演示管委会（虚构）", "basis": "演示〔2026〕1号（虚构）"}
# One entry of each section as its form is posted, and one value of it that the page shows.
POSTED = {
    "bodies": ({"name": "运营中心（虚构）", "duties": "统一运维（虚构）", "basis": "演示〔2026〕2号（虚构）", "staff": "12"}, "统一运维"),
    "mechanisms": (MECHANISM, "演示〔2026〕1号（虚构）"),
    "meetings": ({"mechanism": "coordination", "title": "季度联席会议（虚构）", "held_on": "2026-03-02", "attended": "12"}, "季度联席"),
    "platforms": ({"kind": "cim", "name": "城区底座（虚构）", "standing": "running", "coverage": "87.5"}, "87.50"),
    "trainings": ({"tier": "management", "title": "运管培训（虚构）", "held_on": "2026-04-01", "attended": "30"}, "运管培训（虚构）"),
    "audits": ({"subject": "一号楼（虚构）", "auditor": "演示审计（虚构）", "audited_on": "2026-02-02", "consumed": "120"}, "120.00"),
    "events": ({"kind": "exchange", "title": "论坛（虚构）", "held_on": "2026-01-20", "attended": "1500"}, "1,500"),
    "funds": ({"kind": "planning", "source": "区财政（虚构）", "budget": "260.5", "used": "100"}, "260.50"),
}


@pytest.fixture(autouse=True)
def may():
    with clock.at(NOW):
        yield


cast = once(make_cast)
people = copy_of("cast")


@pytest.fixture
def district(people):
    return make_district(people, name="演示台账城区（虚构）", stage=Stage.PILOT, titled_on=dt.date(2024, 5, 6))


def page(name, district, year=2026, *more):
    return reverse(f"operation:{name}", args=[district.code, year, *more])


def enter(people, district, section="mechanisms", year=2026, **values):
    """An entry by the service, as its form would hand it over."""
    chosen = BY_KEY[section]
    form = chosen.form({**POSTED[section][0], **values}, year=year, today=clock.today())
    assert form.is_valid(), form.errors
    return services.save_entry(section=chosen, district=district, year=year, values=form.values(), by=people.preparer)


def test_every_section_is_tried():
    assert set(POSTED) == set(BY_KEY) == {one.key for one in SECTIONS}


@pytest.mark.parametrize("section", list(POSTED))
def test_an_entry_is_made_by_its_form_proved_by_a_file_changed_and_dropped(client, people, district, section):
    values, seen = POSTED[section]
    client.force_login(people.preparer)
    upload = SimpleUploadedFile("证明.pdf", pdf(), "application/pdf")
    posted = client.post(page("entry_create", district, 2026, section), {**values, "upload": upload}, follow=True)
    assert seen in posted.content.decode()
    [row] = BY_KEY[section].model.objects.all()
    assert (row.counts_since, row.year, row.entered_by) == (NOW.date(), 2026, people.preparer)
    [file] = Evidence.objects.all()
    assert file.owner == f"operation.{BY_KEY[section].model._meta.model_name}:{row.pk}"
    edit = page("entry_edit", district, 2026, section, row.pk)
    assert "证明.pdf" in client.get(edit).content.decode()
    assert client.post(edit, {**values, "note": "已改（虚构）", "version": 0}).status_code == 302
    faster = client.post(edit, {**values, "note": "旧页（虚构）", "version": 0})
    assert (faster.status_code, "已改（虚构）" in faster.content.decode(), "旧页（虚构）" in faster.content.decode()) == (409, True, True)
    row.refresh_from_db()
    assert (row.note, row.version) == ("已改（虚构）", 1)
    client.post(page("entry_drop", district, 2026, section, row.pk), {"confirmed": "1"})
    assert (BY_KEY[section].model.objects.count(), Evidence.objects.count()) == (0, 0)
    told = AuditRecord.objects.filter(action__startswith="operation.").order_by("pk").values_list("action", flat=True)
    assert list(told) == ["operation.save_entry", "operation.save_entry", "operation.drop_entry"]


@pytest.mark.parametrize("case", [
    ("meetings", {"held_on": "2025-12-31"}, "日期应在2026年内"), ("platforms", {"coverage": "100.01"}, "覆盖率不能大于100%"),
    ("trainings", {"held_on": "2026-05-07"}, "举办日期不能晚于今天"), ("meetings", {"held_on": "2026-05-07"}, "日期不能晚于今天"),
    ("audits", {"audited_on": "2026-05-07"}, "审计日期不能晚于今天"), ("events", {"held_on": "2026-05-07"}, "日期不能晚于今天"),
    ("bodies", {"set_up_on": "2026-05-07"}, "设立日期不能晚于今天"),
    ("mechanisms", {"established_on": "2026-05-07"}, "建立日期不能晚于今天"),
    ("platforms", {"in_use_on": "2026-05-07"}, "投用日期不能晚于今天"),
    ("mechanisms", {"standing": "going", "established_on": "2026-02-03"}, "建立日期已到的，情况应选“已建立”"),
    ("platforms", {"standing": "building", "in_use_on": "2026-02-03"}, "投用日期已到的，情况应选“运行”"),
    ("trainings", {"held_on": ""}, "请填举办日期"), ("trainings", {"held_on": "2025-03-03"}, "有1处需要更正"),
    ("trainings", {"rating": "101"}, "满意率不能大于100%"), ("audits", {"saving": "120.01"}, "年节能潜力不能大于年用能"),
    ("funds", {"used": "260.51"}, "使用超出预算的，请在说明中写明原因"), ("funds", {"budget": "-1"}, "不能小于0"),
    ("funds", {"budget": "100000000", "used": ""}, "有1处需要更正"), ("audits", {"area": "1000000000"}, "有1处需要更正"),
    ("mechanisms", {"mechanism": "other"}, "有1处需要更正"),
])  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_typed_is_lost(preparer, district, case):
    section, values, said = case
    sent = {**POSTED[section][0], "note": "" if section == "funds" else "留着（虚构）", **values}
    answer = preparer.post(page("entry_create", district, 2026, section), sent)
    text = answer.content.decode()
    assert (answer.status_code, said in text, sent["note"] in text) == (422, True, True)
    assert not BY_KEY[section].model.objects.exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"budget": "2605", "used": "900"}, "约为上年"), ({"budget": "270", "used": "1.9"}, "约为上年"),
        ({}, "与上年完全相同"), ({"budget": "270", "used": "195"}, ""),
    ],
)  # fmt: skip
def test_figures_are_asked_beside_the_year_before_and_explained(preparer, people, district, values, words):
    enter(people, district, "funds", 2025, budget="260.5", used="190")
    posted = {**POSTED["funds"][0], "budget": "260.5", "used": "190", "note": "", **values}
    url = page("entry_create", district, 2026, "funds")
    answer = preparer.post(url, posted)
    assert (answer.status_code, words in answer.content.decode()) == (422 if words else 302, True)
    if words:
        assert preparer.post(url, {**posted, "explanation": "已与决算核对（虚构）"}).status_code == 302
        row = BY_KEY["funds"].model.objects.get(year=2026)
        assert "已与决算核对（虚构）" in preparer.get(page("entry_edit", district, 2026, "funds", row.pk)).content.decode()


@pytest.mark.parametrize(("section", "name"), [("mechanisms", "established_on"), ("platforms", "in_use_on"), ("bodies", "set_up_on")])
def test_what_came_about_later_stands_in_no_ledger_of_an_earlier_year(section, name):
    chosen = BY_KEY[section]

    def refused(day, **values):
        return chosen.form({**POSTED[section][0], name: day, **values}, year=2025, today=clock.today()).errors.get(name)

    assert refused("2025-12-31") is None
    assert refused("2026-01-01") == [f"这是2025年的台账，{chosen.form.base_fields[name].label}不能晚于2025年"]
    if section != "bodies":
        assert refused("2026-01-01", standing={"mechanisms": "going", "platforms": "building"}[section]) is None


def test_one_mechanism_stands_once_a_year(preparer, people, district):
    enter(people, district)
    answer = preparer.post(page("entry_create", district, 2026, "mechanisms"), MECHANISM)
    assert (answer.status_code, "这一机制当年已登记" in answer.content.decode()) == (422, True)
    assert enter(people, district, year=2025).pk


def test_all_sections_are_read_in_one_statement_as_they_are_stored(people, district, django_assert_num_queries):
    for section in reversed(POSTED):
        enter(people, district, section)
    enter(people, district, "meetings", title="第二次联席会议（虚构）")
    enter(people, district, year=2025)
    with django_assert_num_queries(2):  # entries, files
        found = [line.entry for part in ledger_of(district, 2026).parts for line in part.lines]
    stored = [row for one in SECTIONS for row in one.model.objects.filter(year=2026).order_by("pk")]
    assert list(map(columns_of, found)) == list(map(columns_of, stored))


def columns_of(entry):
    return type(entry), {field.attname: getattr(entry, field.attname) for field in entry._meta.concrete_fields}


def test_only_what_is_whole_counts_and_the_rest_is_said(people, district):
    first = enter(people, district, standing="going")
    enter(people, district, mechanism="evaluation", basis="")
    enter(people, district, "bodies", duties="")
    assert (first.counts_since, first.lacks) == (None, "尚未建立")
    texts = {one.text: one.required for one in ledger_of(district, 2026).missing}
    assert [texts[f"“{name}"] for name in ("多部门协同常态长效管理体制机制”尚未建立", "精细化管理工作动态评估机制”缺依据文件")] == [
        True
    ] * 2
    assert [texts[name] for name in ("运营管理机构“运营中心（虚构）”未填职责", "没有登记数字化平台")] == [False] * 2
    assert [one.required for one in ledger_of(district, 2026).missing][:2] == [True, True]


def test_a_whole_ledger_lacks_nothing(people, district):
    proof = SimpleUploadedFile("证明.pdf", pdf(), "application/pdf")
    enter(people, district, "bodies")
    for mechanism in ("coordination", "evaluation"):
        enter(people, district, mechanism=mechanism)
        enter(people, district, "meetings", mechanism=mechanism)
    enter(people, district, "platforms", kind="database")
    for tier in ("management", "technical", "working"):
        enter(people, district, "trainings", tier=tier, rating="95")
    for kind in ("publicity", "exchange"):
        enter(people, district, "events", kind=kind)
    enter(people, district, "funds")
    assert ["证明材料" in one.text for one in ledger_of(district, 2026).missing] == [True] * 6
    for row in (*ManagementBody.objects.all(), *MechanismRecord.objects.all(), *TrainingSession.objects.all()):
        proof.seek(0)
        store(owner=row, upload=proof, kind="证明", title="证明", by=people.preparer)
    assert ledger_of(district, 2026).missing == []


def test_nothing_is_missing_where_nobody_keeps_a_ledger():
    recorded = make_district(name="演示历史城区（虚构）", stage=Stage.PILOT, titled_on=dt.date(2020, 1, 1))
    assert (ledger_of(recorded, 2026).kept, ledger_of(recorded, 2026).missing) == (False, [])


def test_the_year_before_is_taken_over_by_one_click_and_counts_once_confirmed(preparer, people, district):
    enter(people, district, year=2025)
    enter(people, district, "platforms", year=2025)
    enter(people, district, "funds", year=2025)
    enter(people, district, "events", year=2025, held_on="2025-02-02")  # what happened does not happen again
    assert "可以带入3条" in preparer.get(page("ledger", district)).content.decode()
    assert "已带入上年条目3条" in preparer.post(page("take_over", district), follow=True).content.decode()
    taken = [one for section in SECTIONS for one in section.model.objects.filter(year=2026)]
    assert [(one.is_confirmed, one.counts_since) for one in taken] == [(False, None)] * 3
    [record] = MechanismRecord.objects.filter(year=2026)
    assert record.basis == MECHANISM["basis"]
    assert [one.budget for one in BY_KEY["funds"].model.objects.filter(year=2026)] == [None]
    waiting = {one.text: one.required for one in ledger_of(district, 2026).missing if "由上年带入" in one.text}
    assert waiting == {f"“{title}”1条由上年带入，核对后计入": title == "管理机制" for title in ("管理机制", "数字化平台", "资金")}
    assert "没有登记数字化平台" not in {one.text for one in ledger_of(district, 2026).missing}
    preparer.post(page("entry_confirm", district, 2026, "mechanisms", record.pk))
    assert "建立“精细化管理工作动态评估机制”：平台没有当年记录" in {one.text for one in ledger_of(district, 2026).missing}
    record.refresh_from_db()
    assert (record.is_confirmed, record.counts_since) == (True, NOW.date())
    assert "上年没有可以带入的条目" in preparer.post(page("take_over", district), follow=True).content.decode()
    assert DigitalPlatform.objects.filter(year=2026).count() == 1


def test_entries_taken_over_are_confirmed_by_one_press_but_for_those_the_page_did_not_show(preparer, people, district):
    shown = [enter(people, district, name, year=2025) for name in ("mechanisms", "platforms", "funds")]
    preparer.post(page("take_over", district))
    html = preparer.get(page("ledger", district)).content.decode()
    keys = re.findall(r'name="row" value="([a-z]+-\d+)"', html)
    assert len(keys) == len(shown)
    assert "3条都核对无误" in html
    later = BY_KEY["bodies"].model.objects.create(
        district=district, year=2026, name="运营中心（虚构）", is_confirmed=False, entered_at=NOW, entered_by=people.preparer
    )
    sent = {"row": [*keys, "bodies-x", "nothing-1", f"funds-{10**9}"]}
    answer = preparer.post(page("entries_confirm", district), sent, follow=True).content.decode()
    assert "已核对上年带入的条目3条" in answer
    left = [one for section in SECTIONS for one in section.model.objects.filter(year=2026, is_confirmed=False)]
    assert left == [later]
    assert AuditRecord.objects.filter(action="operation.confirm_entry").count() == len(shown)
    assert "没有待核对的条目" in preparer.post(page("entries_confirm", district), sent, follow=True).content.decode()
    assert "条都核对无误" not in preparer.get(page("ledger", district)).content.decode()  # one alone has its own button


def test_entries_of_another_district_are_not_confirmed(preparer, people, district):
    enter(people, district, year=2025)
    preparer.post(page("take_over", district))
    [record] = MechanismRecord.objects.filter(year=2026)
    other = make_district(people, name="演示另一城区（虚构）", stage=Stage.PILOT, titled_on=dt.date(2024, 5, 6))
    preparer.post(page("entries_confirm", other), {"row": f"mechanisms-{record.pk}"})
    preparer.post(page("entries_confirm", district, 2025), {"row": f"mechanisms-{record.pk}"})
    record.refresh_from_db()
    assert not record.is_confirmed


def test_what_is_missing_leads_to_its_form_or_to_its_section(preparer, client, people, district):
    enter(people, district)  # without a file
    html = preparer.get(page("ledger", district)).content.decode()
    assert f'<a href="{page("entry_create", district, 2026, "platforms")}">没有登记数字化平台</a>' in html
    assert '<a href="#mechanisms">' in html
    assert 'id="mechanisms"' in html
    client.force_login(people.city_officer)
    assert '<a href="#mechanisms">' not in client.get(page("ledger", district)).content.decode()


@pytest.mark.parametrize("seat", ["city_officer", "reviewer", "bureau", "outsider_preparer"])
def test_who_does_not_keep_the_ledger_changes_nothing(people, district, seat):
    changed = {"section": BY_KEY["mechanisms"], "row": enter(people, district), "by": people.everybody[seat]}
    refuses(NotAllowed, services.drop_entry, **changed)
    copied = ManagementBody(district=district, year=2026, name="运营中心（虚构）", is_confirmed=False)
    refuses(NotAllowed, services.confirm_entries, rows=[(BY_KEY["bodies"], copied)], by=changed["by"])
    refuses(NotAllowed, services.save_entry, **changed, district=district, year=2026, values={"lead": "试"}, version=0)


def test_pages_by_seat(client, people, district):
    row, found = enter(people, district), {}
    for address in (page("ledger", district), page("entry_edit", district, 2026, "mechanisms", row.pk)):
        found[address] = set()
        for seat, user in people.everybody.items():
            client.force_login(user)
            found[address] |= {seat} if client.get(address).status_code == 200 else set()
    assert list(found.values()) == [READERS, KEEPERS_OF_IT]


def test_a_file_of_the_ledger_opens_for_its_readers_only(client, people, district):
    client.force_login(people.preparer)
    upload = SimpleUploadedFile("证明.pdf", pdf(), "application/pdf")
    client.post(page("entry_create", district, 2026, "mechanisms"), {**MECHANISM, "upload": upload})
    address = reverse("documents:download", args=[Evidence.objects.get().key])
    for seat, status in (("city_officer", 200), ("partner", 200), ("outsider_preparer", 404), ("expert1", 404), ("system_keeper", 404)):
        client.force_login(people.everybody[seat])
        answer = client.get(address)
        assert answer.status_code == status, seat
        assert not answer.streaming or answer.getvalue()  # read to its end, it closes the file


@pytest.mark.parametrize(("year", "answer"), [(1999, 404), (2027, 200), (2028, 404)])
def test_a_ledger_is_kept_of_the_past_and_planned_for_one_year(preparer, people, district, year, answer):
    assert preparer.get(page("ledger", district, year)).status_code == answer
    if answer == 404:
        refuses(Refused, services.save_entry, section=BY_KEY["mechanisms"], district=district, year=year, values={}, by=people.preparer)


def test_an_address_of_another_section_year_or_district_leads_nowhere(preparer, people, district):
    row, other = enter(people, district), make_district(people, stage=Stage.PILOT)
    for address in (
        page("entry_edit", district, 2026, "platforms", row.pk),
        page("entry_edit", district, 2025, "mechanisms", row.pk),
        page("entry_edit", other, 2026, "mechanisms", row.pk),
        page("entry_create", district, 2026, "nothing"),
    ):
        assert preparer.get(address).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_whoever_reads_the_ledger_opens_its_files_from_the_page(client, people, district, number, kept_queries):
    for held in range(number):
        row = enter(people, district, "meetings", title=f"会议{held}（虚构）")
        for name in ("纪要", "签到表"):
            told = {"section": BY_KEY["meetings"], "district": district, "year": 2026, "values": {}, "by": people.preparer, "row": row}
            services.save_entry(**told, uploads=[SimpleUploadedFile(f"{name}{held}.pdf", pdf(), "application/pdf")])
    files = Evidence.objects.all()
    for seat in ("preparer", "bureau", "city_officer"):
        client.force_login(people.everybody[seat])
        text = client.get(page("ledger", district)).content.decode()
        links = [file for file in files if reverse("documents:download", args=[file.key]) in text and file.original_name in text]
        assert (len(links), len(files)) == (2 * number, 2 * number), seat
    with kept_queries():
        client.get(page("ledger", district))


def test_a_year_of_which_nothing_is_entered_is_no_year_without_anything(officer, district):
    [row] = ledger_rows([district], 2026)
    assert (row.mechanism_words, row.entries) == ("无记录", 0)
    assert {row.meetings, row.platforms, row.trainings, row.trained} == {None}
    assert row.is_short, "the ledger asks for what is not recorded"
    line = [cell.value for cell in load_workbook(BytesIO(officer.get(reverse("operation:ledger_export")).content)).active[4]][1:]
    assert line == [district.name, "无记录", *["无记录"] * 6, 0, "演示数据"]


def test_the_list_counts_what_counts_and_its_workbook_says_the_same(officer, people, district):
    enter(people, district)
    enter(people, district, mechanism="evaluation", basis="")
    enter(people, district, "trainings")
    enter(people, district, "trainings", title="计划（虚构）", held_on="", attended="")
    enter(people, district, "funds")
    [row] = ledger_rows([district], 2026)
    assert (row.mechanism_words, row.trainings, row.trained, row.budget, row.used) == ("1/2", 1, 30, Decimal("260.50"), Decimal(100))
    lists = [officer.get(reverse("operation:ledger_list"), {"short": short}).content.decode() for short in ("lacking", "whole")]
    assert [district.name in text for text in lists] == [True, False]
    sheet = load_workbook(BytesIO(officer.get(reverse("operation:ledger_export")).content)).active
    line = [cell.value for cell in sheet[4]][1:]
    assert line == [district.name, "1/2", 0, 0, 1, 30, 260.5, 100, 5, "演示数据"]
    own = load_workbook(BytesIO(officer.get(page("ledger_own_export", district)).content)).active
    assert [row[1].value for row in own.iter_rows(min_row=4)] == ["管理机制", "管理机制", "培训", "培训", "资金"]
    assert AuditRecord.objects.filter(action="operation.export").count() == 2


def test_years_with_entries_are_offered(people, district):
    enter(people, district, year=2022)
    assert years_kept(district, clock.today()) == [2026, 2025, 2022]
