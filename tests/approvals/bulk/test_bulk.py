"""Many at once: the dry run says what the run does, all or nothing, undo where it is allowed; old records taken over with a preview."""

import datetime as dt
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from approvals.applications.services import drafts
from approvals.bulk import services as bulk
from approvals.bulk import takeover
from approvals.bulk.services import add_scan, take_over
from approvals.cases.models.cases import Case
from approvals.cases.models.correspondence import Archive, BulkRun
from approvals.common.enums import TitleKind
from approvals.titles.models.publicity import Announcement, HistoricSelfCheck, Title
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed
from greendistrict.notifications.models import Notification
from greendistrict.workflow.outbox import drain
from tests.factories.approvals import pdf, published_edition
from tests.factories.districts import make_district
from tests.factories.takeover import taken_over
from tests.factories.titles import give_title
from tests.refusing import refuses
from tests.steps import reaches

STATES = ("draft", "correcting", "endorsing", "accepted", "decided", "withdrawn", "announced")


@pytest.fixture
def cases(people):
    """One case in each of several states."""
    edition, now = published_edition(), clock.now()
    made = {}
    for number, state in enumerate(STATES):
        district = make_district(people, type="new", name=f"演示{number}号新城（虚构）")
        case = drafts.start_application(district=district, by=people.preparer, edition=edition)
        Case.objects.filter(pk=case.pk).update(
            status=state, number=f"SQ-2026-09{number:02d}", submitted_at=now, sent_at=now, accepted_at=now, decided_on=now.date()
        )
        made[state] = case.pk
    return made


def all_cases():
    return list(Case.objects.order_by("pk"))


def doable(kind, people):
    return {item.case.status for item in bulk.plan(kind=kind, cases=all_cases(), by=people.city_officer) if not item.out}


def run(kind, people, **more):
    items = bulk.plan(kind=kind, cases=all_cases(), by=people.city_officer)
    expected = {item.case.pk for item in items if not item.out}
    return bulk.carry_out(kind=kind, cases=all_cases(), expected=more.get("expected", expected), by=people.city_officer)


def test_the_dry_run_names_who_takes_part_and_why_the_others_do_not(people, cases):
    assert doable("remind", people) == {"draft", "correcting", "endorsing"}
    assert doable("announce", people) == {"decided"}
    assert doable("archive", people) == {"withdrawn", "announced"}
    items = bulk.plan(kind="archive", cases=all_cases(), by=people.city_officer)
    assert [item.out for item in items if item.case.status == "accepted"] == ["尚未办结（已受理，形式审查）"]
    assert BulkRun.objects.count() == Archive.objects.count() == 0
    refuses(NotAllowed, bulk.plan, kind="archive", cases=all_cases(), by=people.city_director)


def test_reminders_go_once_a_day_and_stay(people, cases):
    made = run("remind", people)
    drain()
    told = Notification.objects.filter(title__contains="请尽快办理")
    assert {row.receiver for row in told} == {people.preparer, people.reviewer, people.authority}
    assert made.done == 3
    for state, seats in {"draft": {"preparer"}, "correcting": {"preparer", "reviewer"}, "endorsing": {"authority"}}.items():
        reaches(people, Case.objects.get(pk=cases[state]), "remind", 轮到办理的申报主体或区专门机构=seats)
    assert [item["out"] for item in made.items if item["pk"] == cases["accepted"]] == ["现由市级或评审办理（已受理，形式审查）"]
    assert doable("remind", people) == set()
    refuses("没有可以办理的项", run, "remind", people)
    refuses("消息已发出", bulk.undo, run=made, by=people.city_officer)


def test_archiving_is_taken_back_as_a_whole(people, cases):
    made = run("archive", people)
    assert Archive.objects.count() == 2
    assert doable("archive", people) == set()
    refuses(NotAllowed, bulk.undo, run=made, by=people.city_checker)
    bulk.undo(run=made, by=people.city_officer)
    assert Archive.objects.count() == 0
    refuses("已撤销", bulk.undo, run=made, by=people.city_officer)


def test_announcing_makes_one_batch_and_undo_empties_it(people, cases):
    made = run("announce", people)
    batch = Announcement.objects.get()
    assert [line.case_id for line in batch.lines.all()] == [cases["decided"]]
    bulk.undo(run=made, by=people.city_officer)
    assert batch.lines.count() == 0
    again = run("announce", people)
    Announcement.objects.filter(pk=again.note).update(status="published", announced_on=clock.today())
    refuses("批次已经公告", bulk.undo, run=again, by=people.city_officer)


