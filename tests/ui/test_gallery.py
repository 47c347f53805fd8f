import pytest

pytestmark = pytest.mark.urls("tests.ui.ui_urls")
WORDS = (
    "有4处需要更正，改后再提交", "城区名称：请填写", "规划面积：不大于100", "类型：请选择", "：请勾选确认", "剩<b>3</b>个工作日",
    "逾期<b>2</b>个工作日", "今日到期", "还不能授予称号", "待后续环节", "名称或编号：滨江", "第301至350条，共1,234条", "确认删除这一条",
)  # fmt: skip


@pytest.fixture
def page(client):
    response = client.get("/_components/?q=滨江&order=-area&page=7")
    assert response.status_code == 200
    return response.content.decode()


def test_every_component_renders_without_an_inline_style_or_script(page):
    assert [words for words in WORDS if words not in page] == []
    assert [words for words in ("<style", " style=", "onclick") if words in page] == []
    assert page.count("<script") == page.count("<script src=")


def test_one_heading_and_the_landmarks(page):
    assert page.count("<h1") == 1
    for mark in ('lang="zh-CN"', "<main", "<nav", "<header", "<footer", 'class="gd-skip"'):
        assert mark in page
    assert "<title>组件 · 绿色生态城区全生命周期管理平台</title>" in page


def test_a_blocked_button_names_its_reason(page):
    assert 'aria-disabled="true" aria-describedby="why-wx"' in page
    assert 'id="why-wx"' in page
    assert page.count('id="why-act-grant"') == 1


def test_sorted_head_turns_and_keeps_the_filter(page):
    assert 'aria-sort="descending"><a href="?q=%E6%BB%A8%E6%B1%9F&amp;order=area">' in page


def test_ids_are_unique(page):
    ids = [part.split('"', 1)[0] for part in page.split(' id="')[1:]]
    assert sorted(ids) == sorted(set(ids))
