"""Procedure of a person in the expert pool: facts, effects and recipients of its steps."""

from django.urls import reverse

from assessments.common.services import city_parties
from assessments.experts import selectors, services
from assessments.experts.lifecycle import EXPERT
from assessments.experts.models import ExpertProfile
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import holding
from greendistrict.notifications.enums import Message
from greendistrict.workflow.procedure import BEGUN, Event, Note, Party, Procedure, Step, Taken, row_lock

MESSAGE = Message.EXPERT_POOL


def _invitation(taken: Taken) -> Note:
    words = "请登录后核对任职单位和应回避的关系，答复是否加入绿色生态城区专家库。"
    return Note("邀请您加入专家库", words, reverse("assessments:expert_me"), taken.obj.is_demo)


def _new_account(taken: Taken) -> Note:
    user = taken.obj.user
    words = "请系统管理员在“账号”中向本人发出设定密码的链接，请安全管理员授予专家岗位。"
    return Note(f"新建专家账号{user.username}", words, reverse("accounts:user_list"), user.is_demo)


def _note(taken: Taken) -> Note:
    """Message about a step: an answer is reported to the keepers of the pool, a removal to the expert."""
    expert, action = taken.obj, taken.record.action
    if action == "remove":
        return Note("已移出专家库", taken.record.reason, reverse("assessments:expert_me"), expert.is_demo)
    words = {"join": "已加入专家库", "decline": "未加入专家库"}[action]
    return Note(f"{expert}{words}", taken.record.reason, reverse("assessments:expert", args=[expert.pk]), expert.is_demo)


EXPERT_STEPS = Procedure(
    machine=EXPERT,
    lock=row_lock(ExpertProfile, "user"),
    words=_note,
    facts={"has_post": selectors.has_post, "employed": selectors.is_employed, "open_panels": selectors.open_panels},
    parties={
        **city_parties(),
        "expert": Party("专家本人", lambda expert, _source: [expert.user]),
        "account_keepers": Party("系统管理员、安全管理员", lambda _expert, _source: holding(Role.SYSTEM_KEEPER, Role.SECURITY_KEEPER)),
    },
    events={
        BEGUN: Event(turn=("expert",), message=MESSAGE, words=_invitation),
        "new_account": Event(turn=("account_keepers",), message=MESSAGE, words=_new_account),
    },
    steps={
        "join": Step(facts=("has_post", "employed"), effect=services.on_join, informed=("secretariat",), message=MESSAGE),
        "decline": Step(informed=("secretariat",), message=MESSAGE),
        "remove": Step(facts=("open_panels",), effect=services.on_remove, informed=("expert",), message=MESSAGE),
        "invite_again": Step(turn=("expert",), message=MESSAGE, words=_invitation),
    },
)
