"""Pages of the pool by seat, the workbook there and back, hours, letters."""

import datetime as dt
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessments.experts.models.experts import ExpertProfile
from assessments.experts.pool.workbook import expert_book, pool_list
from assessments.experts.selectors import expert_list, specialty_words
from assessments.reviews.selectors.fees import fee_lines
from assessments.reviews.services import members
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed
from greendistrict.documents.workbooks.book import FIRST_ROW
from tests.assessments.reviews.review_browsing import browser
from tests.factories.reviews import Scene, make_experts, reference_edition
from tests.steps import step, version_of

pytestmark = pytest.mark.django_db
NEW = ["pool-new", "新演示", "pool-new@example.invalid", "教授", "低碳", "演示新院（虚构）", "", "2020-01-01", "2026-01-01", "", "是"]


# Rows of a file: what is refused, and what has to be typed differently.
ROWS = {
    "employment": ({"employer": "演示前单位（虚构）", "valid_from": "2022-01-01", "valid_to": "2020-01-01"}, {"valid_to": "2025-12-31"}),
    "tie": ({"kind": "relation", "body": "", "project": "", "note": "近亲属"}, {"body": "演示公司（虚构）"}),
    "absence": ({"valid_from": "2026-05-02", "valid_to": "2026-05-01", "note": "出国"}, {"valid_to": "2026-05-03"}),
}


def url(name, *args):
    return reverse(f"assessments:{name}", args=args)


@pytest.mark.parametrize("extra", [0, 2])
def test_the_page_of_the_list_takes_the_same_queries(extra, kept_queries, people):
    experts = make_experts(people, 0)
    ExpertProfile.objects.filter(pk__in=[one.pk for one in experts[1 + extra :]]).delete()
    client = browser(people.secretariat)
    client.get(url("expert_list"))
    with kept_queries():
        page = client.get(url("expert_list"))
    assert page.context["page"].paginator.count == 1 + extra


def test_entering_joining_describing_confirming_and_removing(people):
    expert = make_experts(people, 0)[0]
    reference_edition()
    ExpertProfile.objects.filter(pk=expert.pk).delete()
    secretary, own = browser(people.secretariat), browser(expert.user)
    assert secretary.get(url("expert_template")).status_code == 200
    assert {browser(people.preparer).get(url(name)).status_code for name in ("expert_list", "expert_me", "expert_template")} == {404}
    typed = {
        "username": expert.user.username, "name": expert.user.name, "specialties": ["lowcarbon"], "valid_from": "2026-01-01",
        "valid_to": "2025-01-01", "employer": "演示大学（虚构）",
    }  # fmt: skip
    again = secretary.post(url("expert_add"), typed)
    assert (again.status_code, "聘期止不能早于聘期起" in again.content.decode(), "演示大学" in again.content.decode()) == (422, True, True)
    made = secretary.post(url("expert_add"), {**typed, "valid_to": ""})
    profile = ExpertProfile.objects.get(user=expert.user)
    assert made.url == url("expert", profile.pk)
    assert own.get(made.url).url == url("expert_me")
    assert (
        own.post(url("expert_action", profile.pk), {"version": version_of(profile), "action": "decline", "reason": ""}).status_code == 409
    )
    assert own.post(url("expert_action", profile.pk), {"version": version_of(profile), "action": "join"}).url == url("expert_me")
    for kind, (wrong, right) in ROWS.items():
        assert own.post(url("expert_row_add", profile.pk, kind), wrong).status_code == 422
        assert own.post(url("expert_row_add", profile.pk, kind), {**wrong, **right}).url == url("expert_me")
    training = {"on": "2026-03-01", "title": "标准宣贯", "hours": "4"}
    assert own.post(url("expert_row_add", profile.pk, "training"), training).status_code == 403
    assert secretary.post(url("expert_row_add", profile.pk, "training"), training).url == url("expert", profile.pk)
    assert own.post(url("expert_row_remove", profile.pk, "absence", profile.absences.get().pk), {"confirmed": "1"}).status_code == 302
    job = profile.employments.get(valid_to__isnull=True)
    assert own.post(url("expert_employment_end", profile.pk, job.pk), {"until": "2999-01-01"}).status_code == 422
    ExpertProfile.objects.filter(pk=profile.pk).update(confirmed_on=None)
    assert own.post(url("expert_confirm", profile.pk), {}).status_code == 422
    truth = {"correct": "on", "available": "on"}
    assert own.post(url("expert_confirm", profile.pk), {**truth, "version": version_of(profile) - 1}).status_code == 409
    assert own.post(url("expert_confirm", profile.pk), {**truth, "version": version_of(profile)}).status_code == 302
    values = {"version": 99, "rank": "教授", "specialties": ["smart"], "valid_from": "2026-01-01", "valid_to": ""}
    late = secretary.post(url("expert_save", profile.pk), values)
    assert late.status_code == 409
    assert "聘期现存：2026年1月1日至长期" in late.content.decode()
    profile.refresh_from_db()
    assert secretary.post(url("expert_save", profile.pk), {**values, "version": profile.version}).status_code == 302
    gone = {"action": "remove", "reason": "调离", "version": version_of(profile)}
    asked = secretary.post(url("expert_action", profile.pk), gone)
    assert "确定办理“移出专家库”" in asked.content.decode()
    secretary.post(url("expert_action", profile.pk), {**gone, "confirmed": "yes"})
    profile.refresh_from_db()
    assert profile.status == "removed"
    again = {"action": "invite_again", "version": version_of(profile)}
    assert browser(people.city_director).post(url("expert_action", profile.pk), again).status_code == 403


