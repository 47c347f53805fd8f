"""Closed lists of values of the district file."""

from django.db import models


class World(models.TextChoices):
    """Real or demo districts, as a filter of lists, which never add up the two."""

    REAL = "real", "真实城区"
    DEMO = "demo", "虚构城区"


class DistrictType(models.TextChoices):
    """Type of a district (六（一）): new or renewal; unknown until a source states it."""

    NEW = "new", "新建城区"
    RENEWAL = "renewal", "更新城区"


class Stage(models.TextChoices):
    """Stage of a district; changed only by a title decision."""

    CANDIDATE = "candidate", "培育"
    PILOT = "pilot", "试点"
    DEMONSTRATION = "demonstration", "示范"
    CANCELLED = "cancelled", "取消试点"
    REVOKED = "revoked", "撤销称号"

    @property
    def tone(self) -> str:
        """Tone of its tag."""
        return {Stage.CANDIDATE: "", Stage.PILOT: "info", Stage.DEMONSTRATION: "success"}.get(self, "danger")


TITLED = (Stage.PILOT, Stage.DEMONSTRATION)  # stages of a district with a title in force
UNTITLED_STAGES = (Stage.CANDIDATE, Stage.CANCELLED, Stage.REVOKED)  # stages of a district without a title
STAGES_IN_ORDER = (Stage.CANDIDATE, Stage.PILOT, Stage.DEMONSTRATION)  # stages in the order in which a district passes them
LOST_STAGES = (Stage.CANCELLED, Stage.REVOKED)


class Star(models.IntegerChoices):
    """Star levels."""

    ONE = 1, "一星级"
    TWO = 2, "二星级"
    THREE = 3, "三星级"


class Certainty(models.TextChoices):
    """Certainty of a recorded fact."""

    SOURCED = "sourced", "有出处"
    INFERRED = "inferred", "推定"
    UNKNOWN = "unknown", "未查明"


def star_in_words(star: int | None, certainty: str) -> str:
    """A star in words, marked if it was inferred; empty without one."""
    return f"{Star(star).label}{'（推定）' if certainty == Certainty.INFERRED else ''}" if star else ""


class Dimension(models.TextChoices):
    """The five dimensions of indicators."""

    RESILIENCE = "韧性安全", "韧性安全"
    LIVEABLE = "健康宜居", "健康宜居"
    LOWCARBON = "低碳高效", "低碳高效"
    ECONOMY = "经济活力", "经济活力"
    SMART = "智慧管控", "智慧管控"


class Acquisition(models.TextChoices):
    """How land is acquired; 自有 (own land) is neither granted nor allocated."""

    GRANT = "grant", "出让"
    ALLOCATION = "allocation", "划拨"
    OWN = "own", "自有"


class UseBasis(models.TextChoices):
    """What a key project's use rests on; what was recorded before proofs were asked for goes on counting."""

    OFFICE = "office", "主管部门登记"
    BACKFILL = "backfill", "补录"
    EARLIER = "earlier", "启用证明要求前登记"


class ProjectState(models.TextChoices):
    """State of a near-term key project."""

    PLANNED = "planned", "未开工"
    BUILDING = "building", "在建"
    COMPLETED = "completed", "竣工"
    IN_USE = "in_use", "投用"


class BaselineKind(models.TextChoices):
    """``plan``: frozen at approval of the specialised plan; ``pilot``: frozen when 试点 is granted."""

    PLAN = "plan", "规划基线"
    PILOT = "pilot", "试点基线"


PLOT_LIST, PROJECT_LIST, WORK_LIST = "地块清单", "近期重点项目清单", "市政设施清单"  # kinds of files that are lists of the portal
HELD_LISTS = frozenset({PLOT_LIST, PROJECT_LIST, WORK_LIST})
BOUNDARY_PROOF = "范围一致佐证"  # kind of the evidence behind District.boundary_matches


class SystemStatus(models.TextChoices):
    """State of a version of the indicator system; an approved one is frozen."""

    DRAFT = "draft", "填报中"
    SIGNING = "signing", "待签发"
    HANDED_UP = "handed_up", "待批准"
    APPROVED = "approved", "已批准"


SIGNED_SYSTEMS = (SystemStatus.HANDED_UP, SystemStatus.APPROVED)  # indicator systems that the applicant has signed


class ControlStep(models.TextChoices):
    """Current step of a plot's control table (七（二）); ``done`` and ``short`` are the results of its completion."""

    PREPARE = "prepare", "未启动"
    CONSULT = "consult", "征询"
    CONTRACT = "contract", "指标入出让合同"
    LAND_OPINION = "land_opinion", "规划土地意见书"
    ALLOCATE = "allocate", "划拨"
    DESIGN = "design", "方案审核"
    DRAWINGS = "drawings", "施工图审查"
    SITE = "site", "施工"
    COMPLETION = "completion", "竣工验收"
    DONE = "done", "竣工符合"
    SHORT = "short", "竣工不符合"


