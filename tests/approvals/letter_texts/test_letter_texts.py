"""Text blocks of letters: checked, previewed on a case, in force from their day; letters of before keep their wording."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from approvals.cases.models.cases import Case
from approvals.letter_texts.services import propose_text
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.policy.letter_texts import BLOCKS, problems
from greendistrict.policy.models import LetterWording
from greendistrict.workflow.procedure import take
from tests.approvals.casework.test_letters import letter_of
from tests.factories.approvals import Filing
from tests.refusing import refuses
from tests.steps import reaches

pytestmark = pytest.mark.django_db
NEW = "受理编号{受理编号}，可在平台查询{城区}办理进度。"


def later(days=1):
    return clock.today() + dt.timedelta(days=days)


def propose(people, text=NEW, key="acceptance", since=None, seat="city_officer"):
    return propose_text(key=key, text=text, since=since or later(), reason="统一用语（虚构）", by=getattr(people, seat))


def page(key="acceptance"):
    return reverse("approvals:letter_text", args=[key])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("受理编号{受理编号}。\n请{申报人}查询。", ["第2行第2字：没有变量{申报人}，可以使用{城区}、{申报主体}、{受理编号}"]),
        ("请查询。", ["缺少必须使用的变量{受理编号}"]),
        ("编号{受理编号}，{城区。", ["第1行第10字：花括号“{”不成对"]),
        ("  ", ["请填写内容", "缺少必须使用的变量{受理编号}"]),
        (NEW, []),
    ],
)
def test_what_is_wrong_is_told_by_name_and_place(text, words):
    assert list(problems(BLOCKS["acceptance"], text)) == words


def test_who_proposes_and_that_a_version_begins_on_a_day_to_come(people):
    refuses(NotAllowed, propose, people, seat="city_checker")
    refuses("生效日期须在今天之后", propose, people, since=clock.today())
    refuses("内容与现行文本相同", propose, people, text=BLOCKS["acceptance"].default)
    propose(people)
    refuses("已有待审定的版本", propose, people, text=f"{NEW}。")


def test_the_database_knows_no_version_decided_by_who_proposed_it(people):
    made = propose(people)
    with pytest.raises(IntegrityError), transaction.atomic():
        LetterWording.objects.filter(pk=made.pk).update(status="decided", decided_by=people.city_officer)


def test_letters_of_before_keep_their_wording_and_later_ones_have_the_new():
    filing = Filing().to_accepted()
    people, case = filing.people, filing.case
    before = letter_of(case, "acceptance", inside=True)
    made = propose(people)
    assert all("待审定" in title for title in reaches(people, made, "begun"))
    take(obj=made, action="decide", by=people.city_checker, version=0)
    stored = LetterWording.objects.get(pk=made.pk)
    assert (stored.status, stored.decided_by) == ("decided", people.city_checker)
    assert letter_of(case, "acceptance", inside=True) == before
    with clock.at(clock.now() + dt.timedelta(days=2)):
        Case.objects.filter(pk=case.pk).update(accepted_at=clock.now())
        changed = letter_of(Case.objects.get(pk=case.pk), "acceptance", inside=True)
        assert f"受理编号{case.number}，可在平台查询{case.district.name}办理进度。" in "".join((*changed.paragraphs, *changed.closing))
    assert letter_of(case, "acceptance", inside=True) == before


def test_a_version_that_waited_too_long_is_not_decided_for_days_that_are_over(people):
    made = propose(people)
    with clock.at(clock.now() + dt.timedelta(days=3)), pytest.raises(Refused, match="生效日期须在审定日之后"):
        take(obj=made, action="decide", by=people.city_director, version=0)


def test_a_preview_shows_the_letter_of_a_case_and_stores_nothing(client):
    filing = Filing().to_accepted()
    client.force_login(filing.people.city_officer)
    typed = {"text": NEW, "since": later().isoformat(), "reason": "统一用语", "case": filing.case.pk, "preview": "1"}
    shown = client.post(page(), typed).content.decode()
    assert all(words in shown for words in ("预览", "受理通知书", f"受理编号{filing.case.number}，可在平台查询", NEW))
    refused = client.post(page(), {**typed, "case": ""})
    assert (refused.status_code, "请选择预览用的办件" in refused.content.decode()) == (422, True)
    wrong = client.post(page(), {**typed, "text": "请{申报人}查询。"})
    told = ("第1行第2字：没有变量{申报人}", "缺少必须使用的变量{受理编号}", "请{申报人}查询。</textarea>")
    assert (wrong.status_code, [words for words in told if words not in wrong.content.decode()]) == (422, [])
    assert not LetterWording.objects.exists()
    del typed["preview"]
    assert client.post(page(), typed).status_code == 302
    assert "第1版" in client.get(page()).content.decode()
