"""Faults of mark-up are found, and nothing else is called one."""

import pytest

from tests.pages.lines import lines_of


def document(body="", head='<meta charset="utf-8">'):
    return f"<!doctype html><html><head>{head}<title>x</title></head><body><main>{body}</main></body></html>"


GOOD = {
    "day": document("<time>2026-11-28</time>"), "moment": document('<time datetime="2026-11-28T02:02:38+08:00">今天</time>'),
    "thousandths": document('<time datetime="2026-11-28 02:02:38.123Z">今天</time>'), "month": document("<time>2026-11</time>"),
    "choice": document('<select required><option value="">请选择</option><option>甲</option></select>'),
    "several": document("<select required multiple><option>甲</option></select>"),
    "optional": document("<select><option>甲</option></select>"),
    "named": document('<label for="a">甲</label><input id="a" aria-describedby="b c"><p id="b"></p><p id="c"></p>'),
    "place": document('<a href="#%E6%9D%90%E6%96%99">x</a><h2 id="材料"></h2>'),
    "piece": '<input aria-describedby="elsewhere">', "own address": document("<form></form>"),
}  # fmt: skip
BAD = {
    "words for a time": document("<time>11月13日起</time>"), "no time": document("<time></time>"),
    "microseconds": document('<time datetime="2026-11-28T02:02:38.338273+00:00">今天</time>'),
    "month 13": document("<time>2026-13-01</time>"), "hour 24": document('<time datetime="2026-11-28T24:00">x</time>'),
    "time of a piece": "<p><time>今天</time></p>",
    "no empty choice": document("<select required><option>甲</option></select>"),
    "no choice": document("<select required></select>"),
    "empty choice last": document('<select required><option>甲<option value=""></select>'),
    "help is missing": document('<input aria-describedby="a_helptext">'),
    "one of two is missing": document('<p id="a"></p><a aria-describedby="a b">x</a>'),
    "label of nothing": document('<label for="a">甲</label>'), "named by nothing": document('<table aria-labelledby="a"></table>'),
    "way to nothing": document('<a href="#gone">x</a>'), "way to the top": document('<a href="#">x</a>'),
    "id twice": document('<p id="a"></p><p id="a"></p>'), "id twice in a piece": '<p id="a"></p><p id="a"></p>',
    "sent to nothing": document('<form action=""></form>'),
    "no encoding": document(head=""),
    "late encoding": document(head=f'<meta name="description" content="{"绿" * 400}"><meta charset="utf-8">'),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_what_the_standard_allows_passes(name):
    assert lines_of(GOOD[name])


@pytest.mark.parametrize("name", BAD)
def test_a_fault_is_found(name):
    with pytest.raises(AssertionError):
        lines_of(BAD[name])
