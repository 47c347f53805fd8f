"""State machines of a review and of a panel member. Guards read the facts of ``selectors.facts``."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from assessments.common.enums import Conclusion
from assessments.reviews.enums import AT_WORK, BEFORE_MEETING, WITH_PANEL, MemberState, ReviewState
from assessments.reviews.models import PanelMember
from assessments.reviews.rules import is_this_member, runs_reviews
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.core.errors import Refusal
from greendistrict.policy.parameters import default_mark
from greendistrict.workflow.machine import Machine, Question, Seat, State, Transition, reads


@reads("committed")
def _committed(_question: Question, committed: object) -> Iterable[Refusal]:
    if not committed:
        yield Refusal("抽取前应先登记种子校验值", remedy="先办理“登记抽取种子校验值”")


@reads("committed")
def _not_committed(_question: Question, committed: object) -> Iterable[Refusal]:
    if committed:
        yield Refusal("种子校验值已经登记", remedy="办理抽取")


@reads("recusals_open")
def _recusals_answered(question: Question, waiting: int) -> Iterable[Refusal]:
    if waiting:
        page = reverse("assessments:recusals", args=[question.obj.table_id])
        yield Refusal(f"申报单位的{waiting}件回避申请尚未答复", remedy="名单冻结前逐件答复", href=page)


@reads("shortfall")
def _panel_possible(_question: Question, found: str) -> Iterable[Refusal]:
    if found:
        yield Refusal("现有名单组不成有效的专家组", found=found, remedy="补充专家库，或说明理由后指定")


@reads("shortfall")
def _no_panel_possible(_question: Question, found: str) -> Iterable[Refusal]:
    if not found:
        yield Refusal("可以抽取时不得指定", remedy="办理“抽取专家”")


@reads("panel")
def _places_open(_question: Question, panel: Mapping[str, Any]) -> Iterable[Refusal]:
    if panel["accepted"] + panel["pending"] >= panel["size"]:
        yield Refusal("席位已满，没有需要补抽的席位")


@reads("panel")
def _panel_complete(_question: Question, panel: Mapping[str, Any]) -> Iterable[Refusal]:
    if panel["pending"]:
        yield Refusal(f"还有{panel['pending']}名专家没有答复", remedy="等候答复，或在其谢绝后补抽")
    if panel["accepted"] < panel["size"] or panel["accepted"] % 2 == 0:
        yield Refusal("接受邀请的专家人数不足", required=f"{panel['size']}人，单数", found=f"{panel['accepted']}人", remedy="补抽专家")
    if panel["undeclared"]:
        yield Refusal(f"有{panel['undeclared']}名专家没有声明无应回避情形")
    if panel["uncovered"]:
        yield Refusal("专家组没有覆盖全部方面", required="每个方面至少1人", found=f"缺{'、'.join(panel['uncovered'])}", remedy="补抽专家")


def _due_given(question: Question) -> Iterable[Refusal]:
    due = question.payload.get("score_due")
    if question.typed and (due is None or due < question.today):
        yield Refusal("请填写评分截止日期，不早于今天", field="score_due")


@reads("panel")
def _all_scored(_question: Question, panel: Mapping[str, Any]) -> Iterable[Refusal]:
    if panel["submitted"] < panel["accepted"]:
        found = f"{panel['submitted']}人已提交"
        yield Refusal("专家各自评分全部提交后才能开会", required=f"{panel['accepted']}人全部提交", found=found)


@reads("panel")
def _meeting_called(_question: Question, panel: Mapping[str, Any]) -> Iterable[Refusal]:
    if not panel["meeting_called"]:
        yield Refusal("尚未发出评审会通知", remedy="填写会议时间和地点")


@reads("panel")
def _chaired(_question: Question, panel: Mapping[str, Any]) -> Iterable[Refusal]:
    if not panel["has_chair"]:
        yield Refusal("尚未确定组长", remedy="在专家组中指定组长")


@reads("meeting")
def _settled(_question: Question, meeting: Mapping[str, Any]) -> Iterable[Refusal]:
    if meeting["open_items"]:
        items = "、".join(meeting["open_items"])
        yield Refusal("有条文既没有商定，也不能按规则取定", found=items, remedy="在评审会记录商定结果")


@reads("meeting")
def _quorate(_question: Question, meeting: Mapping[str, Any]) -> Iterable[Refusal]:
    """Refuse unless enough members (setting ``panel.min``) are present and together cover all dimensions."""
    if meeting["present"] < meeting["quorum"]:
        yield Refusal(
            "到会专家不足，不能形成结论",
            required=f"至少{meeting['quorum']}人{default_mark('panel.min')}签到",
            found=f"{meeting['present']}人签到",
            remedy="补签到；不能到会的登记退出，休会后补抽专家",
        )
    elif meeting["uncovered_present"]:
        found = f"缺{'、'.join(meeting['uncovered_present'])}"
        yield Refusal("到会专家没有覆盖全部方面", required="每个方面至少1人", found=found, remedy="休会后补抽专家")


@reads("meeting")
def _agreed_confirmed(_question: Question, meeting: Mapping[str, Any]) -> Iterable[Refusal]:
    if meeting["unconfirmed"]:
        found = "；".join(meeting["unconfirmed"])
        yield Refusal(f"商定结果尚未经到会专家逐一确认：{found}", found=found, remedy="请所列专家确认或写明保留意见")
    if meeting["turned_down"]:
        found = "、".join(meeting["turned_down"])
        yield Refusal(f"商定结果没有得到半数以上到会专家同意：{found}", found=found, remedy="重新商定，或撤销商定、按规则取定")


@reads("meeting")
def _opinion_signed(_question: Question, meeting: Mapping[str, Any]) -> Iterable[Refusal]:
    if not meeting["has_opinion"]:
        yield Refusal("尚无评审意见", remedy="填写评审意见")
    if meeting["unvoted"]:
        yield Refusal(f"还有{meeting['unvoted']}名专家没有表决")
    if meeting["unsigned"]:
        yield Refusal(f"还有{meeting['unsigned']}名专家没有确认评审意见")
    if meeting["uncompared"]:
        found = "、".join(meeting["uncompared"])
        yield Refusal(f"代记的书面表决和确认尚未经第二人核对：{found}", found=found, remedy="请登记人以外的评审秘书或市级人员核对")
    if meeting["unchecked"]:
        found = "、".join(meeting["unchecked"])
        yield Refusal(f"书面签名尚未经第二人核对：{found}", found=found, remedy="请登记人以外的评审秘书或市级人员核对")


@reads("meeting")
def _conclusion_allowed(question: Question, meeting: Mapping[str, Any]) -> Iterable[Refusal]:
    chosen = question.payload.get("conclusion", "")
    if question.typed and chosen not in Conclusion.values:
        yield Refusal("请选择评审结论", field="conclusion")
    elif not meeting["unvoted"] and chosen and chosen not in meeting["allowed"]:
        yield Refusal("结论与表决结果不符", required=meeting["pass_rule"], found="、".join(meeting["allowed_words"]), field="conclusion")


@reads("meeting")
def _star_found(question: Question, meeting: Mapping[str, Any]) -> Iterable[Refusal]:
    chosen = question.payload
    if not meeting["judges_star"] or chosen.get("conclusion") not in {"passed", "passed_after"}:
        return
    star, reached = chosen.get("star"), meeting["star_reached"]
    found = f"得分达到{reached}星级" if reached else "没有达到星级"
    if star and star > reached and meeting["lines_inferred"]:
        if not chosen.get("star_reason", "").strip():
            words = "评定星级高于得分达到的星级，而参考版的分数线未经市级确认，应写明理由"
            yield Refusal(words, found=found, field="star_reason", href=reverse("approvals:setting", args=["reference_limits"]))
    elif not star or star > (reached or 0):
        yield Refusal("评定星级不得高于得分达到的星级", found=found, field="star")
    elif meeting["star_asked"] and star != meeting["star_asked"] and not chosen.get("star_reason", "").strip():
        yield Refusal("评定星级与申报星级不同，应写明理由", field="star_reason")


COMMIT_MESSAGE = "先登记种子的校验值，再冻结名单，事后可核对抽取没有被改动"
SECRETARIAT = Seat("secretariat", "评审秘书", runs_reviews)


def _secretary_of(held: HeldPosts, _member: PanelMember) -> bool:
    return runs_reviews(held)


MEMBER_SEAT = Seat("expert", "受邀专家", is_this_member)
MEMBER_SECRETARIAT = Seat("secretariat", "评审秘书", _secretary_of)

REVIEW = Machine(
    name="review",
    title="专家评审",
    model="assessments.Review",
    initial="preparing",
    states=(
        State(ReviewState.PREPARING, "待抽取专家", "专家评审"),
        State(ReviewState.INVITING, "邀请专家", "专家评审", "info"),
        State(ReviewState.SCORING, "专家评分", "专家评审", "info"),
        State(ReviewState.MEETING, "评审会", "专家评审", "info"),
        State(ReviewState.CONCLUDED, "形成结论", "评审形成结论", "success", final=True),
        State(ReviewState.STOPPED, "已终止", "评审已终止", "neutral", final=True),
    ),
    transitions=(
        Transition("commit", "登记抽取种子校验值", ("preparing",), "preparing", (SECRETARIAT,), (_not_committed,), COMMIT_MESSAGE),
        Transition(
            "commit", "登记抽取种子校验值", ("inviting",), "inviting", (SECRETARIAT,), (_places_open, _not_committed), COMMIT_MESSAGE
        ),
        Transition("commit", "登记抽取种子校验值", ("scoring",), "scoring", (SECRETARIAT,), (_places_open, _not_committed), COMMIT_MESSAGE),
        Transition(
            "draw",
            "抽取专家",
            ("preparing",),
            "inviting",
            (SECRETARIAT,),
            (_committed, _recusals_answered, _panel_possible),
            message="名单随即冻结，抽中的专家收到邀请",
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
            reason_required=True,
            page="assessments:review_appoint",
        ),
        Transition(
            "start_scoring",
            "分派条文，开始评分",
            ("inviting",),
            "scoring",
            (SECRETARIAT,),
            (_panel_complete, _due_given),
            message="条文按专业分派，专家各自评分",
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
        ),
    ),
)


def _answerable(question: Question) -> Iterable[Refusal]:
    if question.obj.review.status not in BEFORE_MEETING:
        yield Refusal("评审会已开始，不能再答复邀请")


def _declared(question: Question) -> Iterable[Refusal]:
    if question.typed and not question.payload.get("declared"):
        yield Refusal("接受邀请须声明无应回避情形；有应回避情形的，请选择声明回避", field="declared")


def _under_way(question: Question) -> Iterable[Refusal]:
    if question.obj.review.status not in WITH_PANEL:
        yield Refusal("评审没有开始，或已经结束")


def _scored_or_met(question: Question) -> Iterable[Refusal]:
    if question.obj.review.status not in AT_WORK:
        yield Refusal("专家评分或评审会期间才登记退出")


GONE = {MemberState.DECLINED, MemberState.RECUSED, MemberState.LEFT, MemberState.LAPSED}
MEMBER = Machine(
    name="panel_member",
    title="评审席位",
    model="assessments.PanelMember",
    field="state",
    initial=MemberState.INVITED,
    states=tuple(State(one, final=one in GONE) for one in MemberState),
    transitions=(
        Transition("accept", "接受邀请", ("invited",), "accepted", (MEMBER_SEAT,), (_answerable, _declared), tone="primary"),
        Transition("decline", "谢绝", ("invited",), "declined", (MEMBER_SEAT,), (_answerable,), reason_required=True),
        Transition(
            "recuse",
            "声明回避",
            ("invited", "accepted"),
            "recused",
            (MEMBER_SEAT,),
            (_under_way,),
            reason_required=True,
            confirm=True,
        ),
        Transition(
            "drop_out",
            "登记退出",
            ("accepted",),
            "left",
            (MEMBER_SECRETARIAT,),
            (_scored_or_met,),
            message="已评的留存，不计入结果；空出的席位可以补抽",
            reason_required=True,
        ),
        Transition(
            "release",
            "确认回避，更换",
            ("invited", "accepted"),
            "recused",
            (MEMBER_SECRETARIAT,),
            (_under_way,),
            message="席位另行补抽，已填的评分保留但不计入结果",
            reason_required=True,
            confirm=True,
            tone="refuse",
        ),
        Transition("lapse", "逾期未答复", ("invited",), "lapsed", (), (_answerable,), by_system=True),
    ),
)
