"""The life of a review and of a seat on its panel, as tables. Guards read facts collected by ``selectors.reviews.facts_of``."""

from collections.abc import Iterable

from assessments.enums import MemberState
from assessments.models import PanelMember
from assessments.rules.reviews import is_this_member, runs_reviews
from greendistrict.accounts.models import User
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Machine, Question, Seat, State, Transition
from greendistrict.workflow.registry import register


def _committed(question: Question) -> Iterable[Refusal]:
    if question.facts is not None and not question.facts.get("committed"):
        yield Refusal("抽取前应先登记承诺值", remedy="先办理“登记抽取承诺”")


def _not_committed(question: Question) -> Iterable[Refusal]:
    if question.facts and question.facts.get("committed"):
        yield Refusal("承诺值已经登记", remedy="办理抽取")


def _recusals_answered(question: Question) -> Iterable[Refusal]:
    if question.facts and (waiting := question.facts.get("recusals_open")):
        yield Refusal(f"申报单位的{waiting}件回避申请还没有答复", remedy="名单冻结前逐件答复", href=question.facts.get("recusals_page", ""))


def _panel_possible(question: Question) -> Iterable[Refusal]:
    if question.facts and question.facts.get("shortfall"):
        yield Refusal("现有名单组不成有效的专家组", found=question.facts["shortfall"], remedy="补充专家库，或说明理由后指定")


def _no_panel_possible(question: Question) -> Iterable[Refusal]:
    if question.facts is not None and not question.facts.get("shortfall"):
        yield Refusal("可以抽取时不得指定", remedy="办理“抽取专家”")


def _places_open(question: Question) -> Iterable[Refusal]:
    if question.facts is not None and question.facts["accepted"] + question.facts["pending"] >= question.facts["size"]:
        yield Refusal("席位已满，没有需要补抽的席位")


def _panel_complete(question: Question) -> Iterable[Refusal]:
    if (facts := question.facts) is None:
        return
    if facts["pending"]:
        yield Refusal(f"还有{facts['pending']}名专家没有答复", remedy="等候答复，或在其谢绝后补抽")
    if facts["accepted"] < facts["size"] or facts["accepted"] % 2 == 0:
        yield Refusal("接受邀请的专家人数不足", required=f"{facts['size']}人，单数", found=f"{facts['accepted']}人", remedy="补抽专家")
    if facts["undeclared"]:
        yield Refusal(f"有{facts['undeclared']}名专家没有声明无应回避情形")
    if facts["uncovered"]:
        yield Refusal("专家组没有覆盖全部维度", required="每个维度至少1人", found=f"缺{'、'.join(facts['uncovered'])}", remedy="补抽专家")


def _all_scored(question: Question) -> Iterable[Refusal]:
    if question.facts is not None and question.facts["submitted"] < question.facts["accepted"]:
        found = f"{question.facts['submitted']}人已提交"
        yield Refusal("专家各自评分全部提交后才能开会", required=f"{question.facts['accepted']}人全部提交", found=found)


def _meeting_called(question: Question) -> Iterable[Refusal]:
    if question.facts is not None and not question.facts["meeting_called"]:
        yield Refusal("还没有发出评审会通知", remedy="填写会议时间和地点")


def _chaired(question: Question) -> Iterable[Refusal]:
    if question.facts is not None and not question.facts["has_chair"]:
        yield Refusal("还没有确定组长", remedy="在专家组中指定组长")


def _settled(question: Question) -> Iterable[Refusal]:
    if question.facts and question.facts["open_items"]:
        items = "、".join(question.facts["open_items"])
        yield Refusal("有条文既没有商定，也不能按规则取定", found=items, remedy="在评审会记录商定结果")


def _quorate(question: Question) -> Iterable[Refusal]:
    """Settings ``panel.min`` is the least number at the table; the dimensions are covered by those who are there."""
    facts = question.facts
    if not facts:
        return
    if facts["present"] < facts["quorum"]:
        yield Refusal(
            "到会专家不足，不能形成结论",
            required=f"至少{facts['quorum']}人签到",
            found=f"{facts['present']}人签到",
            remedy="补签到；不能到会的登记退出，休会后补抽专家",
        )
    elif facts["uncovered_present"]:
        found = f"缺{'、'.join(facts['uncovered_present'])}"
        yield Refusal("到会专家没有覆盖全部维度", required="每个维度至少1人", found=found, remedy="休会后补抽专家")