def filled(*rows):
    """The template with rows filled in."""
    book = openpyxl.load_workbook(BytesIO(expert_book([], specialty_words())))
    for at, row in enumerate(rows, start=FIRST_ROW + 1):
        for column, value in enumerate(row, start=1):
            book["专家"].cell(at, column, value)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def upload(client, content):
    return client.post(url("expert_import"), {"workbook": SimpleUploadedFile("专家.xlsx", content)})


def low_carbon():
    return specialty_words()["lowcarbon"]


def new(**given):
    row = [*NEW]
    row[4] = low_carbon()
    for name, value in given.items():
        row[next(at for at, column in enumerate(pool_list({}).columns) if column.field == name)] = value
    return row


def test_an_import_is_previewed_written_once_and_comes_back_unchanged(people):
    reference_edition()
    known = make_experts(people, 0)[0]
    job = known.employments.get()
    client = browser(people.secretariat)
    moved = new(username=known.user.username, name=known.user.name, email="", rank="研究员", employed_from=dt.date(2026, 2, 1))
    page = upload(client, filled(new(), moved))
    assert page.status_code == 200, page.content.decode()
    preview = page.context["preview"]
    assert preview.added == ["新演示"]
    assert {"职称或职务", "工作单位", "任职起"} <= {line.label for line in preview.changed}
    assert ExpertProfile.objects.count() == 5
    token = page.context["token"]
    assert client.post(url("expert_apply"), {"token": token}).url == url("expert_list")
    made = ExpertProfile.objects.get(user__username="pool-new")
    assert (made.status, made.specialties, made.employments.get().valid_from) == ("invited", ["lowcarbon"], dt.date(2020, 1, 1))
    known.refresh_from_db()
    job.refresh_from_db()
    assert (known.rank, job.valid_to) == ("研究员", dt.date(2026, 1, 31))
    assert client.post(url("expert_apply"), {"token": token}).status_code == 409
    assert client.post(url("expert_apply"), {"token": "x"}).status_code == 409
    back = expert_book(expert_list(people.secretariat, {}, clock.today()), specialty_words())
    again = upload(client, back)
    assert (again.context["preview"].unchanged, again.context["preview"].refused) == (6, [])


@pytest.mark.parametrize(
    ("given", "label", "words"),
    [
        ({"username": ""}, "账号", "缺账号"),
        ({"username": "bad name"}, "账号", "字母、数字"),
        ({"specialties": "低炭"}, "专业", "没有“低炭”这个专业"),
        ({"valid_from": "上个月"}, "聘期起", "2026-03-01"),
        ({"valid_to": "2020-01-01"}, "聘期止", "不能早于"),
        ({"employer": "=A1"}, "工作单位", "公式"),
        ({"available": "也许"}, "可参加", "请填是或否"),
        ({"email": "不是邮箱"}, "电子邮箱", "格式"),
        ({"employed_from": dt.date(2999, 1, 1)}, "任职起", "不能晚于今天"),
    ],
)
def test_a_cell_that_cannot_be_taken_is_told_and_keeps_its_row_out(given, label, words, people):
    reference_edition()
    page = upload(browser(people.secretariat), filled(new(username="other-new", name="别演示"), new(**given)))
    assert page.status_code == 422
    assert [(line.label, words in line.note) for line in page.context["preview"].refused] == [(label, True)]
    assert [work.label for work in page.context["preview"].works] == ["other-new"]
    assert not User.objects.filter(username="other-new").exists()


