"""Actions available to the user's roles, for command palette and search; steps inside a matter are on its page."""

from dataclasses import dataclass

from greendistrict.accounts.enums import CITY, Role
from greendistrict.accounts.menu_roles import BUSINESS
from greendistrict.accounts.viewer import Viewer
from portal.frame.menu import address
from portal.search.selectors.hits import Hit, HitGroup, group, is_like


@dataclass(frozen=True)
class Action:
    """An action: label, page on which it starts, and roles that may take it."""

    label: str
    url_name: str
    roles: frozenset[str]


CITY_LOOKS_AHEAD = CITY | {Role.SECRETARIAT}
ACTIONS = (
    Action("发起申报或验收", "approvals:case_start", frozenset({Role.PREPARER})),
    Action("申请变更", "approvals:change_start", frozenset({Role.PREPARER})),
    Action("登记城区", "districts:district_create", frozenset({Role.PREPARER, Role.CITY_OFFICER})),
    Action("登记年度实施计划", "districts:implementation_plan_create", frozenset({Role.AUTHORITY})),
    Action("登记专家", "assessments:expert_add", frozenset({Role.CITY_OFFICER, Role.SECRETARIAT})),
    Action("批量导入专家", "assessments:expert_import", frozenset({Role.CITY_OFFICER, Role.SECRETARIAT})),
    Action("导入评价标准", "indicators:edition_import", frozenset({Role.CITY_OFFICER})),
    Action("查看到期日历", "obligations:duty_calendar", BUSINESS),
    Action("查看关注事项", "obligations:watch_list", BUSINESS),
    Action("查看未来五年应报事项", "portal:outlook", CITY_LOOKS_AHEAD),
    Action("查看消息", "notifications:inbox", frozenset(Role.values)),
    Action("新建单位", "accounts:organisation_create", frozenset({Role.SYSTEM_KEEPER})),
    Action("新建账号", "accounts:user_create", frozenset({Role.SYSTEM_KEEPER})),
)


def actions(viewer: Viewer, text: str) -> HitGroup:
    """Actions of the user's roles; all of them without a search text."""
    roles = viewer.held.roles
    found = (one for one in ACTIONS if one.roles & roles and is_like(text, one.label))
    return group("操作", (Hit(one.label, "", address(one.url_name)) for one in found))
