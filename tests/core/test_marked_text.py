"""Bold and italic words: two pairs of tags and nothing else."""

import copy

from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from greendistrict.core.marked_text import MarkedText, TextRun, marked, plain_line, runs_of, stored_line, tidy_line

PIECES = st.lists(st.sampled_from([*"甲 　<>/bi", "<b>", "</b>", "<i>", "</i>"]), max_size=9).map("".join)
RUNS = st.lists(st.builds(TextRun, PIECES, st.booleans(), st.booleans()), max_size=5)


@given(RUNS)
def test_any_runs_are_stored_and_read_again(runs):
    line = stored_line(runs)
    assert tidy_line(line) == line, "it is written as it was"
    assert plain_line(line).replace("＜", "<") == "".join(run.text for run in runs), "no word is lost"
    looks = [(sign, run.look) for run in runs for sign in run.text if not sign.isspace()]
    assert [(sign.replace("＜", "<"), run.look) for run in runs_of(line) for sign in run.text if not sign.isspace()] == looks


def test_a_tag_without_its_other_half_and_any_other_one_is_text():
    for line in ("a<b>c", "a</b>c", "<u>x</u>", "<b class=x>y</b>", "<script>alert(1)</script>", "3 < 5"):
        assert runs_of(line) == [TextRun(line)]
        assert not isinstance(marked(line), MarkedText)
    assert runs_of("全年<b>竣工<i>3</i>条</b>。") == [
        TextRun("全年"), TextRun("竣工", bold=True), TextRun("3", bold=True, italic=True), TextRun("条", bold=True), TextRun("。"),
    ]  # fmt: skip


def test_marked_text_is_its_words_and_html_in_a_template():
    text = marked("<b>要点<script></b>", "<i>二</i>")
    assert text == "要点<script>\n二"
    assert [str(line) for line in text.lines()] == ["要点<script>", "二"]
    shown = Template("{{ text }}").render(Context({"text": text}))
    assert shown == "<b>要点&lt;script&gt;</b>\n<i>二</i>"
    assert copy.copy(text).runs == text.runs
