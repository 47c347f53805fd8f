"""Cells of a table that say the words of their heads without a script."""

import pytest
from django.template import Context, Template
from django.template.loader import get_template

from greendistrict.core.components import heads_said

HEADS = (
    '<table><thead><tr><th scope="col">年份</th><th class="gd-num" scope="col">面积 <b>km²</b> "</th><th>状态</th><th></th></tr></thead>'
)


def test_cells_bear_the_words_of_their_heads():
    rows = '<tbody><tr><th scope="row">2024年</th><td class="gd-num">89.38</td><td class="gd-state">在</td><td>无</td></tr></tbody>'
    said = heads_said(HEADS + rows)
    assert '<td class="gd-num" data-head="面积 km² &quot;">89.38</td>' in said
    assert said.count("data-head") == 1, "the first cell, the state and what has no head say nothing"


def test_wide_cells_say_nothing_and_take_the_place_of_several():
    said = heads_said(f"{HEADS}<tr><td>甲</td><td>乙</td></tr><tr><td colspan='2'>丙</td><td>丁</td></tr>")
    assert said.partition("</thead>")[2] == (
        '<tr><td>甲</td><td data-head="面积 km² &quot;">乙</td></tr><tr><td colspan=\'2\'>丙</td><td data-head="状态">丁</td></tr>'
    )


def test_only_tables_that_ask_for_it_say_their_heads():
    text = '{% load gd %}{% table "甲" turn=True MARK %}<th>乙</th><th>丙</th>{% rows %}<tr><td>1</td><td>{{ x }}</td></tr>{% endtable %}'
    told, plain = (Template(text.replace("MARK", mark)).render(Context({"x": "<b>"})) for mark in ("said=True", ""))
    assert '<td data-head="丙">&lt;b&gt;</td>' in told
    assert "data-head=" not in plain


@pytest.mark.parametrize(("before", "cell"), [("", '<td class="gd-nowrap">未填</td>'), ("2.5", "<td>2.5</td>")])
def test_the_word_for_a_missing_value_stays_in_one_line(before, cell):
    row = {"key": "P1", "title": "P1", "address": "B2", "label": "用地", "before": before, "after": "", "note": ""}
    text = get_template("components/cells.html").render({"cells": [row], "what": "地块", "now": "改为", "why": "说明", "caption": "改动"})
    assert cell in text
    assert "<td>空</td>" in text
