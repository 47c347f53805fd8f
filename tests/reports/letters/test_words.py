"""Words of letters: written by the rules of wording, and those of a certificate for whoever verifies number or code."""

import datetime as dt
import re
from decimal import Decimal
from http import HTTPStatus

import pytest
from django.urls import reverse

from approvals.cases.models.correspondence import Notice
from approvals.remedies.letters import NOWHERE
from approvals.titles.letters import certificate
from approvals.titles.models.publicity import Title
from districts.file.models.district import District
from districts.yearly_plans.models import ImplementationPlan
from greendistrict.accounts.models import Organisation
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock, papers
from greendistrict.core.papers import PORTAL
from greendistrict.policy import letter_texts
from greendistrict.workflow.letters import drafts_of, letter_sources, sentence
from tests.factories.accounts import cast
from tests.factories.districts import make_district
from tests.reports.fitness import MAKERS_NOTES
from tests.reports.letters.world import every_letter

pytestmark = pytest.mark.django_db
CITATION = "《关于推进本市绿色生态城区建设的指导意见》（沪住建规范联〔2023〕13号）"
# Receipts, records of a meeting, of a hearing and of delivery take no decision; on changes and on terms the policy is silent.
WITHOUT_GROUND = {"回执", "整改复核意见", "专家评审意见", "送达回证", "陈述申辩笔录", "公示", "同意变更的复函", "不同意变更的复函",
                  "整改延期的复函",
                  "更正公告", "撤回公告", "公告原文", "答复告知书", "延期答复告知书",
                  "行政复议答复书", "行政诉讼答辩状", "行政诉讼二审答辩状", "恢复称号的通知", "申请补正告知书", "征求第三方意见书",
                  "免报的复函", "延期的复函"}  # fmt: skip
PLEADINGS = {"行政诉讼答辩状", "行政诉讼二审答辩状"}  # parties first, 此致 and the court last
WITHOUT_ADDRESSEE = PLEADINGS | {"公示", "公告", "更正公告", "撤回公告", "公告原文", "专家评审意见", "送达回证", "陈述申辩笔录"}
KINDS = {
    "请示", "报送函", "回执", "受理通知书", "不予受理通知书", "补正告知书", "技术审查意见", "专家评审意见", "公示", "公告", "授予决定",
    "形式审查和预评审意见",
    "未通过的告知书", "同意变更的复函", "不同意变更的复函", "事先告知书", "陈述申辩笔录", "决定书", "送达回证", "征询函", "部门意见",
    "复函", "补正期限延期的复函", "阶段评估合格的通知", "整改通知书", "整改延期的复函", "整改复核意见", "延期的复函", "免报的复函",
    "更正公告", "撤回公告", "公告原文", "答复告知书", "延期答复告知书", "行政复议答复书", "行政诉讼答辩状",
    "行政诉讼二审答辩状", "恢复称号的通知", "申请补正告知书", "征求第三方意见书",
}  # fmt: skip
PHONE = "021-0000-0000"
LABEL = re.compile(r"^[^，。；（“]{1,12}：")
SHORT = re.compile(r"(?<!第)[一二三四五六七八九]（[一二三四五六七八九]）")


def wrong(kind, letter):
    """What stands against the wording of one letter."""
    sentences = [*letter.paragraphs[2:]] if kind in PLEADINGS else [*letter.paragraphs, *letter.closing]
    text = "\n".join([letter.title, *sentences, *(cell for line in letter.lines for cell in line), *letter.annexes, letter.contact])
    yield from (f"a note of the makers: {note}" for note in MAKERS_NOTES if note in text)
    if "受理条件" in text or "None" in text or "{" in text:
        yield f"受理条件, None or a variable: {text}"
    yield from (f"a form field: {line}" for line in sentences if LABEL.match(line))
    yield from (f"two full stops: {line}" for line in sentences if re.search("[。；](（[^（）]*）)?[。；]$", line))
    yield from (f"a shell: {line}" for line in sentences if line == NOWHERE)
    yield from (f"no sentence: {line}" for line in sentences if not line.endswith(("。", "：", "；")) and "签名" not in line)
    yield from (f"an abbreviated article: {found[0]}" for found in [SHORT.search(text)] if found)
    if kind not in WITHOUT_GROUND and CITATION not in text:
        yield "no full citation"
    if "指导意见" in text.replace(CITATION, "") and kind not in {"技术审查意见", "形式审查和预评审意见"}:
        yield "the policy named without its title and number"
    if kind == "免报的复函" and ("《" in text or "应当" in text):
        yield f"a clause for what the policy does not know: {text}"
    if not letter.title or not letter.by or bool(letter.to) == (kind in WITHOUT_ADDRESSEE):
        yield f"title {letter.title}, addressee {letter.to}, issuer {letter.by}"
    if "市住房城乡建设管理委" in letter.by:
        yield f"signed by a short name: {letter.by}"
    if letter.by == PORTAL or "等1个" in text:
        yield f"signed by the portal, which is no body, or one and others: {letter.by}, {text}"
    if letter.is_numbered and "〔" not in letter.number_line:
        yield f"no place for the number: {letter.number_line}"
    if any(len(line) != len(letter.heads) for line in letter.lines) or bool(letter.heads) != bool(letter.lines):
        yield "heads and lines of the table differ"


def test_typed_text_becomes_one_sentence():
    told = {
        "属实": "属实。",
        "属实。": "属实。",
        "属实。（附后）": "属实（附后）。",
        "属实（附后）": "属实（附后）。",
        "是否属实？": "是否属实？",
    }
    assert {text: sentence(text) for text in told} == told


