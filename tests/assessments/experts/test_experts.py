"""The expert pool: entering, joining, confirming, removing, who is drawn; its pages, workbook, hours and letters."""

import datetime as dt
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assessments.experts import services
from assessments.experts.models import ExpertAbsence, ExpertEmployment, ExpertProfile, ExpertTie, ExpertTraining, TieKind
from assessments.experts.pool import expert_book, pool_list
from assessments.experts.selectors import expert_list, experts_visible_to, specialty_words
from assessments.reviews.selectors.panels import fee_lines, panels_of
from assessments.reviews.selectors.pool import candidates, load_of
from assessments.reviews.services import meeting_records
from assessments.worklist.selectors import tasks_for
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.services import add_organisation, appoint, name_employer
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Stale
from greendistrict.documents.workbooks.book import FIRST_ROW
from greendistrict.workflow.models import OutboxMessage
from greendistrict.workflow.procedure import take
from indicators.editions.models import Edition
from tests.assessments.browsing import browser, lacking, text_of, url
from tests.factories.accounts import make_user
from tests.factories.reviews import Scene, make_experts, reference_edition
from tests.factories.workbooks import saved
from tests.refusing import refuses
from tests.steps import reaches, step, version_of

pytestmark = pytest.mark.django_db
AREA = pytest.mark.area("assessments/experts", "greendistrict/documents")


@pytest.fixture
def expert(people):
    """The first of the pool."""
    return make_experts(people, 0)[0]


def entry(**given):
    values = {
        "username": "pool-new", "name": "新演示", "email": "pool-new@example.invalid", "specialties": ["lowcarbon"],
        "valid_from": dt.date(2026, 1, 1), "valid_to": None, "employer": "演示新研究院（虚构）",
    }  # fmt: skip
    return services.ExpertEntry(**{**values, **given})


def test_a_new_account_opens_nothing_before_its_keepers_act(people):
    expert = services.enter(entry=entry(), by=people.secretariat)
    assert expert.status == "invited"
    assert expert.user.posts.count() == 0
    told = set(OutboxMessage.objects.filter(key__contains=":expert:").values_list("payload__receiver", flat=True))
    assert told == {people.system_keeper.pk, people.security_keeper.pk, expert.user_id}
    reaches(people, expert, "new_account")
    reaches(people, expert, "begun", 专家本人={expert.user.username})
    refuses("专家岗位", step, expert, "join", expert.user)
    appoint(user=expert.user, organisation=expert.employments.get().organisation, role=Role.EXPERT, by=None)
    user = User.objects.get(pk=expert.user_id)
    assert [task.title for task in tasks_for(Viewer(user))] == ["答复专家库邀请"]
    step(expert, "join", user)
    expert.refresh_from_db()
    assert (expert.status, expert.confirmed_on) == ("active", clock.today())
    assert tasks_for(Viewer(user)) == []


def test_an_account_that_does_not_fit_is_refused(people):
    make_user(Role.EXPERT, username="demo-other", name="别人")
    make_user(Role.PREPARER, username="demo-preparer", name="某演示")
    for username, name, words in (
        ("demo-other", "新演示", "姓名不符"),
        ("demo-preparer", "某演示", "其他岗位"),
        ("bad name", "新演示", "账号"),
    ):
        refuses(words, services.enter, entry=entry(username=username, name=name), by=people.secretariat)
    assert not ExpertProfile.objects.exists()


def test_only_keepers_of_the_pool_write_and_only_who_may_read_sees_people(people):
    experts = make_experts(people, 0)
    for seat, user in people.everybody.items():
        if seat not in {"secretariat", "city_officer"}:
            refuses(NotAllowed, services.enter, entry=entry(), by=user)
            refuses(NotAllowed, services.save, expert=experts[0], values={"rank": "x"}, version=0, by=user)
        seen = set(experts_visible_to(Viewer(user)).values_list("user_id", flat=True))
        city = seat.startswith("city") or seat == "secretariat"
        assert seen == ({expert.user_id for expert in experts} if city else {user.pk} & {expert.user_id for expert in experts}), seat


def test_a_removed_expert_is_kept_and_never_drawn():
    scene = Scene()
    gone = scene.experts[0]
    refuses("理由", step, gone, "remove", scene.secretary, " ")
    step(gone, "remove", scene.secretary, "调离本市")
    assert gone.pk not in {one.id for one in candidates(scene.review, clock.today())}
    assert ExpertProfile.objects.get(pk=gone.pk).status == "removed"
    scene.to_inviting()
    seated = scene.review.members.select_related("expert").first().expert
    refuses("先更换", step, seated, "remove", scene.secretary, "调离本市")


