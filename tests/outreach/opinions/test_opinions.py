"""Opinions of the public: filed without an account, limited, answered, looked up by receipt, published if sender and officer agree."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.urls import reverse

from approvals.cases.models.correspondence import Notice, Objection
from approvals.publicity import services as notices
from districts.common.enums import Stage
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed
from outreach.common.areas import areas
from outreach.opinions import selectors, services
from outreach.opinions.forms import OpinionFilter
from outreach.opinions.models import PublicOpinion
from outreach.opinions.services import OpinionWords
from portal.personal.services import drop_expired
from portal.todo.selectors import tasks_of
from tests.factories.approvals import Filing
from tests.factories.districts import make_district
from tests.outreach.asking import said, to
from tests.refusing import refuses

pytestmark = pytest.mark.django_db
SAID = {"text": "道路绿化养护不足（虚构）", "name": "演示居民", "contact": "13800001234", "may_publish": "on"}
CODE = re.compile(r"(?:[A-Z2-9]{4}-){4}[A-Z2-9]{4}")


def file(number=1, address="192.0.2.1", **on):
    words = OpinionWords(f"意见{number}（虚构）", "演示居民", "13800001234", may_publish=True)
    return services.file_opinion(words=words, address=address, **on)


def receipt_of(answer):
    assert answer.status_code == 200
    return CODE.search(said(answer))[0]


def test_from_filing_to_a_published_reply(client, people):
    district, other = (make_district(people, name=f"演示{one * 94}（虚构）", stage=Stage.PILOT) for one in "长远")  # the longest names
    form = to("opinion_on_district", district.code)
    assert form in said(client.get(reverse("portal:public_district", args=[district.code])))
    code = receipt_of(client.post(form, SAID))
    kept = PublicOpinion.objects.get()
    assert code.replace("-", "") not in str(PublicOpinion.objects.values().get())
    page = client.post(to("opinion_receipt"), {"code": f" {code.lower()} "})
    assert ("待答复" in said(page), SAID["text"] in said(page)) == (True, True)
    assert not any(one in said(page) for one in (SAID["name"], SAID["contact"]))
    assert client.post(to("opinion_receipt"), {"code": "AAAA-AAAA"}).status_code == 404
    client.force_login(people.city_officer)
    assert client.post(to("opinion", kept.pk), {"reply": " "}).status_code == 422
    assert client.post(to("opinion_summary", kept.pk), {"summary": "甲", "answer_summary": "乙"}).status_code == 422
    assert client.post(to("opinion", kept.pk), {"reply": "已安排养护"}).status_code == 302
    assert client.post(to("opinion", kept.pk), {"reply": "再答"}).status_code == 422
    client.logout()
    assert "已安排养护" in said(client.post(to("opinion_receipt"), {"code": code}))
    assert "绿化养护" not in said(client.get(to("opinions")))
    client.force_login(people.city_officer)
    client.post(to("opinion_summary", kept.pk), {"summary": "绿化养护", "answer_summary": "已安排"})
    client.logout()
    public = said(client.get(to("opinions")))
    assert all(one in public for one in ("绿化养护", "已安排", district.name, "演示数据"))
    assert not any(one in public for one in (SAID["text"], SAID["name"], SAID["contact"], "已安排养护"))
    register = said(client.get(reverse("portal:public_district", args=[district.code])))
    assert "公开的意见和答复（1条）" in register
    assert "公开的意见和答复（" not in said(client.get(reverse("portal:public_district", args=[other.code])))
    assert ["绿化养护" in said(client.get(to("opinions"), {"q": one.name})) for one in (district, other)] == [True, False]
    client.force_login(people.city_officer)
    client.post(to("opinion_withdraw", kept.pk))
    assert "绿化养护" not in said(client.get(to("opinions")))
    assert "公开的意见和答复（" not in said(client.get(reverse("portal:public_district", args=[district.code])))
    told = AuditRecord.objects.filter(action__startswith="outreach.").order_by("pk").values_list("action", flat=True)
    assert list(told) == ["outreach.answer_opinion", "outreach.publish_opinion", "outreach.withdraw_summary"]


def test_without_consent_nothing_is_published(people):
    made = services.file_opinion(words=OpinionWords("不公开（虚构）"), address="192.0.2.1").opinion
    services.answer_opinion(opinion=made, by=people.city_officer, reply="收到")
    refuses("没有同意", services.publish_opinion, opinion=made, by=people.city_officer, summary="甲", answer_summary="乙")


def test_an_objection_stands_on_its_case_before_anybody_decides(client, people):
    filing = Filing(people).to_notice()
    notice = Notice.objects.get()
    filed = client.post(to("opinion_on_notice", notice.pk), SAID)
    code = receipt_of(filed)
    assert all(notice.title in said(page) for page in (filed, client.post(to("opinion_receipt"), {"code": code})))
    client.force_login(people.city_officer)
    case = said(client.get(reverse("approvals:case", args=[filing.case.pk])))
    assert SAID["text"] in case
    objection, kept = Objection.objects.get(), PublicOpinion.objects.get()
    assert (kept.objection, kept.text, kept.district) == (objection, "", filing.case.district)
    due = selectors.due_of(kept, selectors.term_settings())
    [task] = [one for one in tasks_of(Viewer(people.city_officer)) if "公示意见" in one.title]
    assert due == task.due
    refuses("办件上答复", services.answer_opinion, opinion=kept, by=people.city_officer, reply="这里不答")
    notices.answer_objection(objection=objection, by=people.city_officer, reply="口径见专业规划", held=False)
    client.logout()
    assert "口径见专业规划" in said(client.post(to("opinion_receipt"), {"code": code}))
    services.publish_opinion(opinion=kept, by=people.city_officer, summary="面积口径", answer_summary="见专业规划")
    assert notice.title in said(client.get(to("opinions")))
    Notice.objects.update(closed_at=clock.now())
    late = client.post(to("opinion_on_notice", notice.pk), {"text": "晚了（虚构）"})
    assert (late.status_code, "晚了（虚构）" in said(late)) == (410, True)
    assert PublicOpinion.objects.count() == 1


def test_an_objection_without_a_name_is_a_lead_and_its_receipt_says_so(client, people):
    Filing(people).to_notice()
    answer = client.post(to("opinion_on_notice", Notice.objects.get().pk), {"text": "线索（虚构）"})
    assert "不逐条答复" in said(answer)
    assert PublicOpinion.objects.get().progress == "lead"


def test_one_person_says_nothing_twice_and_many_may_say_the_same(client):
    form = to("opinion_on_programme")
    assert client.post(form, SAID).status_code == 200
    again = client.post(form, SAID)
    assert (again.status_code, "已经收到" in said(again)) == (409, True)
    assert ("没有提交" in said(again), "改后再提交" in said(again)) == (True, False), "nothing in the form is wrong"
    assert "改后再提交" in said(client.post(form, {"text": ""}))
    assert client.post(form, {**SAID, "name": "邻座居民"}).status_code == 200
    assert PublicOpinion.objects.count() == 2


def test_what_was_typed_is_shown_as_text_and_never_as_markup(client, people):
    code = receipt_of(client.post(to("opinion_on_programme"), {"text": "一行<b id=x>\n二行（虚构）"}))
    client.force_login(people.city_officer)
    pages = (client.post(to("opinion_receipt"), {"code": code}), client.get(to("opinion", PublicOpinion.objects.get().pk)))
    for page in map(said, pages):
        assert ("<b id=x>" in page, "一行&lt;b id=x&gt;<br>二行" in page) == (False, True)


def test_looks_at_receipts_are_bounded(client):
    answers = [client.post(to("opinion_receipt"), {"code": f"AAAA-{number}"}).status_code for number in range(22)]
    assert (answers.count(404), answers.count(429)) == (20, 2)


def test_a_program_that_fills_in_everything_is_told_what_to_empty(client):
    answer = client.post(to("opinion_on_programme"), {**SAID, "homepage": "https://example.org"})
    assert (answer.status_code, "请清空后再提交" in said(answer), SAID["text"] in said(answer)) == (422, True, True)
    assert not PublicOpinion.objects.exists()
    empty = said(client.get(to("opinion_on_programme")))
    assert 'class="visually-hidden"' in empty
    assert "<script" not in empty.partition("<main")[2].partition("</main")[0]


def test_only_the_officer_handles_opinions(people):
    made = file().opinion
    for seat in ("city_checker", "secretariat", "preparer", "partner", "system_keeper"):
        for act, words in ((services.answer_opinion, {"reply": "甲"}), (services.set_aside, {"reason": "甲"})):
            refuses(NotAllowed, act, opinion=made, by=people.everybody[seat], **words)
    made.refresh_from_db()
    assert (made.reply, made.aside_at) == ("", None)


def test_a_contact_is_encrypted_masked_and_shown_after_a_reason(client, people):
    made = file().opinion
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact FROM outreach_publicopinion")
        assert "13800001234" not in cursor.fetchone()[0]
    client.force_login(people.city_director)
    assert "13800001234" not in said(client.get(to("opinion_list")))
    page = said(client.get(to("opinion", made.pk)))
    assert ("138****1234" in page, "13800001234" in page) == (True, False)
    assert client.post(to("opinion_contact", made.pk), {}).status_code == 422
    assert "13800001234" in said(client.post(to("opinion_contact", made.pk), {"reason": "电话核实"}))
    record = AuditRecord.objects.get(action="outreach.reveal_contact")
    assert (record.data["reason"], record.actor_id) == ("电话核实", people.city_director.pk)


def test_the_officer_finds_what_waits_on_the_desk(people):
    assert not [one for one in tasks_of(Viewer(people.city_officer)) if one.kind == "public_opinion"]
    first, _ = file(1), file(2)
    [task] = [one for one in tasks_of(Viewer(people.city_officer)) if one.kind == "public_opinion"]
    assert (task.title, task.due) == ("公众意见待答复2条", selectors.due_of(first.opinion, selectors.term_settings()))
    assert task.due > clock.today()
    assert not [one for one in tasks_of(Viewer(people.city_checker)) if one.kind == "public_opinion"]
    for one in PublicOpinion.objects.all():
        services.set_aside(opinion=one, by=people.city_officer, reason="广告")
    assert not [one for one in tasks_of(Viewer(people.city_officer)) if one.kind == "public_opinion"]


def test_opinions_on_fiction_are_counted_apart_on_the_desk_and_in_the_list(people):
    demo = [file(number, district=make_district(people, name=f"演示{number}城（虚构）", stage=Stage.PILOT)).opinion for number in (1, 2)]
    real = [file(3).opinion, file(4, district=make_district(people, name="某城", stage=Stage.PILOT, is_demo=False)).opinion]
    found = [one for one in tasks_of(Viewer(people.city_officer)) if one.kind == "public_opinion"]
    told = {one.is_demo: (one.title, one.subject, one.link.endswith(f"&world={'demo' if one.is_demo else 'real'}")) for one in found}
    assert told == {False: ("公众意见待答复2条", str(real[0]), True), True: ("公众意见待答复2条", str(demo[0]), True)}
    listed = {world: set(OpinionFilter({"world": world}, PublicOpinion.objects.all()).qs) for world in ("", "real", "demo")}
    assert listed == {"": {*real, *demo}, "real": set(real), "demo": set(demo)}


def test_an_objection_to_the_notice_of_a_fictional_case_is_fiction_and_under_no_area_of_a_draft(client, people):
    notice = Notice.objects.get(case=Filing(people).to_notice().case)
    assert "领域（征求意见稿）" not in said(client.get(to("opinion_on_notice", notice.pk)))
    receipt_of(client.post(to("opinion_on_notice", notice.pk), SAID | {"areas": [areas()[0].key]}))
    made = PublicOpinion.objects.get()
    assert (made.is_demo, made.areas) == (True, [])
    assert [set(OpinionFilter({"world": world}, PublicOpinion.objects.all()).qs) for world in ("real", "demo")] == [
        set(),
        {made},
    ]


def test_the_list_is_narrowed_by_words_subject_and_progress(people):
    one, two = file(1).opinion, file(2, district=make_district(people, name="演示窄城（虚构）", stage=Stage.PILOT)).opinion
    services.answer_opinion(opinion=two, by=people.city_officer, reply="已办")

    def found(**asked):
        return set(OpinionFilter(asked, PublicOpinion.objects.all()).qs)

    assert found() == {one, two}
    assert found(q="窄城") == found(about="district") == found(standing="answered") == {two}
    assert found(q=one.number) == found(about="programme") == found(standing="awaited") == {one}


def test_what_was_kept_long_enough_is_deleted(people):
    aside, answered, waiting = (file(number).opinion for number in range(3))
    services.set_aside(opinion=aside, by=people.city_officer, reason="广告")
    services.answer_opinion(opinion=answered, by=people.city_officer, reply="已办")
    for days, left in ((179, {aside, answered, waiting}), (181, {answered, waiting}), (1096, {waiting})):
        with clock.at(clock.now() + dt.timedelta(days=days)):
            drop_expired()
        assert set(PublicOpinion.objects.all()) == left, days


def test_opinions_are_filed_under_areas_of_the_draft_and_found_by_them(client, people):
    district = make_district(people, name="演示意见城区（虚构）", stage=Stage.PILOT)
    (key, name, _), (other, _, _), *_ = areas()
    receipt_of(client.post(to("opinion_on_district", district.code), SAID | {"areas": [key]}))
    receipt_of(client.post(to("opinion_on_programme"), SAID | {"text": "全市工作（虚构）"}))
    assert client.post(to("opinion_on_programme"), SAID | {"areas": ["unknown"]}).status_code == 422
    under, without = PublicOpinion.objects.order_by("pk")
    assert (under.areas, without.areas) == ([key], [])
    client.force_login(people.city_officer)
    assert f"<dd>{name}</dd>" in said(client.get(to("opinion", under.pk)))
    listed = said(client.get(to("opinion_list"), {"area": key}))
    assert (under.number in listed, without.number in listed) == (True, False)
    for number, one in enumerate((under, without)):
        services.answer_opinion(opinion=one, by=people.city_officer, reply="收到")
        services.publish_opinion(opinion=one, by=people.city_officer, summary=f"摘要{number}号", answer_summary="已办")
    client.logout()
    page = said(client.get(to("opinions"), {"area": key}))
    assert ("摘要0号" in page, "摘要1号" in page) == (True, False)
    client.force_login(people.city_officer)
    client.post(to("opinion_summary", under.pk), {"summary": "摘要0号", "answer_summary": "已办", "areas": [other]})
    client.logout()
    assert "没有符合条件的意见" in said(client.get(to("opinions"), {"area": key}))
    assert "摘要0号" in said(client.get(to("opinions"), {"area": other, "about": "district", "q": "演示意见城区 已办"}))


def test_words_that_were_not_published_are_not_found_by_search(client, people):
    make_district(people, stage=Stage.PILOT)
    made = services.file_opinion(words=OpinionWords("原文中的词（虚构）", "演示居民", may_publish=True), address="192.0.2.1").opinion
    services.answer_opinion(opinion=made, by=people.city_officer, reply="原答复")
    services.publish_opinion(opinion=made, by=people.city_officer, summary="公开的摘要", answer_summary="公开的答复")
    assert {q: "公开的摘要" in said(client.get(to("opinions"), {"q": q})) for q in ("公开", "原文", "演示居民", "原答复", made.number)} == {
        "公开": True, "原文": False, "演示居民": False, "原答复": False, made.number: False,
    }  # fmt: skip
