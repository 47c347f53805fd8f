"""The ledger cites a clause only for what stands in it; what else it asks for is a rule of the portal."""

import ast
from inspect import getsource

from greendistrict.policy.duty_table import SETTING
from operation.entries import sections as entries
from tests.policy.test_quotations import sections

# By section, and by what is missing: the words of the cited clause.
HEADS = {
    "bodies": "优选高水平的运营管理团队",
    "mechanisms": "建立健全多部门协同常态长效管理体制机制和精细化管理工作动态评估机制",
    "platforms": "管理数字化平台建设和功能整合",
    "trainings": "建立定期培训机制",
}
MISSING = {
    "_lacking_records": "建立健全多部门协同常态长效管理体制机制和精细化管理工作动态评估机制",
    "_lacking_platforms": "管理数字化平台建设和功能整合，建设综合性城区管理数据库",
    "_lacking_trainings": "建立定期培训机制",
}
CITING = {"建立“{}”：平台没有当年记录", "“{}”{}", "没有登记数字化平台", "没有登记综合性城区管理数据库"}


def clause_of(cite):
    return sections()[cite.rstrip("1234")]


def test_heads_of_sections_cite_what_stands_in_the_clause():
    cited = {one.key: one.cite for one in entries.SECTIONS if one.cite != SETTING}
    assert set(cited) == set(HEADS)
    assert [key for key, cite in cited.items() if HEADS[key] not in clause_of(cite)] == []


def test_what_is_missing_cites_a_clause_only_for_what_the_clause_asks():
    told = {}
    for section in entries.SECTIONS:
        name = section.missing.__name__
        for node in ast.walk(ast.parse(getsource(section.missing))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "MissingRecord" and ast.unparse(node.args[1]) != "SETTING":
                text = node.args[0]
                parts = text.values if isinstance(text, ast.JoinedStr) else [text]
                words = "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in parts)
                told[words] = (name, getattr(entries, ast.unparse(node.args[1])))
    assert set(told) == CITING
    assert [words for words, (name, cite) in told.items() if MISSING[name] not in clause_of(cite)] == []