def test_every_kind_of_letter_is_written_by_the_rules():
    found = every_letter()
    told = {name: list(wrong(name.rpartition(":")[2], letter)) for name, letter in found.items()}
    assert {name: said for name, said in told.items() if said} == {}
    assert {name.rpartition(":")[2] for name in found} == KINDS
    quoting = [name for name, letter in found.items() if re.search(rf"{CITATION}第.部分第（.）项(第.点)?“", "".join(letter.paragraphs))]
    assert len(quoting) >= 18


def test_letters_of_bodies_have_their_telephone_and_no_letter_asks_for_objections_twice():
    told, asked = {}, {}

    def visit(name, matter, draft, user):
        Organisation.objects.update(office_phone=PHONE)
        letter = draft.write()
        if letter.contact and Organisation.objects.filter(name=letter.by).exists():
            told[name.rpartition(":")[2]] = PHONE in letter.contact
        if draft.title == "公示":
            for body in ("现予公示。", "现予公示。公示期内有意见的，请寄送市住房城乡建设管理委。"):
                Notice.objects.filter(case=matter).update(body=body)
                [again] = [one.write() for one in drafts_of(matter, Viewer(user)) if one.title == "公示"]
                text = "".join(again.paragraphs)
                asked[body] = text.count("公示期自"), text.count("公示期内"), "本页" in text

    every_letter(visit)
    assert {"请示", "报送函", "部门意见"} <= told.keys()
    assert set(told.values()) == {True}
    assert list(asked.values()) == [(1, 1, False)] * 2


def test_matters_with_letters_are_known_by_one_name_each():
    assert set(letter_sources.by_key) == {
        "case", "consultation", "announcement", "title", "selfcheck", "stageassessment", "inspection", "implementationplan", "plotopinion",
        "exemption", "disclosurerequest", "disclosureremedy", "remedy",
    }  # fmt: skip


@pytest.mark.parametrize("block", letter_texts.BLOCKS.values(), ids=lambda block: block.key)
def test_the_portals_own_wordings_have_nothing_wrong(block):
    assert list(letter_texts.problems(block, block.default)) == []


@pytest.mark.django_db
def test_the_letter_of_a_plan_that_is_not_filed_yet_is_shown(client, people):
    plan = ImplementationPlan.objects.create(authority=people.authority.posts.get().organisation, year=2027)
    client.force_login(people.authority)
    page = client.get(reverse("reports:letter", args=["implementationplan", plan.pk, "sending"]))
    assert page.status_code == HTTPStatus.OK
    assert reverse("districts:implementation_plan_edit", args=[plan.pk]) in page.content.decode()


GRANTED = dt.date(2026, 3, 2)
NEW = "沪住建规范联〔2023〕13号"


def title_of(district, **given):
    about = {"kind": "pilot", "number": "CH-2026-0009", "star": 2, "granted_on": GRANTED, "policy": NEW, "historic": True}
    return Title.objects.create(district=district, **{**about, **given})


def test_a_certificate_names_policy_body_number_date_star_and_area():
    title = title_of(make_district(cast()))
    letter = certificate(title, clock.today(), area=Decimal("3.50"))
    text = "".join(letter.paragraphs)
    wanted = f"{CITATION}第八部分第（一）项", "二星级", "3.5平方公里", "2026年3月2日", "CH-2026-0009", "该称号有效"
    assert [words for words in wanted if words not in text] == []
    told = letter.title, letter.by, letter.marks, letter.is_public
    assert told == ("上海市绿色生态城区试点证书", "上海市住房和城乡建设管理委员会", ("历史补录，不是原件",), True)
    title = title_of(make_district(name="演示补录城区（虚构）"), number="CH-2026-0010", edition_text="DG/TJ 08-2253-2018")
    Title.objects.filter(pk=title.pk).update(date_certainty="inferred", policy_certainty="inferred", edition_certainty="inferred")
    District.objects.update(fact_certainty="面积为推定")
    text = "".join(certificate(Title.objects.get(pk=title.pk), clock.today(), area=Decimal("3.50")).paragraphs)
    assert [words in text for words in ("2026年3月2日（推定）", "DG/TJ 08-2253-2018（推定）", "3.5平方公里")] == [True, True, False]
    assert text.count("（推定）") == 3


ENDS = {"superseded": "已转为示范 已转为示范称号", "cancelled": "取消 已被取消", "revoked": "撤销 已被撤销", "withdrawn": "主动退出 已终止"}


@pytest.mark.parametrize("end", ENDS)
def test_the_end_of_a_title_stands_on_its_certificate_and_answers_to_its_code(client, end, people):
    mark, words = ENDS[end].split()
    title = title_of(make_district(people), end=end, ended_on=dt.date(2026, 9, 1))
    code = papers.give(title)
    client.force_login(people.city_officer)
    [draft] = drafts_of(title, Viewer(people.city_officer))
    words = f"该称号{words}，本证书于2026年9月1日失效"
    assert (words in "".join(draft.write().paragraphs), draft.write().marks) == (True, ("历史补录，不是原件", mark))
    page = client.get(reverse("reports:letter", args=["title", title.pk, "certificate"])).content.decode()
    assert words in page
    client.logout()
    for asked in (code, title.number):
        assert mark in client.get(reverse("portal:verify"), {"code": asked}).content.decode()


def test_nothing_is_invented_for_a_title_of_before():
    title = title_of(make_district(cast()), policy="沪府办规〔2018〕24号", star=None, granted_on=None, standing_certainty="unknown")
    letter = certificate(title, clock.today(), area=None)
    text = "".join(letter.paragraphs)
    assert all(words in text for words in ("根据沪府办规〔2018〕24号的规定", "授予日期未查明", "现状未查明"))
    assert not any(words in text for words in ("指导意见", "星级", "平方公里"))
    assert letter.marks == ("历史补录，不是原件", "现状未查明")
