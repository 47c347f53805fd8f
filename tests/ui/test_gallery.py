import pytest

pytestmark = pytest.mark.urls("tests.ui.ui_urls")


def test_every_component_renders(client):
    response = client.get("/_components/?q=滨江&order=-area&page=3")
    page = response.content.decode()
    assert response.status_code == 200
    assert page.count("<h1") == 1
    assert "<style" not in page
    assert " style=" not in page
    for words in ("有4处需要更正，改后再提交", "剩<b>3</b>个工作日", "逾期<b>2</b>个工作日", "还不能授予称号", "未满足", "待后续环节", "名称或编号：滨江"):
        assert words in page
