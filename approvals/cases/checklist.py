"""Materials checklist (材料目录): the numbered slots of each kind of case.

The policy prescribes no list. A slot that is not optional is a guard of its ``steps`` (``approvals.cases.guards.papers_laid``): what the
pages call 必交 is what the steps refuse, from one record.
"""

from dataclasses import dataclass

from approvals.common.enums import CaseKind
from districts.common.enums import BOUNDARY_PROOF
from districts.projects.models import PROJECT_PLAN
from greendistrict.policy.citing import Sentence

SCAN = ("pdf", "jpg", "png")
PAPER = ("pdf", "docx")
ANY = ("pdf", "docx", "xlsx", "jpg", "png")


OWN_GUARDS = frozenset({"endorsement", "table"})  # origins whose guards say more: which body's approval, which row of the table
# Steps that hand the papers of the applicant over.
SENT = ("hand_up", "sign", "enter_sign")
FILED = (*SENT, "answer", "enter_answer", "resubmit")
HANDED = ("hand_up", "sign", "answer", "resubmit")  # those that the applicant takes in the portal


@dataclass(frozen=True)
class Slot:
    """One slot of the checklist. ``origin`` is ``file`` for uploads, otherwise the record that supplies the files.

    ``steps``: steps that are refused without the paper; ``brought``: field of their form by which the step brings the paper itself, each
    time anew unless ``once``. ``proof``: kind of a file of the district that is this paper; ``new_only``: 必交 for 新建 districts only.

    ``formats``: accepted file extensions; ``guide``: what the paper should contain; ``template``: the blank that the portal provides
    (``print``: printed from the case, ``book``: a workbook with column heads); ``proves``: what the paper proves; ``named``: the words by
    which the policy itself names the paper; ``read``: the rule by whose reading it is asked for all the same (理解).
    """

    key: str
    title: str
    kind: str
    origin: str = "file"
    optional: bool = False
    formats: tuple[str, ...] = PAPER
    guide: str = ""
    template: str = ""
    proves: str = ""
    steps: tuple[str, ...] = FILED
    brought: str = ""
    once: bool = False
    proof: str = ""
    new_only: bool = False
    named: Sentence | None = None
    read: str = ""

    @property
    def format_words(self) -> str:
        """Accepted file extensions in words; empty for a slot without uploads."""
        return "、".join(name.upper() for name in self.formats) if self.origin == "file" else ""