def _agreed_confirmed(question: Question) -> Iterable[Refusal]:
    facts = question.facts
    if not facts:
        return
    if facts["unconfirmed"]:
        found = "；".join(facts["unconfirmed"])
        yield Refusal(f"商定结果还没有经到会专家逐一确认：{found}", found=found, remedy="请所列专家确认或写明保留意见")
    if facts["turned_down"]:
        found = "、".join(facts["turned_down"])
        yield Refusal(f"商定结果没有得到半数以上到会专家同意：{found}", found=found, remedy="重新商定，或撤销商定、按规则取定")


def _opinion_signed(question: Question) -> Iterable[Refusal]:
    if (facts := question.facts) is None:
        return
    if not facts["has_opinion"]:
        yield Refusal("还没有评审意见", remedy="填写评审意见")
    if facts["unvoted"]:
        yield Refusal(f"还有{facts['unvoted']}名专家没有表决")
    if facts["unsigned"]:
        yield Refusal(f"还有{facts['unsigned']}名专家没有确认评审意见")
    if facts["uncompared"]:
        found = "、".join(facts["uncompared"])
        yield Refusal(f"代记的书面表决和确认还没有经第二人核对：{found}", found=found, remedy="请登记人以外的评审秘书或市级人员核对")
    if facts["unchecked"]:
        found = "、".join(facts["unchecked"])
        yield Refusal(f"书面签名还没有经第二人核对：{found}", found=found, remedy="请登记人以外的评审秘书或市级人员核对")


def _conclusion_allowed(question: Question) -> Iterable[Refusal]:
    facts = question.facts
    if not facts or facts["unvoted"]:
        return
    chosen = question.payload.get("conclusion", "")
    if chosen and chosen not in facts["allowed"]:
        yield Refusal("结论与表决结果不符", required=facts["pass_rule"], found="、".join(facts["allowed_words"]), field="conclusion")


def _star_found(question: Question) -> Iterable[Refusal]:
    chosen, facts = question.payload, question.facts
    if not facts or not facts["judges_star"] or chosen.get("conclusion") not in {"passed", "passed_after"}:
        return
    star, reached = chosen.get("star"), facts["star_reached"]
    if not star or star > (reached or 0):
        found = f"得分达到{reached}星级" if reached else "没有达到星级"
        yield Refusal("评定星级不得高于得分达到的星级", found=found, field="star")
    elif facts["star_asked"] and star != facts["star_asked"] and not chosen.get("star_reason", "").strip():
        yield Refusal("评定星级与申报星级不同，应写明理由", field="star_reason")


COMMIT_MESSAGE = "先登记种子的摘要，再冻结名单，事后可核对抽取没有被改动"
SECRETARIAT = Seat("secretariat", "评审秘书", runs_reviews)


def _member(user: User, member: PanelMember) -> bool:
    return is_this_member(user, member)


def _secretary_of(user: User, _member_seat: PanelMember) -> bool:
    return runs_reviews(user)


MEMBER_SEAT = Seat("expert", "受邀专家", _member)
SEAT_SECRETARIAT = Seat("secretariat", "评审秘书", _secretary_of)

