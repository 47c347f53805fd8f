"""A refusal cites a clause of the policy only for what the clause itself asks, not for a rule of the portal about the same subject."""

import ast
import re

import pytest

from tests.architecture.sources import PACKAGES, ROOT
from tests.policy.test_quotations import sections

# What a refusal says, and the words of its clause that ask for it. A text that is made up at run time stands by its expression.
GROUNDS = {
    "现场核查未完成": "组织相关领域专家赴现场核查",
    "终期验收审查未通过": "审查结果通过的，授予",
    "只有试点城区可以终期验收": "对试点城区进行验收审查",
    "报送函日期不能早于批复日期：经批复后报送": "经区政府批复后，报市住房城乡建设管理委",
    "endorsed": "经区政府批复后，报市住房城乡建设管理委",
    "专家技术审查未通过": "对申报城区进行技术审查，审查通过的项目",
    "取消试点称号须以终期验收审查未通过为据": "审查结果未通过的，取消",
    "against_loss": "审查结果未通过的，取消",
    "阶段评估只对试点城区组织": "对于获得绿色生态城区试点称号的项目",
    "还有方面没有核定": "运营管理情况和运营实效等方面进行评估",
    "还有管理机制没有核定": "建立健全多部门协同常态长效管理体制机制和精细化管理工作动态评估机制",
    "out_of_order": "明确碳排放强度控制目标",
    "_policy_gaps": "制定包含韧性安全、健康宜居、低碳高效、经济活力、智慧管控等方面内容的绿色生态指标体系",
    "请先建立专业规划：指标体系是专业规划的组成部分": "绿色生态专业规划（含绿色生态指标体系",
    "delete_own": "明确碳排放强度控制目标",
    "有指标的建成值差于要求，不能登记为符合": "不符合要求的，不予出具竣工验收合格报告",
    "设计差于要求：{words}": "按照规划条件及绿色生态相关标准要求，编制设计方案",
    "same_level": "向同级相关管理部门征询出让条件",
    "没有绿色生态指标要求": "提出绿色生态相关指标要求",
    "请至少对一项绿色生态指标提出要求": "提出绿色生态相关指标要求",
    "designed_values": "按照规划条件及绿色生态相关标准要求，编制设计方案",
    "with_scheme": "工业园区内带方案出让的工业项目",
    "没有绿色生态指标要求，无从比较": "绿色生态相关指标",
    "built_values": "明确绿色生态相关指标及工程措施的落实情况",
    "nothing_short": "不符合要求的，不予出具竣工验收合格报告",
    "_against_opening": "工业园区内带方案出让的工业项目",
    "缺建成值：{'、'.join(names)}": "竣工验收等环节，审查相关绿色生态指标",
    "请先上传{part.label}": "绿色生态专业规划（含绿色生态指标体系、绿色生态规划方案和碳排放分析报告）",
}
CHECKED_ELSEWHERE = {"verdict.cite", "line['cite']", "CITES[kind]"}  # of rules, of forms and of the parts of a plan, each with a test


def constants(tree):
    """Texts that a module gives names."""
    found = {}
    for node in tree.body:
        if isinstance(node, ast.Assign):
            names = node.targets[0].elts if isinstance(node.targets[0], ast.Tuple) else node.targets
            values = node.value.elts if isinstance(node.value, ast.Tuple) and len(names) > 1 else [node.value]
            found |= {
                name.id: one.value
                for name, one in zip(names, values, strict=False)
                if isinstance(one, ast.Constant) and isinstance(name, ast.Name)
            }
    return found


def cited():
    """(place, clause, text or function) of each refusal with a clause."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            source = path.read_text(encoding="utf-8")
            if "cite=" not in source:
                continue
            tree = ast.parse(source)
            named = constants(tree)
            for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]:
                for call in [node for node in ast.walk(function) if isinstance(node, ast.Call) and ast.unparse(node.func) == "Refusal"]:
                    clause = next((word.value for word in call.keywords if word.arg == "cite"), None)
                    if clause is None or ast.unparse(clause) in CHECKED_ELSEWHERE:
                        continue
                    while isinstance(clause, ast.IfExp):
                        clause = clause.orelse
                    words = clause.value if isinstance(clause, ast.Constant) else named[ast.unparse(clause)]
                    text = call.args[0]
                    if isinstance(text, ast.JoinedStr):
                        text = ast.unparse(text)[2:-1]
                    elif isinstance(text, ast.Constant):
                        text = text.value
                    else:
                        text = function.name
                    yield f"{path.relative_to(ROOT)}:{call.lineno}", words, text


CITED = list(cited())


@pytest.mark.parametrize(("place", "clause", "text"), CITED, ids=[place for place, _, _ in CITED])
def test_what_a_refusal_cites_is_asked_by_the_clause(place, clause, text):
    assert text in GROUNDS, f"{place}: {text} cites {clause}; leave the clause out if it is a rule of the portal"
    section = re.match(r"[一二三四五六七八九](（[一二三四]）)?", clause)[0]
    assert re.sub(r"\s", "", GROUNDS[text]) in "".join(words for key, words in sections().items() if key.startswith(section))


def test_each_ground_is_used():
    assert {text for *_, text in CITED} == set(GROUNDS)
