"""The feature of sign-in."""

from django.urls import path

from greendistrict.accounts.menu_roles import EVERYBODY
from greendistrict.core.features import OWN, Feature, MenuEntry, RecordedAct
from greendistrict.signin import factor_views, identity_views, views

FEATURE = Feature(
    pages={
        "basics#统一身份认证": (
            path("identity/", identity_views.own, name="identity"),
            path("identity/link/", identity_views.link, name="identity_link"),
            path("identity/remove/", identity_views.remove, name="identity_remove"),
        ),
        "keepers#账号": (
            path("people/<int:pk>/identity/", identity_views.of_person, name="identity_of"),
            path("people/<int:pk>/factors/", factor_views.factors_reset, name="factors_reset"),
        ),
        "basics#双因素": (
            path("factors/", factor_views.factor_list, name="factors"),
            path("factors/app/", factor_views.app_add, name="app_add"),
            path("factors/passkey/", factor_views.passkey_add, name="passkey_add"),
            path("factors/remove/", factor_views.factor_remove, name="factor_remove"),
            path("factors/codes/", factor_views.codes_renew, name="codes_renew"),
            path("proof/", factor_views.proof, name="proof"),
            path("proof/passkey/", factor_views.proof_passkey, name="proof_passkey"),
        ),
        "basics#我的登录": (
            path("sessions/", views.session_list, name="sessions"),
            path("sessions/end/", views.session_end, name="session_end"),
            path("sessions/left/", views.session_left, name="session_left"),
            path("sessions/stay/", views.session_stay, name="session_stay"),
            path("sessions/warning/", views.session_warning, name="session_warning"),
        ),
    },
    public={
        "basics#登录": (
            path("login/second/", views.second, name="second"),
            path("login/second/passkey/", views.second_passkey, name="second_passkey"),
        ),
        "basics#统一身份认证": (
            path("login/sso/", identity_views.begin, name="sso"),
            path("login/sso/back/", identity_views.back, name="sso_back"),
        ),
    },
    acts={
        "accounts.locked_out": RecordedAct("账号锁定"),
        "accounts.login": RecordedAct("登录"),
        "accounts.login_failed": RecordedAct("登录失败"),
        "accounts.logout": RecordedAct("退出"),
        "signin.add_app": RecordedAct("启用动态码"),
        "signin.add_passkey": RecordedAct("添加通行密钥"),
        "signin.end_sessions": RecordedAct("结束登录"),
        "signin.identity_refused": RecordedAct("统一身份认证没有登录成功"),
        "signin.link_identity": RecordedAct("关联统一身份认证的身份"),
        "signin.new_browser": RecordedAct("在新的浏览器登录"),
        "signin.proof_refused": RecordedAct("重新确认身份没有通过"),
        "signin.remove_factor": RecordedAct("移除双因素"),
        "signin.renew_codes": RecordedAct("更换恢复码"),
        "signin.reset_factors": RecordedAct("重置双因素"),
        "signin.second_refused": RecordedAct("双因素没有通过"),
        "signin.unlink_identity": RecordedAct("解除统一身份认证的关联"),
    },
    menu=(
        MenuEntry(OWN, 130, "双因素", "signin:factors", EVERYBODY),
        MenuEntry(OWN, 140, "我的登录", "signin:sessions", EVERYBODY),
    ),
    proof=("factors_reset", "identity_of"),
    before_factor=(
        "app_add",
        "factors",
        "passkey_add",
        "proof",
        "proof_passkey",
        "second",
        "second_passkey",
        "session_end",
        "session_left",
        "session_stay",
        "session_warning",
        "sessions",
        "sso",
        "sso_back",
    ),
)
WAY_IN = Feature(
    namespace="accounts",
    public={
        "basics#登录": (
            path("login/", views.LoginView.as_view(), name="login"),
            path("logout/", views.LogoutView.as_view(), name="logout"),
        ),
    },
    before_factor=("login", "logout"),
)