REVIEW = register(
    Machine(
        name="review",
        title="专家评审",
        model="assessments.Review",
        initial="preparing",
        states=(
            State("preparing", "待抽取专家", "专家评审"),
            State("inviting", "邀请专家", "专家评审", "info"),
            State("scoring", "专家评分", "专家评审", "info"),
            State("meeting", "评审会", "专家评审", "info"),
            State("concluded", "已有结论", "评审已有结论", "success", final=True),
            State("stopped", "已终止", "评审已终止", "neutral", final=True),
        ),
        transitions=(
            Transition("commit", "登记抽取承诺", ("preparing",), "preparing", (SECRETARIAT,), (_not_committed,), COMMIT_MESSAGE),
            Transition("commit", "登记抽取承诺", ("inviting",), "inviting", (SECRETARIAT,), (_places_open, _not_committed), COMMIT_MESSAGE),
            Transition("commit", "登记抽取承诺", ("scoring",), "scoring", (SECRETARIAT,), (_places_open, _not_committed), COMMIT_MESSAGE),
            Transition(
                "draw",
                "抽取专家",
                ("preparing",),
                "inviting",
                (SECRETARIAT,),
                (_committed, _recusals_answered, _panel_possible),
                message="名单随即冻结，抽中的专家收到邀请",
                told="抽中的专家",
                confirm=True,
                tone="primary",
            ),
            Transition(
                "appoint",
                "指定专家",
                ("preparing",),
                "inviting",
                (SECRETARIAT,),
                (_recusals_answered, _no_panel_possible),
                told="被指定的专家",
                reason_required=True,
                page="assessments:review_appoint",
            ),
            Transition(
                "redraw",
                "补抽专家",
                ("inviting", "scoring"),
                "inviting",
                (SECRETARIAT,),
                (_places_open, _committed, _panel_possible),
                message="已接受的专家不变，补足席位",
                told="补抽的专家",
                confirm=True,
                tone="primary",
            ),
            Transition(
                "reappoint",
                "指定补缺专家",
                ("inviting", "scoring"),
                "inviting",
                (SECRETARIAT,),
                (_places_open, _no_panel_possible),
                told="被指定的专家",
                reason_required=True,
                page="assessments:review_appoint",
            ),
            Transition(
                "start_scoring",
                "分派条文，开始评分",
                ("inviting",),
                "scoring",
                (SECRETARIAT,),
                (_panel_complete,),
                message="条文按专业分派，专家各自评分",
                told="专家组",
                tone="primary",
            ),
            Transition(
                "open_meeting",
                "开始评审会",
                ("scoring",),
                "meeting",
                (SECRETARIAT,),
                (_all_scored, _chaired, _meeting_called),
                message="各自评分公开给与会人员，议题自动列出",
                told="专家组、经办",
                confirm=True,
                tone="primary",
            ),
            Transition(
                "conclude",
                "形成评审结论",
                ("meeting",),
                "concluded",
                (SECRETARIAT,),
                (_quorate, _settled, _agreed_confirmed, _opinion_signed, _conclusion_allowed, _star_found),
                message="评审意见具名，办件转入下一步",
                told="经办、专家组",
                confirm=True,
                tone="primary",
                page="assessments:review_meeting",
            ),
            Transition(
                "adjourn",
                "休会",
                ("meeting",),
                "scoring",
                (SECRETARIAT,),
                message="各自评分重新封闭，可以补抽专家、另行通知开会；已商定的留存，须重新确认",
                told="专家组、经办",
                reason_required=True,
            ),
            Transition(
                "stop",
                "终止评审",
                ("preparing", "inviting", "scoring", "meeting"),
                "stopped",
                (),
                by_system=True,
                message="办件撤回，评审随之终止；已有的评分不再使用",
                told="专家组、评审秘书",
            ),
        ),
    )
)

GONE = {MemberState.DECLINED, MemberState.RECUSED, MemberState.LEFT, MemberState.LAPSED}
MEMBER = register(
    Machine(
        name="panel_member",
        title="评审席位",
        model="assessments.PanelMember",
        field="state",
        initial=MemberState.INVITED,
        states=tuple(State(value, label, final=value in GONE) for value, label in MemberState.choices),
        transitions=(
            Transition("accept", "接受邀请", ("invited",), "accepted", (MEMBER_SEAT,), tone="primary", told="评审秘书"),
            Transition("decline", "谢绝", ("invited",), "declined", (MEMBER_SEAT,), reason_required=True, told="评审秘书"),
            Transition(
                "recuse",
                "声明回避",
                ("invited", "accepted"),
                "recused",
                (MEMBER_SEAT,),
                reason_required=True,
                told="评审秘书",
                confirm=True,
            ),
            Transition(
                "drop_out",
                "登记退出",
                ("accepted",),
                "left",
                (SEAT_SECRETARIAT,),
                message="已评的留存，不计入结果；空出的席位可以补抽",
                told="评审秘书、经办",
                reason_required=True,
            ),
            Transition(
                "release",
                "确认回避，更换",
                ("invited", "accepted"),
                "recused",
                (SEAT_SECRETARIAT,),
                message="席位另行补抽，已填的评分保留但不计入结果",
                reason_required=True,
                told="专家本人",
                confirm=True,
                tone="refuse",
            ),
            Transition("lapse", "逾期未答复", ("invited",), "lapsed", (), by_system=True, told="评审秘书"),
        ),
    )
)
