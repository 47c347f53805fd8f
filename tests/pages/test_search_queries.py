"""Forty things that people of the story asked the search for: each finds what was meant, and every hit opens."""

import pytest

from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.signin import stamps
from portal.search.selectors.contents import clean
from portal.search.selectors.search import search
from portal.search.services import collect_names
from tests.pages.world import NOW, connected_to
from tests.portal.writes import undone

# Who asks what, the group that answers, and words of the hit.
ASKED = (
    ("preparer", "忘记密码", "办事指南", "忘记密码"), ("preparer", "换审核人", "办事指南", "换审核人"),
    ("preparer", "年度自查怎么开始", "办事指南", "年度自查怎么开始"), ("preparer", "上传失败", "办事指南", "上传失败"),
    ("preparer", "佐证过期怎么办", "办事指南", "佐证过期"), ("preparer", "怎样撤回", "办事指南", "撤回"),
    ("preparer", "碳排放清单怎么填", "办事指南", ""), ("expert1", "专家怎么抽取", "办事指南", "抽取"),
    ("preparer", "补正要多久", "办事指南", "补正"), ("authority", "批复在哪里办", "办事指南", "批复"),
    ("city-officer", "lvsejiancai", "条文", "绿色建材"), ("preparer", "lsjc", "条文", "绿色建材"),
    ("preparer", "绿色建材", "条文", "绿色建材"), ("preparer", "8.2.12", "条文", "8.2.12"),
    ("preparer", "nianduzicha", "页面", "年度自查"), ("preparer", "ndzc", "页面", "年度自查"),
    ("preparer", "消息设置", "页面", "消息设置"), ("preparer", "接口令牌", "页面", "接口令牌"),
    ("preparer", "修改密码", "页面", "修改密码"), ("preparer", "申请变更", "操作", "申请变更"),
    ("preparer", "登记城区", "操作", "登记城区"), ("city-officer", "公示期限", "参数", "公示"),
    ("city-officer", "gongshi", "参数", "公示"), ("city-officer", "GD-REF-2024", "编号", "GD-REF-2024"),
    ("city-officer", "gd-ref", "编号", "GD-REF"), ("city-officer", "JC-2026", "编号", "JC-2026"),
    ("city-officer", "MS-2025-0003", "编号", "MS-2025-0003"), ("city-officer", "MS-2025", "编号", "MS-2025"),
    ("city-officer", "SQ-2026-0003", "办件", "SQ-2026-0003"), ("city-officer", "产业区", "城区", "演示产业区"),
    ("city-officer", "yanshichanyequ", "城区", "演示产业区"), ("preparer", "yshpq", "城区", "演示湖畔区"),
    ("preparer", "八（二）", "政策条款", "八（二）"), ("preparer", "运营工作报告", "到期事项", "运营工作报告"),
    ("city-officer", "专家库", "页面", "专家库"), ("city-officer", "公众意见", "页面", "公众意见"),
    ("system-keeper", "运行状况", "页面", "运行状况"), ("system-keeper", "zhanghao", "页面", "账号"),
    ("city-officer", "横向比较", "页面", "横向比较"), ("bureau", "地块与项目", "页面", "地块与项目"),
)  # fmt: skip
HITS = 3  # of a group that are opened
FILES = "材料"  # whose contents are not in the stored world


@pytest.fixture(scope="module")
def story(stored, django_db_blocker):
    with django_db_blocker.unblock(), connected_to(stored), clock.at(NOW), undone():
        collect_names()
        yield


def test_forty_were_asked():
    assert len(ASKED) == 40


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: asked[1])
def test_what_was_asked_is_found_and_opens(client, story, asked):
    seat, text, wanted, words = asked
    user = User.objects.get(username=seat)
    found = {group.title: group.hits for group in search(Viewer(user), clean(text))}
    assert [hit.title for hit in found.get(wanted, ()) if words in hit.title] != [], {name: hits[:3] for name, hits in found.items()}
    client.force_login(user)
    session = client.session
    stamps.begin(session)
    session.save()
    for kind, hits in found.items():
        for hit in hits[:HITS] if kind != FILES else ():
            assert client.get(hit.href.partition("#")[0], follow=True).status_code == 200, hit
