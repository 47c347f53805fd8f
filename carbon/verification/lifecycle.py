"""State machine of a verification: checking, returned with findings, handed to a second person, signed; or the mandate is withdrawn."""

from collections.abc import Iterable

from assessments.common.lifecycle import PREPARER
from carbon.verification import rules
from carbon.verification.models import VerificationState
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Machine, Question, Seat, State, Transition, reads

VERIFIER = Seat("verifier", "受委托的核查机构", rules.verifies)
SECOND = Seat("second_verifier", "受委托的核查机构的另一人、市级经办", rules.releases)
AUTHORITY = Seat("authority", "区专门机构", rules.mandates)


@reads("open")
def _found(_question: Question, left: int) -> Iterable[Refusal]:
    if not left:
        yield Refusal("没有待更正的核查发现", remedy="先逐条写明核查发现", field="text")


@reads("unanswered")
def _answered(_question: Question, unanswered: Iterable[int]) -> Iterable[Refusal]:
    for order in unanswered:
        yield Refusal(f"核查发现{order}没有填写更正情况")


@reads("editing")
def _filed(_question: Question, editing: object) -> Iterable[Refusal]:
    if editing:
        yield Refusal("清单新版尚未签发", remedy="先签发或删除正在填报的一版")


@reads("open")
def _settled(_question: Question, left: int) -> Iterable[Refusal]:
    if left:
        yield Refusal("还有核查发现没有关闭", found=f"{left}条", remedy="逐条核实，或退回更正")


@reads("papers")
def _on_paper(_question: Question, papers: object) -> Iterable[Refusal]:
    if not papers:
        yield Refusal("没有上传核查意见", remedy="上传核查机构盖章的核查意见", field="upload")


def _stated(question: Question) -> Iterable[Refusal]:
    if not question.obj.statement.strip():
        yield Refusal("“核查声明”未填", field="statement")
    if not question.obj.conclusion:
        yield Refusal("“核查结论”未选", field="conclusion")


CARBON_VERIFICATION = Machine(
    name="carbon_verification",
    title="碳排放核查",
    model="carbon.CarbonVerification",
    initial="checking",
    states=(
        State(VerificationState.CHECKING, "核查中", tone="info"),
        State(VerificationState.CORRECTING, "待更正", tone="warning"),
        State(VerificationState.REVIEWING, "待复核签发", tone="info"),
        State(VerificationState.SIGNED, "已签发", "已核查", "success", final=True),
        State(VerificationState.WITHDRAWN, "委托已撤回", final=True),
    ),
    transitions=(
        Transition(
            "return",
            "退回更正",
            ("checking",),
            "correcting",
            (VERIFIER,),
            (_found,),
            message="城区逐条答复；需要更正清单的，另立新版签发",
        ),
        Transition(
            "answer",
            "更正完毕，送回核查",
            ("correcting",),
            "checking",
            (PREPARER,),
            (_answered, _filed),
            message="按清单最新一版继续核查",
            tone="primary",
        ),
        Transition(
            "hand_up",
            "提交复核签发",
            ("checking",),
            "reviewing",
            (VERIFIER,),
            (_settled, _filed, _stated, _on_paper),
            message="由核查机构的另一人或者市级经办核对后签发，其间不能再改",
            tone="primary",
        ),
        Transition(
            "send_back",
            "退回继续核查",
            ("reviewing",),
            "checking",
            (SECOND,),
            message="核查机构修改后重新提交",
            reason_required=True,
        ),
        Transition(
            "sign",
            "签发核查报告",
            ("reviewing",),
            "signed",
            (SECOND,),
            (_settled, _filed, _stated, _on_paper),
            message="内容冻结，不能再改；当年度碳排放核查报告随即报送市住房城乡建设管理委",
            confirm=True,
            tone="primary",
        ),
        Transition(
            "withdraw",
            "撤回委托",
            ("checking", "correcting", "reviewing"),
            "withdrawn",
            (AUTHORITY,),
            message="核查机构不再看到清单，可以另行委托",
            reason_required=True,
            tone="danger",
        ),
    ),
)
