"""The feature of accounts."""

from django.urls import path

from greendistrict.accounts import keeper_views, link_views, views
from greendistrict.accounts.enums import KEEPERS, Role
from greendistrict.accounts.menu_roles import BUSINESS, EVERYBODY
from greendistrict.core.features import OWN, PALETTE, Feature, MenuEntry, RecordedAct

FEATURE = Feature(
    pages={
        "basics#密码和账号": (path("password/", views.password_change, name="password_change"),),
        "basics#工作台": (path("introduced/", views.introduced, name="introduced"),),
        "basics#本单位": (
            path("organisation/", views.organisation_detail, name="organisation_detail"),
            path("organisations/<int:pk>/", views.organisation_detail, name="organisation"),
            path("organisations/<int:pk>/invite/", keeper_views.invite, name="invite"),
        ),
        "keepers#机构": (
            path("organisations/", keeper_views.organisation_list, name="organisation_list"),
            path("organisations/new/", keeper_views.organisation_create, name="organisation_create"),
            path("organisations/<int:pk>/change/", keeper_views.organisation_change, name="organisation_change"),
        ),
        "keepers#账号": (
            path("people/", views.user_list, name="user_list"),
            path("people/new/", keeper_views.user_create, name="user_create"),
            path("people/<int:pk>/activity/", views.user_activity, name="user_activity"),
        ),
        "keepers#岗位": (
            path("people/<int:pk>/posts/", keeper_views.post_grant, name="post_grant"),
            path("posts/<int:pk>/end/", keeper_views.post_end, name="post_end"),
        ),
        "keepers#密码链接": (
            path("people/<int:pk>/password/", link_views.password_reset, name="password_reset"),
            path("resets/", link_views.link_list, name="link_list"),
            path("resets/<int:pk>/", link_views.link_decide, name="link_decide"),
        ),
        "keepers#双人审批": (
            path("proposals/", keeper_views.proposal_list, name="proposal_list"),
            path("proposals/<int:pk>/", keeper_views.proposal_decide, name="proposal_decide"),
        ),
        "basics#委托": (
            path("delegations/", views.delegation_list, name="delegation_list"),
            path("delegations/new/", views.delegation_give, name="delegation_give"),
            path("delegations/<int:pk>/end/", views.delegation_end, name="delegation_end"),
        ),
    },
    public={
        "basics#关怀版": (path("care/", views.care, name="care"),),
        "basics#登录": (
            path("forgotten/", link_views.forgotten, name="forgotten"),
            path("link/<str:secret>/", link_views.link, name="link"),
        ),
    },
    acts={
        "accounts.add_organisation": RecordedAct("登记单位"),
        "accounts.appoint": RecordedAct("任命岗位"),
        "accounts.approve_proposal": RecordedAct("同意须两名管理员的事项"),
        "accounts.ask_link": RecordedAct("提出设定密码的链接"),
        "accounts.change_organisation": RecordedAct("修改单位"),
        "accounts.change_password": RecordedAct("修改密码"),
        "accounts.create_user": RecordedAct("建立账号"),
        "accounts.decline_link": RecordedAct("不放行密码重置"),
        "accounts.decline_proposal": RecordedAct("不同意须两名管理员的事项"),
        "accounts.delegate": RecordedAct("委托"),
        "accounts.disable_unused": RecordedAct("停用长期未使用的账号"),
        "accounts.end_delegation": RecordedAct("收回委托"),
        "accounts.end_post": RecordedAct("终止岗位"),
        "accounts.hand_on": RecordedAct("离任交接"),
        "accounts.invite": RecordedAct("邀请人员"),
        "accounts.part": RecordedAct("办理离任"),
        "accounts.password_refused": RecordedAct("修改密码时原密码不正确"),
        "accounts.print_link": RecordedAct("服务器控制台生成设定密码的链接"),
        "accounts.propose": RecordedAct("提出须两名管理员的事项"),
        "accounts.release_link": RecordedAct("放行密码重置"),
        "accounts.reset_password": RecordedAct("重置密码"),
        "accounts.review": RecordedAct("账号年度复核"),
        "accounts.revoke": RecordedAct("收回登录、令牌、链接和委托"),
        "accounts.set_active": RecordedAct("启用或停用账号"),
        "accounts.set_password": RecordedAct("用链接设定密码"),
    },
    menu=(
        MenuEntry(OWN, 10, "本单位", "accounts:organisation_detail", BUSINESS - {Role.EXPERT}),
        MenuEntry(OWN, 20, "委托", "accounts:delegation_list", BUSINESS - {Role.EXPERT} | {Role.SECURITY_KEEPER}),
        MenuEntry("系统", 30, "账号", "accounts:user_list", frozenset({Role.SYSTEM_KEEPER, Role.SECURITY_KEEPER}), daily=KEEPERS),
        MenuEntry("系统", 40, "密码重置", "accounts:link_list", KEEPERS, daily=KEEPERS),
        MenuEntry("系统", 50, "双人审批", "accounts:proposal_list", KEEPERS, daily=KEEPERS),
        MenuEntry(OWN, 120, "修改密码", "accounts:password_change", EVERYBODY),
        MenuEntry(PALETTE, 120, "新建单位", "accounts:organisation_create", frozenset({Role.SYSTEM_KEEPER})),
        MenuEntry(PALETTE, 130, "新建账号", "accounts:user_create", frozenset({Role.SYSTEM_KEEPER})),
    ),
    proof=(
        "delegation_give",
        "invite",
        "link_decide",
        "organisation_change",
        "organisation_create",
        "password_reset",
        "post_end",
        "post_grant",
        "proposal_decide",
        "user_activity",
        "user_create",
    ),
    before_factor=("care", "password_change"),
    recorded={"user_list": "账号清单", "link_list": "密码链接清单"},
)