def test_the_rows_that_can_be_written_are_written_and_the_others_come_back_marked(people):
    reference_edition()
    client = browser(people.secretariat)
    page = upload(client, filled(new(username="other-new", name="别演示"), new(specialties="低炭")))
    signed = {name: page.context[name] for name in ("token", "copy")}
    assert "只写入其余1行" in page.content.decode()
    done = client.post(url("expert_apply"), signed)
    assert "其余1行没有写入" in done.content.decode()
    assert ExpertProfile.objects.get().user.username == "other-new"
    copy = client.post(url("expert_apply"), {"copy": done.context["copy"], "returned": "1"}).content
    rows = list(openpyxl.load_workbook(BytesIO(copy))["专家"].iter_rows(min_row=FIRST_ROW + 1, values_only=True))
    assert [(row[0], row[4], row[-1].partition("，")[0]) for row in rows] == [("pool-new", "低炭", "专业：没有“低炭”这个专业")]
    assert [line.address for line in upload(client, copy).context["preview"].refused] == ["E4"]


def test_a_workbook_of_something_else_and_a_double_row_are_refused(people):
    reference_edition()
    client = browser(people.secretariat)
    book = openpyxl.Workbook()
    stream = BytesIO()
    book.save(stream)
    assert "请先下载模板" in upload(client, stream.getvalue()).content.decode()
    page = upload(client, filled(new(), new()))
    assert "两行是这个账号" in page.content.decode()


def test_hours_are_noted_by_the_secretariat_listed_and_exported():
    scene = Scene().to_concluded()
    scene.review.refresh_from_db()
    first, second = scene.members[:2]
    client, page = browser(scene.secretary), url("review_hours", scene.review.pk)
    assert page in client.get(url("review", scene.review.pk)).content.decode()
    assert client.post(page, {f"hours_{first.pk}": "-1"}).status_code == 422
    assert client.post(page, {f"hours_{first.pk}": "6.5", f"hours_{second.pk}": ""}).status_code == 302
    with pytest.raises(NotAllowed):
        members.note_hours(review=scene.review, hours={first.pk: 1}, by=scene.people.city_officer)
    today = clock.today()
    lines = {line.expert.pk: line for line in fee_lines(scene.secretary, today, today)}
    assert (len(lines), str(lines[first.expert_id].hours), lines[second.expert_id].unnoted) == (5, "6.5", 1)
    assert fee_lines(scene.people.preparer, today, today) == []
    listed = client.get(url("expert_fees")).content.decode()
    assert "6.5" in listed
    book = openpyxl.load_workbook(BytesIO(client.get(url("expert_fees_export")).content))
    assert book.sheetnames == ["工时合计", "逐次评审"]
    assert 6.5 in [row[4] for row in book["工时合计"].iter_rows(values_only=True)]


def test_letters_of_a_seat():
    scene = Scene().to_inviting()
    first, second, *_ = scene.review.members.select_related("expert__user")
    own, secretary = browser(first.expert.user), browser(scene.secretary)
    page = url("review_letter", scene.review.pk, first.pk, "commitment")
    assert page in own.get(url("review_invitation", scene.review.pk)).content.decode()
    assert "承诺" in own.get(page).content.decode()
    assert own.get(url("review_letter", scene.review.pk, second.pk, "commitment")).status_code == 404
    assert own.get(url("review_letter", scene.review.pk, first.pk, "other")).status_code == 404
    assert browser(scene.people.preparer).get(page).status_code == 404
    step(first, "recuse", first.expert.user, "参与过专项规划")
    assert own.get(page).status_code == 404
    assert "参与过专项规划" in secretary.get(url("review_letter", scene.review.pk, first.pk, "recusal")).content.decode()


def test_an_appointment_without_a_valid_panel_is_recorded_with_its_reason():
    scene = Scene(extra=0)
    ExpertProfile.objects.update(specialties=["lowcarbon"])
    client, page = browser(scene.secretary), url("review_appoint", scene.review.pk)
    assert page in client.get(url("review", scene.review.pk)).content.decode()
    chosen = [expert.pk for expert in scene.experts]
    assert "在办0项" in client.get(page).content.decode()
    again = client.post(page, {"experts": chosen, "reason": "", "version": 0})
    assert (again.status_code, again.content.decode().count("checked")) == (409, 5)
    assert client.post(page, {"experts": chosen[:4], "reason": "库内不足", "version": 0}).status_code == 409
    assert client.post(page, {"experts": chosen, "reason": "库内缺少四个方面的专家", "version": 0}).status_code == 302
    assert "指定：库内缺少四个方面的专家" in client.get(url("review", scene.review.pk)).content.decode()
    assert scene.review.members.filter(state="invited").count() == 5
