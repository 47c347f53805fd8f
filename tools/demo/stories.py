"""Stories of demo districts: one published with a photo, one draft, one published that quotes released scores and plots."""

import datetime as dt
from collections.abc import Mapping

from districts.file.models.district import District
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.workflow.procedure import take
from outreach.stories import services
from outreach.stories.models import Story
from outreach.stories.selectors import figures_of
from tools.demo.files import picture
from tools.demo.timing import after, moment

ROOFS = {
    "title": "公共建筑屋顶光伏统建统管（演示）",
    "dimensions": ["低碳高效"],
    "summary": "片区内公共建筑屋顶光伏由一家平台公司统一建设、统一运维，减少逐栋谈判和重复投资（演示）。",
    "measures": "摸清屋顶资源，列出清单；由区专门机构牵头签订统一协议；平台公司投资、建设、运维，收益按面积分配（演示）。",
    "results": "屋顶资源集中签约，运维由一支队伍承担（演示）。",
    "conditions": "屋顶产权清楚、荷载经过复核的公共建筑可以照做；产权分散的住宅不能照搬（演示）。",
    "source": "演示材料，不是真实项目",
}
WATER = {
    "title": "雨水花园与慢行道一体改造（演示）",
    "dimensions": ["韧性安全", "健康宜居"],
    "summary": "道路改造时同步建设雨水花园和慢行道，一次开挖、一次恢复（演示）。",
    "measures": "道路、排水、绿化三个部门同图设计、同期施工（演示）。",
    "results": "减少一次开挖（演示）。",
    "conditions": "需要三个部门同一年度安排资金（演示）。",
    "source": "演示材料，不是真实项目",
}


STREETS = {
    "title": "街区能源管理和得分变化（演示）",
    "dimensions": ["低碳高效", "智慧管控"],
    "summary": "两年自查得分和地块建成情况取自平台已公开的数据，说明街区能源管理的做法（演示）。",
    "measures": "按街区设能源管理员，每季度核对计量数据，问题列入下一年度实施计划（演示）。",
    "results": "得分和地块见平台数据（演示）。",
    "conditions": "计量数据按街区汇总的城区可以照做（演示）。",
    "source": "演示材料，不是真实项目",
}
QUOTED = ("得分", "当年地块")


def write(district: District, people: Mapping[str, User], today: dt.date) -> None:
    """Create the stories; the published one uses the available figures."""
    authority, begin = people["authority_bing"], moment(today - dt.timedelta(days=40))
    with clock.at(begin):
        first = _written(district, authority, ROOFS, [one.key for one in figures_of(district, clock.today())][:3])
        services.add_photo(story=first, upload=picture(), alt="屋顶光伏示意图，空地上一栋方形建筑（演示）", by=authority)
        _take(first, "submit", authority)
    with clock.at(after(begin, 3)):
        _take(first, "release", people["city_officer"])
    with clock.at(moment(today - dt.timedelta(days=2))):
        _written(district, authority, WATER, [])


def write_with_scores(district: District, people: Mapping[str, User], today: dt.date) -> None:
    """A story by the city that quotes released scores and plots of a district, published by another person."""
    officer = people["city_officer"]
    with clock.at(moment(today - dt.timedelta(days=12))):
        quoted = [one.key for one in figures_of(district, clock.today()) if one.label in QUOTED]
        made = _written(district, officer, STREETS, quoted)
        _take(made, "submit", officer)
    with clock.at(moment(today - dt.timedelta(days=9))):
        _take(made, "release", people["city_checker"])


def _written(district: District, by: User, words: Mapping[str, object], figures: list[str]) -> Story:
    made = services.open_story(district=district, title=str(words["title"]), by=by)
    return services.save_story(story=made, values={"areas": [], **words, "figures": figures}, version=made.version, by=by)


def _take(story: Story, action: str, by: User) -> None:
    story.refresh_from_db()
    take(obj=story, action=action, by=by, version=story.version)