def test_only_people_in_the_pool_are_candidates():
    scene, today, day = Scene(extra=0), clock.today(), dt.timedelta(days=1)
    away, over, unwilling, later, gone = scene.experts
    for status, count in (("invited", 4), ("declined", 4), ("removed", 4), ("active", 5)):
        ExpertProfile.objects.filter(pk=gone.pk).update(status=status)
        assert len(candidates(scene.review, clock.today())) == count

    def save(expert, **values):
        services.save(expert=expert, values=values, version=0, by=scene.secretary)

    services.add_row(expert=away, kind=ExpertAbsence, values={"valid_from": today, "valid_to": today, "note": ""}, by=away.user)
    save(over, valid_to=today - day)
    save(unwilling, available=False)
    save(later, valid_from=today + day)
    assert [one.id for one in candidates(scene.review, clock.today())] == [gone.pk]
    assert ExpertProfile.objects.get(pk=over.pk).past_terms == [["2020-01-01", ""]]
    refuses(Stale, save, over, rank="x")


def test_the_year_is_confirmed_in_person_and_asked_for_on_the_desk(people, expert):
    def confirm(by, *, available=False):
        expert.refresh_from_db()
        services.confirm(expert=expert, available=available, version=expert.version, by=by)

    assert [task.title for task in tasks_for(Viewer(expert.user))] == [f"确认{clock.today().year}年专家信息"]
    refuses(NotAllowed, confirm, people.secretariat)
    job = expert.employments.get()
    services.end_employment(expert=expert, row=job, until=clock.today() - dt.timedelta(days=1), by=expert.user)
    refuses("工作单位", confirm, expert.user)
    expert.employments.update(valid_to=None)
    confirm(expert.user)
    expert.refresh_from_db()
    assert (expert.confirmed_on, expert.available) == (clock.today(), False)
    refuses("已经确认", confirm, expert.user, available=True)
    assert tasks_for(Viewer(expert.user)) == []


def test_employers_and_ties_stay_once_said(people, expert):
    def add(model, by=expert.user, **values):
        return services.add_row(expert=expert, kind=model, values=values, by=by)

    def refuse(do, *given, match=None, **kw):
        with pytest.raises(NotAllowed, match=match):
            do(*given, **kw)

    row = add(ExpertEmployment, employer=people.applicant_body.name, group="", valid_from=dt.date(2024, 1, 1), valid_to=None)
    assert row.organisation == people.applicant_body
    tie = add(ExpertTie, kind="relation", body="某公司", note="配偶任职")
    for kept in (row, tie):
        refuse(services.remove_row, expert=expert, row=kept, by=expert.user)
    refuse(services.add_row, expert=expert, kind=ExpertTie, values={"kind": "relation", "body": "x", "note": "y"}, by=people.expert2)
    training = {"on": clock.today(), "title": "标准宣贯", "hours": Decimal(4)}
    refuse(add, ExpertTraining, **training)
    add(ExpertTraining, people.secretariat, **training)
    services.end_employment(expert=expert, row=row, until=clock.today(), by=expert.user)
    refuse(services.end_employment, expert=expert, row=row, until=dt.date(2025, 1, 1), by=expert.user, match="更正")
    services.remove_row(expert=expert, row=tie, by=people.secretariat)


def test_an_employer_that_was_only_named_can_take_part_later(people):
    named = name_employer(name="演示后来公司（虚构）", by=people.secretariat, demo=True)
    assert name_employer(name="演示后来公司（虚构）", by=people.secretariat) == named
    taken = add_organisation(name="演示后来公司（虚构）", code="later", kind=OrganisationKind.APPLICANT, by=people.system_keeper)
    assert (taken.pk, taken.kind) == (named.pk, "applicant")
    assert Organisation.objects.filter(name=taken.name).count() == 1