def test_pages_of_the_dry_run(people, cases, client):
    client.force_login(people.city_officer)
    address = reverse("approvals:bulk_cases", args=["archive"])
    assert "可办2件" in client.get(address).content.decode()
    assert client.get(address, {"status": "draft"}).content.decode().count('name="case"') == 0
    answer = client.post(address, {"case": [cases["withdrawn"], cases["accepted"]]})
    assert (answer.status_code, "期间情况有变化" in answer.content.decode()) == (409, True)
    assert client.post(address, {"case": [cases["withdrawn"]]}, follow=True).status_code == 200
    made = BulkRun.objects.get()
    assert "可以撤销" in client.get(reverse("approvals:bulk_list")).content.decode()
    shown = client.post(reverse("approvals:bulk_undo", args=[made.pk]), {"confirmed": "1"}, follow=True).content.decode()
    assert Archive.objects.count() == 0
    assert f'href="{reverse("approvals:case", args=[cases["withdrawn"]])}"' in shown
    assert f"由{people.city_officer.name}撤销" in shown


TITLES = (
    "城区,称号,星级,编号,授予日期,适用标准,依据文件,出处,确定程度\n"
    "演示甲城（虚构）,试点,二星级,演〔2020〕1号,2020-05-01,2018版,沪府办规〔2018〕24号,演示公报（虚构）,有出处\n"
    "演示乙城（虚构）,示范,,,,,沪府办规〔2018〕24号,演示公报（虚构）,推定\n"
    "没有的城,试点,,,,,沪府办规〔2018〕24号,演示公报（虚构）,推定\n"
    "演示甲城（虚构）,试点,,,2099-01-01,,某文件,,大概\n"
)


@pytest.fixture
def districts(people):
    return [make_district(people, type="new", name=f"演示{word}城（虚构）") for word in "甲乙"]


def test_old_titles_are_previewed_row_by_row_and_entered_through_the_engine(people, districts):
    rows = taken_over("titles", "称号.csv", TITLES.encode("gb18030"))
    assert [bool(row.problems) for row in rows] == [False, False, True, True]
    assert rows[2].problems == ["没有这个城区"]
    assert {"没有写明出处", "授予日期晚于今天", "依据文件应为沪府办规〔2018〕24号", "文件里重复"} <= set(rows[3].problems)
    refuses(NotAllowed, take_over, kind="titles", rows=rows, by=people.city_director)
    made = take_over(kind="titles", rows=rows, by=people.city_officer)
    assert made.done == 2
    first, second = Title.objects.order_by("district__name")
    assert (second.kind, second.star, second.policy, second.certainty) == ("pilot", 2, "沪府办规〔2018〕24号", "sourced")
    assert (first.historic, first.certainty, first.date_certainty) == (True, "inferred", "unknown")
    districts[0].refresh_from_db()
    assert districts[0].stage == "pilot"
    refuses("记录永久保存", bulk.undo, run=made, by=people.city_officer)
    again = taken_over("titles", "称号.csv", TITLES.encode())
    assert again[0].problems == ["这个城区已有这一称号"]


def test_titles_of_one_district_follow_one_another_whatever_their_order_in_the_file(people, districts):
    def read(*lines):
        told = ["城区,称号,星级,编号,授予日期,适用标准,依据文件,出处,确定程度"]
        told += [f"演示{word}城（虚构）,{kind},,,{day},,沪府办规〔2018〕24号,演示公报（虚构）,有出处" for word, kind, day in lines]
        return taken_over("titles", "称号.csv", "\n".join(told).encode())

    rows = read(("甲", "示范", "2019-05-01"), ("甲", "试点", "2020-05-01"), ("乙", "示范", "2021-05-01"), ("乙", "试点", "2020-05-01"))
    assert [row.problems for row in rows] == [["试点称号于2020年5月1日授予，其后的示范称号不能早于这一天"], [], [], []]
    assert take_over(kind="titles", rows=rows, by=people.city_officer).done == 3
    assert set(Title.objects.values_list("district__name", "kind", "end")) == {
        (districts[0].name, "pilot", ""), (districts[1].name, "pilot", "superseded"), (districts[1].name, "demonstration", ""),
    }  # fmt: skip
    rows = read(("甲", "示范", "2020-04-30"))
    assert [row.problems for row in rows] == [["试点称号于2020年5月1日授予，其后的示范称号不能早于这一天"]]


def test_a_pilot_title_is_not_entered_below_a_demonstration(people, districts):
    give_title(districts[0], TitleKind.DEMONSTRATION)
    rows = taken_over("titles", "称号.csv", TITLES.encode())
    assert rows[0].problems == ["这个城区已是示范，不能再补录试点称号"]


def book(*lines, merged=""):
    made = openpyxl.Workbook()
    for line in lines:
        made.active.append(line)
    if merged:
        made.active.merge_cells(merged)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