class IndicatorDemand(models.TextChoices):
    """Demand on a plot for one green indicator; before the housing authority has answered, an empty requirement is not 不要求."""

    REQUIRED = "required", "有要求"
    NOT_REQUIRED = "not_required", "不要求"
    NOT_STATED = "not_stated", "未提出要求"


class ControlDuty(models.TextChoices):
    """Duties of 七（二） before land acquisition, construction and use, worded as what was skipped."""

    CONSULT = "consult", "应征询未征询"
    REQUIRE = "require", "应提要求未提"
    REVIEW = "review", "应审查未审查"
    ACCEPT = "accept", "应验收未验收"


class ControlBody(models.TextChoices):
    """Body responsible for a step (七（二）)."""

    PLANNING = "planning", "规划资源部门"
    HOUSING = "housing", "住房城乡建设管理部门"
    DRAWINGS = "drawings", "施工图设计文件审查机构"
    BUILDER = "builder", "建设单位"
    CHECKERS = "checkers", "发展改革、规划资源、建设交通、环境保护等主管部门"


class OpinionPurpose(models.TextChoices):
    """Question put to a department about a plot."""

    CONDITIONS = "conditions", "征询指标要求"
    DESIGN = "design", "方案审核意见"


class CheckStage(models.TextChoices):
    """The four stages at which departments check green content (七（二）)."""

    APPROVAL = "approval", "项目审批"
    APPRAISAL = "appraisal", "评估评审"
    CONSTRUCTION = "construction", "建设管理"
    COMPLETION = "completion", "竣工验收"


class CheckResult(models.TextChoices):
    """Result of a check; ``asked``: the department was asked and has not answered."""

    HELD = "held", "符合"
    NOT_HELD = "not_held", "不符合"
    ASKED = "asked", "已提请，待审查"


class PlotState(models.TextChoices):
    """Progress of a plot, as coloured on maps; each plot has exactly one. ``unchecked``: completed, conformity not recorded."""

    BUILT = "built", "建成且符合"
    UNFIT = "unfit", "竣工不符合"
    UNCHECKED = "unchecked", "竣工未核定"
    BUILDING = "building", "在建"
    WAITING = "waiting", "未开工"
    KEPT = "kept", "保留"


class WorkState(models.TextChoices):
    """State of a municipal work, derived from its dates and acceptance; ``unproven``: built, but without the proof for counting."""

    PLANNED = "planned", "未开工"
    BUILDING = "building", "在建"
    UNPROVEN = "unproven", "建成未计入"
    BUILT = "built", "已建成"


class BoundaryKind(models.TextChoices):
    """The three boundaries of a district."""

    AREA = "area", "片区范围"
    PLAN = "plan", "规划范围"
    ACCEPTANCE = "acceptance", "验收范围"


class PlanStatus(models.TextChoices):
    """State of an authority's yearly implementation plan (六（三）)."""

    DRAFT = "draft", "编制中"
    FILED = "filed", "已上报，待接收"
    RETURNED = "returned", "退回修改"
    NOTED = "noted", "已接收"


class RenewalDrive(models.TextChoices):
    """Drive of a renewal district (六（二）)."""

    FUNCTION = "功能提升", "功能提升"
    INDUSTRY = "产业发展", "产业发展"
    ENVIRONMENT = "生态环境改善", "生态环境改善"
    TRANSPORT = "市政交通设施完善", "市政交通设施完善"
    SERVICES = "公共服务完善", "公共服务完善"


class ActKind(models.TextChoices):
    """Recorded acts about a district as a whole."""

    REGISTER = "register", "登记城区"
    RENAME = "rename", "更名"
    MERGE = "merge", "并入"
    APPLICANT = "applicant", "更换申报主体"
    HANDOVER = "handover", "人员交接"
    TYPE = "type", "确认类型"


class PlotChangeKind(models.TextChoices):
    """Recorded acts by which plots are replaced by others."""

    SPLIT = "split", "分割"
    MERGE = "merge", "合并"
    RENUMBER = "renumber", "重新编号"
    PLAN = "plan", "控规调整"
    REVOKE = "revoke", "撤回变更"


class ImportKind(models.TextChoices):
    """Lists of a district that can be imported from a workbook."""

    PLOTS = "plots", "地块"
    PROJECTS = "projects", "近期重点项目"
    WORKS = "works", "市政设施"
    INDICATORS = "indicators", "指标体系"


class QueuedState(models.TextChoices):
    """State of an import that is processed in the background."""

    WAITING = "waiting", "排队核对"
    READ = "read", "已核对，待确认写入"
    ORDERED = "ordered", "排队写入"
    WRITTEN = "written", "已写入"
    REFUSED = "refused", "没有写入"