def test_filters_of_the_list():
    scene = Scene().to_inviting()
    today, words = clock.today(), specialty_words()
    assert words["lowcarbon"]
    assert reference_edition().chapters.count() == len(words)
    away = scene.experts[0]
    ExpertProfile.objects.filter(pk=away.pk).update(available=False, valid_to=today - dt.timedelta(days=1), confirmed_on=today)
    drawn = set(scene.review.members.values_list("expert_id", flat=True))

    def found(**chosen):
        return set(expert_list(Viewer(scene.secretary), chosen).values_list("pk", flat=True))

    everybody = {expert.pk for expert in scene.experts}
    assert found() == everybody
    assert found(available="no") == found(ended="yes") == found(confirmed="yes") == {away.pk}
    assert found(available="yes") == found(confirmed="no") == everybody - {away.pk}
    assert found(load="some") == drawn
    assert found(load="none") == everybody - drawn
    assert found(specialty="lowcarbon") == {expert.pk for expert in scene.experts if "lowcarbon" in expert.specialties}
    assert found(q="演示学会0") == {scene.experts[5].pk}
    assert found(q="yan shi hou bei") == {expert.pk for expert in scene.experts[5:]}
    assert set(load_of(everybody, today).values()) == {(1, 0)}


def test_an_expert_reads_no_seat_that_is_no_business_any_more():
    scene = Scene().to_inviting()
    first, second, *_ = scene.review.members.select_related("expert__user")
    step(first, "recuse", first.expert.user, "曾参与规划")
    assert panels_of(first.expert, Viewer(first.expert.user)) == []
    assert panels_of(first.expert, Viewer(scene.secretary)) == [first]
    assert panels_of(second.expert, Viewer(second.expert.user)) == [second]


def test_specialties_are_the_chapters_of_editions_in_use():
    Edition.objects.filter(pk=reference_edition().pk).update(status="published")
    kept = {"official": False, "complete": True, "digest": "f" * 64, "imported_at": clock.now()}
    foreign = Edition.objects.create(code="FOREIGN", title="外地标准", status="checked", **kept)
    foreign.chapters.create(key="sll", title="选址", number=1, order=1, kind="scored")
    assert [key in specialty_words() for key in ("lowcarbon", "sll")] == [True, False]
    Edition.objects.filter(pk=foreign.pk).update(status="published")
    assert specialty_words()["sll"] == "选址"


TIE = {"kind": TieKind.RELATION, "body": "演示公司（虚构）", "project": "", "note": "近亲属任职（虚构）"}


@AREA
@pytest.mark.parametrize("change", ["add", "end", "remove"])
def test_nobody_is_removed_from_a_page_that_shows_other_employers_or_ties(change, people, expert):
    job = ExpertEmployment.objects.get(expert=expert)
    if change == "add":
        services.add_row(expert=expert, kind=ExpertTie, values=TIE, by=expert.user)
    elif change == "end":
        services.end_employment(expert=expert, row=job, until=clock.today(), by=expert.user)
    else:
        services.remove_row(expert=expert, row=job, by=people.secretariat)
    refuses(Stale, take, obj=expert, action="remove", by=people.secretariat, version=expert.version, reason="调离本市")
    assert step(expert, "remove", people.secretariat, "调离本市").status == "removed"


pytestmark = pytest.mark.django_db
NEW = ["pool-new", "新演示", "pool-new@example.invalid", "教授", "低碳", "演示新院（虚构）", "", "2020-01-01", "2026-01-01", "", "是"]


# Rows of a file: what is refused, and what has to be typed differently.
ROWS = {
    "employment": ({"employer": "演示前单位（虚构）", "valid_from": "2022-01-01", "valid_to": "2020-01-01"}, {"valid_to": "2025-12-31"}),
    "tie": ({"kind": "relation", "body": "", "project": "", "note": "近亲属"}, {"body": "演示公司（虚构）"}),
    "absence": ({"valid_from": "2026-05-02", "valid_to": "2026-05-01", "note": "出国"}, {"valid_to": "2026-05-03"}),
}


