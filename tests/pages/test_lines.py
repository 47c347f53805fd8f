"""Lines of a page: what works or tells something is in them, looks and tokens are not; a kept text that differs is told in short."""

import pytest

from tests.pages import kept
from tests.pages.lines import lines_of, whole_lines_of, xml_lines

PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>城区 · 平台</title></head><body><nav>菜单</nav><main id="main">
<h1 class="mb-2">城区</h1><p>面积 <b>2.50</b> km² <span class="gd-tag gd-tag-green">示范</span></p>
<form method="post" action="/a/"><input type="hidden" name="csrfmiddlewaretoken" value="x1"><input name="n" value="3"></form>
<table><tr><th scope="row">星级</th><td data-head="值">二</td></tr></table></main></body></html>"""
LINES = [
    "title 城区 · 平台", "main id=main", "h1 城区", "p 面积 2.50 km² <span .gd-tag-green>示范", "form action=/a/ method=post",
    "input name=csrfmiddlewaretoken type=hidden", "input name=n value=3", "table", "tr | 星级 | data-head=值 二",
]  # fmt: skip


def test_a_page_is_its_main_part_an_element_a_line():
    assert lines_of(PAGE) == LINES
    assert lines_of(PAGE.replace("mb-2", "mb-4").replace("x1", "x2")) == LINES


def test_a_page_whose_ids_stand_twice_is_refused():
    with pytest.raises(AssertionError, match="main"):
        lines_of(PAGE.replace("<h1", '<h1 id="main"'))


@pytest.mark.parametrize("word", ["2.50", "示范", "gd-tag-green", 'action="/a/"', 'name="n" ', "<td", "城区"])
def test_what_is_taken_out_is_noticed(word):
    assert lines_of(PAGE.replace(word, "", 1)) != LINES


def test_the_frame_a_piece_and_a_feed():
    assert "nav 菜单" in whole_lines_of(PAGE)
    assert lines_of("<tr><td>一</td></tr>") == ["table", "tr | 一"]
    assert lines_of(f'<p style="{"x" * 300}">一</p>二') == ["p style=300~1b432d13 一", "二"]
    assert xml_lines(b"<a><b>1</b></a>") == ["<a>", "  <b>1</b>", "</a>"]


def test_a_difference_is_told_and_kept_when_asked(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "FOLDER", tmp_path)
    monkeypatch.delenv("GD_PAGES_KEEP", raising=False)
    assert "+new" in kept.difference("a/b", "new\n")
    monkeypatch.setenv("GD_PAGES_KEEP", "1")
    assert kept.difference("a/b", "new\n") == ""
    monkeypatch.delenv("GD_PAGES_KEEP")
    assert (kept.difference("a/b", "new\n"), kept.unasked({"a/b"}), kept.unasked(set())) == ("", [], ["a/b.txt"])
    long = kept.difference("a/b", "line\n" * 200)
    assert len(long.splitlines()) == kept.SHOWN + 2
