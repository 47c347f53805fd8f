"""Words that only insiders know are replaced, or explained where they stand."""

import re
from pathlib import Path

from tests.pages.asked import asked
from tests.pages.kept import FOLDER
from tests.processes import ROOT

# What a newcomer did not understand (walks of November 2026), by what pages say now.
REPLACED = {
    "按现填": "按目前填写",
    "补录待证明": "补录（缺证明）",
    "判灯": "判断红绿灯",
    "回避信息": "须回避的单位和人员",
    "数值提示": "数值须核对",
    "沿用带入": "由平台填入",
}
EXPLAINED = re.compile(r"^(?:[-+| ]*button\b.*(带入)|.*<span \.gd-tag-line>(按建设期填报))", re.MULTILINE)
APPS = (
    "approvals", "assessments", "beautiful", "carbon", "districts", "greendistrict", "indicators", "obligations", "operation", "outreach",
    "portal", "reports", "templates",
)  # fmt: skip


def shown_texts() -> list[Path]:
    """Templates, pages of the guide and modules of the portal; migrations keep the words of their day."""
    found = (path for app in APPS for kind in ("*.html", "*.md", "*.py") for path in (ROOT / app).rglob(kind))
    return [path for path in found if "migrations" not in path.parts]


def test_no_page_says_a_word_that_was_replaced():
    found = {(path.relative_to(ROOT).as_posix(), word) for path in shown_texts() for word in REPLACED if word in path.read_text("utf-8")}
    assert found == set()


def test_a_page_explains_the_words_of_its_buttons_and_tags():
    bare = set()
    for name in asked():
        for block in re.split(r"(?m)^=== ", (FOLDER / f"{name}.txt").read_text("utf-8"))[1:]:
            head, _, shown = block.partition("\n")
            words = {word for pair in EXPLAINED.findall(shown) for word in pair if word}
            bare |= {(head, word) for word in words if f"{word}是什么意思" not in shown and " get " in head}
    assert bare == set()