def test_entering_joining_describing_confirming_and_removing(people, expert):
    reference_edition()
    expert.delete()
    secretary, own = browser(people.secretariat), browser(expert.user)
    assert secretary.get(url("expert_template")).status_code == 200
    typed = {
        "username": expert.user.username, "name": expert.user.name, "specialties": ["lowcarbon"], "valid_from": "2026-01-01",
        "valid_to": "2025-01-01", "employer": "演示大学（虚构）",
    }  # fmt: skip
    assert lacking(secretary.post(url("expert_add"), typed), "聘期止不能早于聘期起", "演示大学") == (422, [])
    made = secretary.post(url("expert_add"), {**typed, "valid_to": ""})
    profile = ExpertProfile.objects.get(user=expert.user)

    def act(client, action, **more):
        return client.post(url("expert_action", profile), {"version": version_of(profile), "action": action, **more})

    def add(client, kind, row):
        return client.post(url("expert_row_add", profile, kind), row)

    def confirm(**sent):
        return own.post(url("expert_confirm", profile), sent).status_code

    me = url("expert_me")
    assert (made.url, own.get(made.url).url) == (url("expert", profile), me)
    assert act(own, "decline", reason="").status_code == 409
    assert act(own, "join").url == me
    for kind, (wrong, right) in ROWS.items():
        assert add(own, kind, wrong).status_code == 422
        assert add(own, kind, {**wrong, **right}).url == me
    training = {"on": "2026-03-01", "title": "标准宣贯", "hours": "4"}
    assert add(own, "training", training).status_code == 403
    assert add(secretary, "training", training).url == made.url
    assert own.post(url("expert_row_remove", profile, "absence", profile.absences.get()), {"confirmed": "1"}).status_code == 302
    job = profile.employments.get(valid_to__isnull=True)
    assert own.post(url("expert_employment_end", profile, job), {"until": "2100-01-01"}).status_code == 422
    ExpertProfile.objects.filter(pk=profile.pk).update(confirmed_on=None)
    truth, now = {"correct": "on", "available": "on"}, version_of(profile)
    assert [confirm(), confirm(**truth, version=now - 1), confirm(**truth, version=now)] == [422, 409, 302]
    values = {"version": 99, "rank": "教授", "specialties": ["smart"], "valid_from": "2026-01-01", "valid_to": ""}
    late = secretary.post(url("expert_save", profile), values)
    assert lacking(late, "聘期起现存：2026年1月1日", "聘期止现存：长期") == (409, [])
    assert secretary.post(url("expert_save", profile), {**values, "version": version_of(profile)}).status_code == 302
    assert "确定办理“移出专家库”" in text_of(act(secretary, "remove", reason="调离"))
    act(secretary, "remove", reason="调离", confirmed="yes")
    profile.refresh_from_db()
    assert profile.status == "removed"


def filled(*rows):
    """The template with rows filled in."""
    book = openpyxl.load_workbook(BytesIO(expert_book([], specialty_words())))
    for at, row in enumerate(rows, start=FIRST_ROW + 1):
        for column, value in enumerate(row, start=1):
            book["专家"].cell(at, column, value)
    return saved(book)


def upload(client, content):
    return client.post(url("expert_import"), {"workbook": SimpleUploadedFile("专家.xlsx", content)})


def new(**given):
    row = [*NEW]
    row[4] = specialty_words()["lowcarbon"]
    for name, value in given.items():
        row[next(at for at, column in enumerate(pool_list({}).columns) if column.field == name)] = value
    return row


def test_an_import_is_previewed_written_once_and_comes_back_unchanged(people, expert):
    reference_edition()
    job, client = expert.employments.get(), browser(people.secretariat)
    moved = new(username=expert.user.username, name=expert.user.name, email="", rank="研究员", employed_from=dt.date(2026, 2, 1))
    page = upload(client, filled(new(), moved))
    assert page.status_code == 200, text_of(page)
    preview, token = page.context["preview"], page.context["token"]
    assert preview.added == ["新演示"]
    assert {"职称或职务", "工作单位", "任职起"} <= {line.label for line in preview.changed}
    assert ExpertProfile.objects.count() == 5
    assert client.post(url("expert_apply"), {"token": token}).url == url("expert_list")
    made = ExpertProfile.objects.get(user__username="pool-new")
    assert (made.status, made.specialties, made.employments.get().valid_from) == ("invited", ["lowcarbon"], dt.date(2020, 1, 1))
    expert.refresh_from_db()
    job.refresh_from_db()
    assert (expert.rank, job.valid_to) == ("研究员", dt.date(2026, 1, 31))
    assert {client.post(url("expert_apply"), {"token": one}).status_code for one in (token, "x")} == {409}
    back = expert_book(expert_list(Viewer(people.secretariat), {}), specialty_words())
    again = upload(client, back).context["preview"]
    assert (again.unchanged, again.refused) == (6, [])