CHECKS, HEADS = ["checks"], list(takeover.HEADS["checks"])


def previewed(client, people, content, name="自查.xlsx"):
    """The preview of a workbook of old self-checks."""
    client.force_login(people.city_officer)
    return client.post(reverse("approvals:take_over", args=CHECKS), {"workbook": SimpleUploadedFile(name, content)})


def test_old_self_checks_are_scanned_records_without_score(people, districts, client):
    content = book(
        ["城区", "年度", "报送日期", "出处", "确定程度", "说明"],
        ["演示甲城（虚构）", 2021, "2022-03-20", "档案室", "有出处", ""],
        ["演示甲城（虚构）", 2012, "", "档案室", "", ""],
    )
    shown, address = previewed(client, people, content), reverse("approvals:take_over", args=CHECKS)
    assert (HistoricSelfCheck.objects.count(), "年度应为2018至" in shown.content.decode()) == (0, True)
    assert client.post(address, {"token": shown.context["token"]}).status_code == 302
    record = HistoricSelfCheck.objects.get()
    assert (record.year, record.district) == (2021, districts[0])
    add_scan(record=record, upload=pdf(), by=people.city_officer)
    assert HistoricSelfCheck.objects.get().scan is not None
    assert districts[0].self_checks.count() == districts[0].score_tables.count() == 0
    assert client.post(address, {"token": "x"}).status_code == 409
    assert client.get(reverse("approvals:historic_check_scan", args=[record.pk])).status_code == 200
    bulk.undo(run=BulkRun.objects.get(), by=people.city_officer)
    assert HistoricSelfCheck.objects.count() == 0


def test_a_number_of_a_title_keeps_the_decimals_that_it_shows(districts):
    made = openpyxl.load_workbook(io.BytesIO(book(["城区", "称号", "编号"], [districts[0].name, "试点", 1.1])))
    made.active["C2"].number_format = "0.00"
    out = io.BytesIO()
    made.save(out)
    assert [row.value["number"] for row in taken_over("titles", "a.xlsx", out.getvalue())] == ["1.10"]


def test_the_preview_shows_each_cell_under_its_own_head_and_the_blank_is_read_back(people, districts, client):
    content = book([*HEADS[::-1], "附注"], ["", "有出处", "档案室", "2022-03-20", 2021, districts[0].name, "多出来的列"])
    shown = previewed(client, people, content)
    blank = client.get(reverse("approvals:take_over_blank", args=CHECKS)).content
    assert [cell.value for cell in openpyxl.load_workbook(io.BytesIO(blank)).active[1]] == HEADS
    [(row, cells)] = shown.context["rows"]
    assert row.problems == []
    assert cells == [districts[0].name, 2021, "2022-03-20", "档案室", "有出处", None]
    assert "多出来的列" not in shown.content.decode()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [("x.xlsx", b"not a book", "不是Excel文件或已损坏"), ("x.csv", b"a,b\n1,2\n", "认不出表头"), ("x.csv", b"", "文件是空的")],
)
def test_files_that_cannot_be_read_are_told(people, client, name, content, words):
    answer = previewed(client, people, content, name)
    assert (answer.status_code, words in answer.content.decode()) == (422, True)


def test_a_row_that_is_not_entered_is_told_by_cell_and_comes_back_marked(people, districts, client):
    content = book(
        HEADS[::-1],
        ["", "有出处", "档案室", dt.date(2022, 3, 20), 2021, districts[0].name],
        ["", "有出处", "=A1", "2022年3月20日", "2019年", districts[1].name],
        ["", "也许", dt.date(2022, 1, 1), "去年", 2020, districts[1].name],
    )
    shown = previewed(client, people, content)
    assert [row.problems_by_cell for row, _ in shown.context["rows"]] == [
        [],
        ["C3 这是公式，请改成结果（复制后选择性粘贴为数值）", "C3 没有写明出处"],
        ["D4 请填2026-03-01的样子", "C4 Excel 把这一格当成了日期或时间，请把格式改为常规后重填", "B4 请填有出处或推定", "C4 没有写明出处"],
    ]
    copy = client.post(reverse("approvals:take_over", args=CHECKS), {"token": shown.context["token"], "returned": "1"}).content
    sheet = openpyxl.load_workbook(io.BytesIO(copy)).active
    assert [cell.value for cell in sheet[1]] == [*HEADS, "不能接受的原因"]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == [districts[1].name] * 2
    assert HistoricSelfCheck.objects.count() == 0


def test_a_workbook_for_the_take_over_is_looked_into_like_any_other(people, client):
    row = ["演示甲城（虚构）", 2021, "2022-03-20", "档案室"]
    assert "第2行有合并单元格" in previewed(client, people, book(HEADS, row, merged="A2:B2")).content.decode()
