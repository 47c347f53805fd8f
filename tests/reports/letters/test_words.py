"""Every kind of letter against the rules of wording: sentences, full citation, no form fields, nothing the policy does not say."""

import re
from http import HTTPStatus

import pytest
from django.urls import reverse

from districts.yearly_plans.models import ImplementationPlan
from greendistrict.policy import letter_texts
from greendistrict.workflow.letters import letter_sources
from tests.factories.accounts import cast
from tests.reports.letters.world import every_letter

pytestmark = pytest.mark.django_db
CITATION = "《关于推进本市绿色生态城区建设的指导意见》（沪住建规范联〔2023〕13号）"
# Receipts, records of a meeting, of a hearing and of delivery take no decision; on changes and on terms the policy is silent.
WITHOUT_GROUND = {"回执", "专家评审意见", "送达回证", "陈述申辩笔录", "公示", "同意变更的复函", "不同意变更的复函", "整改延期的复函",
                  "更正公告", "撤回公告", "公告原文", "答复告知书", "延期答复告知书",
                  "行政复议答复书", "行政诉讼答辩状", "行政诉讼二审答辩状", "恢复称号的通知", "申请补正告知书"}  # fmt: skip
WITHOUT_ADDRESSEE = {"公示", "公告", "更正公告", "撤回公告", "公告原文", "专家评审意见", "送达回证", "陈述申辩笔录"}
KINDS = {
    "请示", "报送函", "回执", "受理通知书", "不予受理通知书", "补正告知书", "技术审查意见", "专家评审意见", "公示", "公告", "授予决定",
    "未通过的告知书", "同意变更的复函", "不同意变更的复函", "事先告知书", "陈述申辩笔录", "决定书", "送达回证", "征询函", "部门意见",
    "复函", "补正期限延期的复函", "阶段评估合格的通知", "整改通知书", "整改延期的复函", "整改复核意见", "延期的复函", "免报的复函",
    "更正公告", "撤回公告", "公告原文", "答复告知书", "延期答复告知书", "行政复议答复书", "行政诉讼答辩状",
    "行政诉讼二审答辩状", "恢复称号的通知", "申请补正告知书",
}  # fmt: skip
LABEL = re.compile(r"^[^，。；（“]{1,12}：")
SHORT = re.compile(r"(?<!第)[一二三四五六七八九]（[一二三四五六七八九]）")


def wrong(kind, letter):
    """What stands against the wording of one letter."""
    sentences = [*letter.paragraphs, *letter.closing]
    text = "\n".join([letter.title, *sentences, *(cell for line in letter.lines for cell in line), *letter.annexes, letter.contact])
    if "受理条件" in text or "None" in text or "{" in text:
        yield f"受理条件, None or a variable: {text}"
    yield from (f"a form field: {line}" for line in sentences if LABEL.match(line))
    yield from (f"no sentence: {line}" for line in sentences if not line.endswith(("。", "：", "；")) and "签名" not in line)
    yield from (f"an abbreviated article: {found[0]}" for found in [SHORT.search(text)] if found)
    if kind not in WITHOUT_GROUND and CITATION not in text:
        yield "no full citation"
    if "指导意见" in text.replace(CITATION, "") and kind != "技术审查意见":
        yield "the policy named without its title and number"
    if not letter.title or not letter.by or bool(letter.to) == (kind in WITHOUT_ADDRESSEE):
        yield f"title {letter.title}, addressee {letter.to}, issuer {letter.by}"
    if letter.is_numbered and "〔" not in letter.number_line:
        yield f"no place for the number: {letter.number_line}"
    if any(len(line) != len(letter.heads) for line in letter.lines) or bool(letter.heads) != bool(letter.lines):
        yield "heads and lines of the table differ"


def test_every_kind_of_letter_is_written_by_the_rules():
    found = every_letter()
    told = {name: list(wrong(name.rpartition(":")[2], letter)) for name, letter in found.items()}
    assert {name: said for name, said in told.items() if said} == {}
    assert {name.rpartition(":")[2] for name in found} == KINDS
    quoting = [name for name, letter in found.items() if re.search(rf"{CITATION}第.条第（.）项(第.点)?“", "".join(letter.paragraphs))]
    assert len(quoting) >= 18


def test_matters_with_letters_are_known_by_one_name_each():
    assert set(letter_sources.by_key) == {
        "case", "consultation", "announcement", "title", "selfcheck", "stageassessment", "inspection", "implementationplan", "plotopinion",
        "exemption", "disclosurerequest", "disclosureremedy", "remedy",
    }  # fmt: skip


@pytest.mark.parametrize("block", letter_texts.BLOCKS.values(), ids=lambda block: block.key)
def test_the_portals_own_wordings_have_nothing_wrong(block):
    assert list(letter_texts.problems(block, block.default)) == []


@pytest.mark.django_db
def test_the_letter_of_a_plan_that_is_not_filed_yet_is_shown(client):
    people = cast()
    plan = ImplementationPlan.objects.create(authority=people.authority.posts.get().organisation, year=2027)
    client.force_login(people.authority)
    page = client.get(reverse("reports:letter", args=["implementationplan", plan.pk, "sending"]))
    assert page.status_code == HTTPStatus.OK
    assert reverse("districts:implementation_plan_edit", args=[plan.pk]) in page.content.decode()
