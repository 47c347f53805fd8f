"""A caption or sentence of a page that ends in a clause says what the clause says; what the portal asks besides stands behind 平台."""

import re

import pytest

from tests.architecture.sources import ROOT
from tests.policy.test_quotations import sections

CLAUSE = re.compile(r"[一二三四五六七八九]（[一二三四]）[1-5]?")
AFTER = re.compile(rf"。\s*({CLAUSE.pattern})")  # a clause behind its sentence
ATTRIBUTE = re.compile(r'\b(?:note|text)="([^"]*)"')
BETWEEN = re.compile(r">([^<>]*)<")
CODE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{%\s*comment.*?endcomment\s*%\}", re.DOTALL)
OURS = re.compile(r"平台(?:理解|规则)?[：:（].*", re.DOTALL)
NO_CLAIM = re.compile(r"[\s　、，。；：（）()个件0-9年起]*")
# What a page says under a clause, and the words of the clause for it. 美丽上海 quotes its own draft.
GROUNDS = {
    "的条件全部满足，没有终期验收在办": "终期验收",
    "未按照绿色生态相关要求实施，且连续两次评估不合格": "对未按照绿色生态相关要求实施且连续两次评估不合格的城区，撤销其称号",
    "抽取一定比例": "抽取一定比例开展后评估工作",
    "申报前须完成近期重点项目实施计划": "完成绿色生态专业规划及近期重点项目实施计划",
    "新建城区终期验收前，主要道路、管线等市政设施须建成": "新建城区内主要道路、管线等市政设施建成",
    "专业规划由绿色生态指标体系、绿色生态规划方案和碳排放分析报告组成": "含绿色生态指标体系、绿色生态规划方案和碳排放分析报告",
    "星级试点或示范": "星级",
    "主管部门在项目审批、评估评审、建设管理、竣工验收等环节审查绿色生态指标和方案": "审查相关绿色生态指标和方案",
    "根据相关政策及绿色生态专业规划提出要求，不要求的留空": "根据相关政策及绿色生态专业",
    "住建部门提出指标要求": "住房城乡建设管理部门根据相关政策",
    "限时征求必询部门和选询部门意见": "限时征求交通、交警、绿化市容等必询部门和其他选询部门意见",
    "启动后向住建部门征询": "征询住房城乡建设管理部门意见",
    "取自各年度碳排放核查报告": "定期编制碳排放核查报告",
    "重点区域": "重点区域",
}


def told():
    """(template, words beside the clauses, clauses) of every caption and sentence with a clause, 平台 and what follows it left out."""
    for path in sorted((ROOT / "templates").rglob("*.html")):
        if "beautiful" in path.parts:
            continue
        text = CODE.sub(" ", path.read_text(encoding="utf-8"))
        for words in [*ATTRIBUTE.findall(path.read_text(encoding="utf-8")), *BETWEEN.findall(text)]:
            for sentence in re.split(r"[。；]", AFTER.sub(r"\1。", CODE.sub(" ", words))):
                clauses = tuple(CLAUSE.findall(OURS.sub("", sentence)))
                said = CLAUSE.sub("", OURS.sub("", sentence))
                if clauses and not NO_CLAIM.fullmatch(said):
                    yield path.relative_to(ROOT / "templates").as_posix(), re.sub(r"\s", "", said).strip("（）()，：、"), clauses


TOLD = sorted(set(told()))


@pytest.mark.parametrize(("place", "said", "clauses"), TOLD, ids=[f"{place}-{said[:12]}" for place, said, _ in TOLD])
def test_what_stands_under_a_clause_is_said_by_it(place, said, clauses):
    ground = next((ground for words, ground in GROUNDS.items() if words in said), None)
    assert ground is not None, f"{place} says under {'、'.join(clauses)}: {said}"
    named = tuple(clause.rstrip("12345") for clause in clauses)
    assert ground in "".join(words for key, words in sections().items() if key.startswith(named))


def test_each_ground_is_used():
    assert [words for words in GROUNDS if not any(words in said for _, said, _ in TOLD)] == []
