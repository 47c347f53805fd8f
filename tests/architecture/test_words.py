"""Words that pages, letters and messages do not use, with what stands instead; sources are read, nothing is rendered."""

import ast
import re
from functools import cache

import pytest

from greendistrict.core.loader import joined
from tests.architecture.sources import PACKAGES, ROOT, nodes

INSTEAD = {
    "还没有": "暂无 (nothing there) · 尚无 (needed first) · 尚未 (before a verb)", "没有这样的": "查无 · 没有符合条件的",
    "暂无(登记|填写|上传|提交|确定|审定|征询|公告过)": "尚未 before a verb; 暂无已登记的……", "㎡": "m² (tables), 平方公里 (sentences)",
    "维度": "方面, as 七（一） writes", "读作|读法": "本平台理解 · 识别为", "申报方": "申报主体, as 八（一） writes",
    "受理条件": "申报条件: 八（一） knows none of receipt", "政策核对|政策条款与参数": "条款核对 · 平台参数",
    "不逐城区核对": "不按单个城区核对", "(?<!工作|自评)运营报告": "运营工作报告, as 八（四） writes",
    "碳核查报告": "碳排放核查报告, as 七（三）4 writes", "实施运营": "实施运管, as the standard names the stage",
    "试点申请表": "试点申报表 (终期验收 has an 申请表)", "锁定版本|受理时锁定": "适用标准，建立办件时锁定",
    "批复方式": "批复单位",
    "不阻断": "不影响提交 · 不影响办理", "保留取值": "数据无误的，填写说明", "建立(取消|撤销)": "启动……程序",
    "登记期满|期满未陈述": "逾期未陈述申辩", "代何人": "来件单位和联系人", "还差什么|去处理": "条件对照 · 前往办理",
    "抽取承诺|登记的?承诺|承诺(值|已登记|时间|、名单)|试抽|已有结论": "登记抽取种子校验值 · 第1次抽取 · 形成结论",
    "待受理用|核对于": "用时……工作日 · ……核对", "只增不删|升为示范|未查到": "记录永久保存 · 已转为示范 · 未查明",
    "已开放填报|已开放；": "开始填报", "决定的效力": "决定后产生的效力", "回执摘要": "校验值（SHA-256）",
    "为什么是这个决定": "决定依据与复核", "试算：": "预检：", "收悉。变更理由": "你单位提出的……收悉",
    "不予通过的决定": "未通过……的告知书", "相应要求，现予公布": "决定授予……称号，现予公告",
    "岗位[^。；，：安]{0,4}系统管理员|系统管理员先?(任命|授予)": "安全管理员 grants posts", "劳务费表": "评审工时表: no fees are recorded",
    "走到哪一步": "覆盖规划编制、试点创建、阶段评估、终期验收全过程", "没有您可以": "暂无……",
    "。。|，，|；；|，。|。，|：：|；。|、、": "one sign",
    "(姓名|匿名|专家是谁)[^。；]{0,4}评审会|评审会(后|以前|以后|结束)[^。；]{0,12}(姓名|是谁)": "评审有结论以前 · 评审有结论以后",
    "终止后不再报": "称号终止时未报, as the glossary counts them",
}  # fmt: skip
# 八（三） knows no 技术审查: what serves the acceptance, too, says ``panel_name``, ``after_form_review``.
OF_APPLICATIONS = {
    "approvals/applications/facts.py", "approvals/applications/lifecycle.py", "approvals/applications/procedure.py",
    "approvals/cases/guards.py", "approvals/cases/letters/examination.py", "approvals/cases/models/cases.py",
    "approvals/titles/services/notices.py", "greendistrict/policy/citing.py", "portal/guide/pages/application.md",
    "portal/guide/pages/review.md", "greendistrict/policy/data/policies/hzj-2023-13.yaml",
}  # fmt: skip


@cache
def words():
    """(where, text) of every template, script and string that may reach a reader."""
    return tuple(_words())


def _words():
    for path in (ROOT / "templates").rglob("*.html"):
        yield path.relative_to(ROOT).as_posix(), joined(path.read_text(encoding="utf-8"))
    for path in [*(ROOT / "templates").rglob("*.txt"), *(ROOT / "static" / "js").rglob("*.js")]:
        yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
    told = {id(node.value) for _, node in nodes(ast.Expr)}
    for source, node in nodes(ast.Constant):
        if isinstance(node.value, str) and id(node) not in told:
            yield f"{source.path}:{node.lineno}", node.value
    for path in (ROOT / "portal" / "guide" / "pages").glob("*.md"):
        yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
    for path in (path for package in PACKAGES for path in (ROOT / package).rglob("data/**/*.yaml")):
        yield path.relative_to(ROOT).as_posix(), "\n".join(line.split("#")[0] for line in path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("word", INSTEAD)
def test_a_word_that_the_policy_does_not_use_stands_nowhere(word):
    found = re.compile(word)
    assert [f"{where}: {hit[0]}, write {INSTEAD[word]}" for where, text in words() if (hit := found.search(text))] == []


def test_the_technical_review_is_that_of_an_application():
    assert {where.partition(":")[0] for where, text in words() if "技术审查" in text} == OF_APPLICATIONS