SLOTS = (
    Slot(
        "application",
        "试点申报表",
        "申请表",
        formats=SCAN,
        guide="打印申报表，盖章后扫描上传",
        template="print",
        proves="由申报主体提出申请，八（一）；申报的范围和目标",
    ),
    Slot(
        "approval",
        "区政府（管委会）批复",
        "批复，文号、日期、扫描件",
        "endorsement",
        steps=("send_up", "enter_send_up"),
        proves="经区政府批复，八（一）；管委会的批复见本平台理解",
        named=Sentence("八（一）", "经区政府批复"),
        read="APPLY-ENDORSED",
    ),
    Slot(
        "letter", "报送函", "报送函，文号、日期、扫描件", "endorsement", steps=("send_up", "enter_send_up"), proves="批复后报送，八（一）"
    ),
    Slot(
        "diagnosis",
        "生态诊断等前期工作成果",
        "专业规划",
        guide="新建城区四项、更新城区三项，见六（二）",
        named=Sentence("六（二）", "生态诊断"),
        read="NEW-DIAGNOSIS",
        proves="现状评估和生态诊断，六（二）",
    ),
    Slot(
        "plan-indicators",
        "绿色生态指标体系",
        "专业规划",
        "plan",
        proves="指标体系包含五个方面，七（一）1",
        named=Sentence("七（一）", "绿色生态指标体系"),
    ),
    Slot(
        "plan-scheme",
        "绿色生态规划方案",
        "专业规划",
        "plan",
        proves="五个方面的实施策略，七（一）2",
        named=Sentence("七（一）", "绿色生态规划方案"),
    ),
    Slot(
        "plan-carbon",
        "碳排放分析报告",
        "专业规划",
        "plan",
        proves="碳排放强度目标和分阶段方案，七（一）3",
        named=Sentence("七（一）", "碳排放分析报告"),
    ),
    Slot(
        "key-projects",
        "近期重点项目实施计划",
        "实施计划",
        formats=ANY,
        guide="每个项目写明计划开工、竣工和投用时间",
        template="book",
        proof=PROJECT_PLAN,
        proves="完成近期重点项目实施计划，八（一）",
        named=Sentence("八（一）", "近期重点项目实施计划"),
    ),
    Slot(
        "plots",
        "地块出让或划拨证明",
        "权属材料",
        formats=ANY,
        guide="与地块清单逐块对应",
        template="book",
        proves="出让或划拨的地块比例，八（一）",
    ),
    Slot(
        "boundary",
        "范围一致的佐证",
        "规划图件",
        optional=True,
        formats=SCAN,
        guide="不含涉密及敏感测绘数据；城区概况中已上传的不用再传",
        proof=BOUNDARY_PROOF,
        proves="范围与控规或更新范围一致，六（一）",
    ),
    Slot("table", "评分表（规划设计）", "自评", "table", proves="申报星级"),
    Slot("other", "其他材料", "其他", optional=True, formats=ANY),
)
ACCEPTANCE_SLOTS = (
    Slot("application", "终期验收申请表", "申请表", formats=SCAN, guide="打印申请表，盖章后扫描上传", template="print"),
    Slot("report", "终期验收自评报告", "自评", guide="指标和方案落实、重点项目、运营管理情况"),
    Slot("table", "评分表（实施运管）", "自评", "table", proves="评定星级"),
    Slot(
        "key-projects",
        "近期重点项目建成投用证明",
        "竣工和投用材料",
        formats=ANY,
        guide="与冻结清单逐个对应",
        template="book",
        proves="近期重点项目建成投用，八（三）",
    ),
    Slot(
        "plots",
        "地块竣工验收材料",
        "竣工材料",
        formats=ANY,
        guide="写明绿色生态指标和措施落实情况，见七（二）5",
        template="book",
        proves="完成建设的地块比例，八（三）",
    ),
    Slot(
        "works",
        "主要道路、管线建成证明",
        "竣工材料",
        formats=ANY,
        guide="新建城区提交，见八（三）",
        proves="主要道路、管线建成，八（三）",
        new_only=True,
    ),
    Slot("other", "其他材料", "其他", optional=True, formats=ANY),
)
LOSS_SLOTS = (
    Slot("facts", "事实和依据", "调查材料", formats=ANY, steps=("to_check", "to_tell", "agree")),
    Slot("letter", "事先告知书", "告知书", formats=SCAN, steps=("tell",), brought="scan"),
    Slot("statement", "陈述申辩记录", "记录", optional=True, formats=ANY),
    Slot("legal", "法制审核意见", "审核意见", formats=SCAN, steps=("legal_agree",), brought="scan"),
    Slot("minutes", "集体讨论纪要", "纪要", formats=SCAN, steps=("discuss",), brought="scan"),
    Slot("decision", "决定书", "决定书", formats=SCAN, steps=("serve",), brought="decision_scan", once=True),
    Slot("delivery", "送达回证", "送达回证", formats=SCAN, steps=("serve",), brought="scan"),
)
CHANGE_SLOTS = (
    Slot("application", "变更申请", "申请", formats=SCAN, guide="打印变更申请，盖章后扫描上传", template="print", steps=SENT),
    Slot("comparison", "变更前后对照", "对照表", optional=True, formats=ANY, guide="签发时由平台按登记的内容生成；另有对照表的可以上传"),
    Slot("basis", "变更依据", "批复、规划调整文件等", formats=SCAN, steps=SENT),
    Slot("other", "其他材料", "其他", optional=True, formats=ANY),
)
SLOTS_BY_KIND: dict[str, tuple[Slot, ...]] = {
    CaseKind.APPLICATION: SLOTS,
    CaseKind.ACCEPTANCE: ACCEPTANCE_SLOTS,
    CaseKind.LOSS: LOSS_SLOTS,
    CaseKind.CHANGE: CHANGE_SLOTS,
}


def slots_of(kind: str) -> tuple[Slot, ...]:
    """Slots of a kind of case in checklist order."""
    return SLOTS_BY_KIND[kind]


def uploaded_of(kind: str) -> tuple[Slot, ...]:
    """Slots of a kind of case that take uploads."""
    return tuple(slot for slot in slots_of(kind) if slot.origin == "file")


def required_at(kind: str, action: str) -> tuple[Slot, ...]:
    """必交 slots without whose paper the step is refused."""
    return tuple(slot for slot in slots_of(kind) if action in slot.steps and not slot.optional)


def slot_of(kind: str, key: str) -> Slot | None:
    """Slot by key; None if this kind of case has no such slot."""
    return next((slot for slot in slots_of(kind) if slot.key == key), None)


UPLOADED = tuple(slot for slot in SLOTS if slot.origin == "file")
SECTIONS = (
    ("district", "城区概况"),
    ("plan", "绿色生态专业规划"),
    ("plot-list", "地块清单"),
    ("key-project-list", "近期重点项目清单"),
    ("work-list", "市政设施清单"),
)
FINDING_SLOTS = {**{slot.key: slot.title for slots in reversed(SLOTS_BY_KIND.values()) for slot in slots}, **dict(SECTIONS)}


def finding_slots(kind: str) -> dict[str, str]:
    """What a finding may refer to: slots, and sections of the district's file."""
    return {**{slot.key: slot.title for slot in slots_of(kind)}, **dict(SECTIONS)}


FORM_REVIEW = (
    ("conditions", "申报条件符合指导意见"),
    ("procedures", "规划、土地等基本建设程序合规"),
    ("ownership", "申报主体和成果归属清楚"),
    ("safety", "未发生重大质量安全事故"),
    ("policy", "符合国家和本市相关政策"),
    ("materials", "材料齐全、完整、有效"),
)