@AREA
@pytest.mark.parametrize(("given", "label", "words"), [
    ({"username": ""}, "账号", "缺账号"), ({"username": "bad name"}, "账号", "字母、数字"),
    ({"specialties": "低炭"}, "专业", "没有“低炭”这个专业"), ({"valid_from": "上个月"}, "聘期起", "2026-03-01"),
    ({"valid_to": "2020-01-01"}, "聘期止", "不能早于"), ({"employer": "=A1"}, "工作单位", "公式"),
    ({"email": "不是邮箱"}, "电子邮箱", "格式"), ({"available": "也许"}, "可参加", "请填是或否"),
    ({"employed_from": dt.date(2100, 1, 1)}, "任职起", "不能晚于今天"),
])  # fmt: skip
def test_a_cell_that_cannot_be_taken_is_told_and_keeps_its_row_out(given, label, words, people):
    reference_edition()
    page = upload(browser(people.secretariat), filled(new(username="other-new", name="别演示", email="o@example.com"), new(**given)))
    preview = page.context["preview"]
    assert (page.status_code, [(line.label, words in line.note) for line in preview.refused]) == (422, [(label, True)])
    assert [work.label for work in preview.works] == ["other-new"]
    assert not User.objects.filter(username="other-new").exists()


def test_the_rows_that_can_be_written_are_written_and_the_others_come_back_marked(people):
    reference_edition()
    client = browser(people.secretariat)
    page = upload(client, filled(new(username="other-new", name="别演示"), new(specialties="低炭")))
    assert "只写入其余1行" in text_of(page)
    done = client.post(url("expert_apply"), {name: page.context[name] for name in ("token", "copy")})
    assert "其余1行没有写入" in text_of(done)
    assert ExpertProfile.objects.get().user.username == "other-new"
    copy = client.post(url("expert_apply"), {"copy": done.context["copy"], "returned": "1"}).content
    [row] = openpyxl.load_workbook(BytesIO(copy))["专家"].iter_rows(min_row=FIRST_ROW + 1, values_only=True)
    assert (row[0], row[4], row[-1].partition("，")[0]) == ("pool-new", "低炭", "专业：没有“低炭”这个专业")
    assert [line.address for line in upload(client, copy).context["preview"].refused] == ["E4"]


def test_a_workbook_of_something_else_and_a_double_row_are_refused(people):
    reference_edition()
    client = browser(people.secretariat)
    assert "请先下载模板" in text_of(upload(client, saved(openpyxl.Workbook())))
    assert "两行是这个账号" in text_of(upload(client, filled(new(), new())))


def test_hours_are_noted_by_the_secretariat_listed_and_exported():
    scene = Scene().to_concluded()
    scene.review.refresh_from_db()
    first, second = scene.members[:2]
    client, page = browser(scene.secretary), url("review_hours", scene.review)
    assert page in text_of(client.get(url("review", scene.review)))
    for hours, status in (({f"hours_{first.pk}": "-1"}, 422), ({f"hours_{first.pk}": "6.5", f"hours_{second.pk}": ""}, 302)):
        assert client.post(page, hours).status_code == status
    refuses(NotAllowed, meeting_records.note_hours, review=scene.review, hours={first.pk: 1}, by=scene.people.city_officer)
    today = clock.today()
    lines = {line.expert.pk: line for line in fee_lines(Viewer(scene.secretary), today, today)}
    assert (len(lines), str(lines[first.expert_id].hours), lines[second.expert_id].unnoted) == (5, "6.5", 1)
    assert fee_lines(Viewer(scene.people.preparer), today, today) == []
    assert "6.5" in text_of(client.get(url("expert_fees")))
    book = openpyxl.load_workbook(BytesIO(client.get(url("expert_fees_export")).content))
    assert book.sheetnames == ["工时合计", "逐次评审"]
    assert 6.5 in [row[4] for row in book["工时合计"].iter_rows(values_only=True)]


@AREA
def test_letters_of_a_seat():
    scene = Scene().to_inviting()
    first, second, *_ = scene.review.members.select_related("expert__user")
    own = browser(first.expert.user)

    def letter(client, member=first, kind="commitment"):
        return client.get(url("review_letter", scene.review, member, kind))

    assert url("review_letter", scene.review, first, "commitment") in text_of(own.get(url("review_invitation", scene.review)))
    assert "承诺" in text_of(letter(own))
    for refused in (letter(own, second), letter(own, kind="other"), letter(browser(scene.people.preparer))):
        assert refused.status_code == 404
    step(first, "recuse", first.expert.user, "参与过专项规划")
    assert letter(own).status_code == 404
    assert "参与过专项规划" in text_of(letter(browser(scene.secretary), kind="recusal"))
