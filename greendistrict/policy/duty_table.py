"""Table of duties: one declaration per kind, with debtor, creditor, due rule, fulfilling record and legal ground (pure data).

Also here: reminder schedules written as one text, and the hours and weekdays in settings (pure functions).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

OF_KIND = "reminders.of."  # prefix of the setting of one kind of duty
AS_GENERAL = "按通用设置"
HELP = f"工作日数：到期前写30，到期当日写0，逾期后写+7，最后写上报对象，用顿号隔开；与其他事项相同的写{AS_GENERAL}"
WHOM = ("本单位负责人", "实施主体", "市级经办", "市级审核", "市级审定")
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
MOST_DAYS = 250
_SEPARATOR = re.compile(r"[、，,\s]+")
_DAYS = re.compile(r"\+?\d{1,3}")


class WrongRungs(ValueError):  # noqa: N818 -- reads as a sentence
    """Not a valid schedule; the message says why."""


@dataclass(frozen=True)
class Rungs:
    """Reminder schedule: working days before and after the due day, whether to remind on the day itself, and escalation receivers."""

    before: tuple[int, ...]
    on_day: bool
    after: tuple[int, ...]
    then: tuple[str, ...]


def parse(text: str) -> Rungs:
    """Parse a schedule such as 30、14、0、+7、本单位负责人. Raises ``WrongRungs``."""
    before, after, then, on_day = set(), set(), [], False
    for word in filter(None, _SEPARATOR.split(text.strip())):
        if word in WHOM:
            then.append(word)
        elif not _DAYS.fullmatch(word) or int(word) > MOST_DAYS or word in {"+0", "+00", "+000"}:
            msg = f"没有“{word}”这一节点；工作日数写作30，到期当日写作0，逾期后写作+7，上报写作{'、'.join(WHOM)}"
            raise WrongRungs(msg)
        elif then:
            msg = "上报对象写在最后"
            raise WrongRungs(msg)
        elif word.startswith("+"):
            after.add(int(word))
        else:
            on_day |= not int(word)
            before.add(int(word))
    if then and not after:
        msg = "有上报对象的，须有逾期后的节点，例如+7"
        raise WrongRungs(msg)
    if len(set(then)) != len(then):
        msg = "上报对象重复"
        raise WrongRungs(msg)
    return Rungs(tuple(sorted(before - {0}, reverse=True)), on_day, tuple(sorted(after)), tuple(then))


SETTING, CUSTOM = "平台规则", "惯例"  # ground of dates that the policy leaves open
OF_VALIDITY = "180、90、30、0、+1、+7、市级审核、市级审定"  # longer notice: a successor document takes time
CITY, EXPERT = "市住房城乡建设管理委", "专家"
UNTRACKED = "尚未列入到期事项"
# Ladders of reminders by their name in the table; duties without a ladder have no reminders.
CLIMBING, OF_CITY, STAYING = "debtor", "city", frozenset({"person", "keeper"})


class DutyKind(NamedTuple):
    """One kind of duty: key in URLs, label, and the policy rule it rests on (empty for rules of the portal).

    ``debtor``, ``creditor``, ``due`` and ``met_by`` are texts for people. ``rungs`` names the reminder ladder: ``debtor`` escalates from
    the debtor to its chief, the implementing body and the city; ``city`` from the officer to checker and director; ``person`` and
    ``keeper`` stay with those who act. ``ladder`` is the default of a ladder of its own, in the format of the settings. A watch is shown
    and summed up weekly, never reminded of individually.
    """

    key: str
    label: str
    rule: str = ""
    cite: str = ""
    debtor: str = ""
    creditor: str = ""
    due: str = ""
    met_by: str = ""
    rungs: str = "debtor"
    is_watch: bool = False
    ladder: str = ""

    @property
    def words(self) -> str:
        """What the cited clause says of this duty, sign by sign; empty where the ground is no clause of the policy."""
        return WORDS.get(f"{self.key}:{self.rule}") or WORDS.get(self.key, "")

    @property
    def is_filed(self) -> bool:
        """Whether it is met by sending something in; everything else is done and recorded."""
        return "报送" in self.met_by or "上报" in self.met_by

    @property
    def is_urged(self) -> bool:
        """Whether such duties are reminded of individually; watched items and rights are not."""
        return not self.is_watch and self.rungs in {CLIMBING, OF_CITY, *STAYING}


# The duty in the words of its clause, by kind, or by kind and rule where the kind has a variant. A kind that is not here rests on a law, on
# custom or on a rule of the portal, and cites no clause.
WORDS: Mapping[str, str] = {
    "self_check": "每年对试点城区建设情况开展自评估，向市住房城乡建设管理委提交自评报告和自评分表",
    "self_check:OPERATE-REPORT": "要定期提交绿色生态建设自评估报告和运营工作报告",
    "operation_report": "要定期提交绿色生态建设自评估报告和运营工作报告",
    "carbon_verification": "定期编制碳排放核查报告",
    "endorse": "由申报主体提出申请，经区政府批复后，报市住房城乡建设管理委",
    "cancel_start": "审查结果未通过的，取消“上海市绿色生态城区试点”称号",
    "plot_opinion": "住房城乡建设管理部门要提出绿色生态相关指标要求",
    "plot_opinion:PLOT-DESIGN": "规划资源管理部门就相关事项限时征求交通、交警、绿化市容等必询部门和其他选询部门意见",
    "stage_hold": "市住房城乡建设管理委将每三年组织开展阶段评估工作",
    "post_hold": "对示范项目的运营管理情况和运营实效等方面进行评估",
    "post_draw": "抽取一定比例开展后评估工作",
    "inspection_visit": "接受市住房城乡建设管理委的监督检查和评估",
    "mechanisms": "建立健全多部门协同常态长效管理体制机制和精细化管理工作动态评估机制",
    "key_area_plan": "编制绿色生态专业规划",
    "plan_yearly": "合理编制绿色生态城区实施计划，并报市住房城乡建设管理委",
    "body_designated": "由各区政府指定专门的机构",
    "organise_application": "完成第二轮（星级）绿色生态城区试点创建",
    "plan_funds": "专业规划编制资金，由同级财政予以保障",
    "exchange": "要定期组织开展多层次交流活动",
}
# In the order in which lists offer the kinds.
ROWS: tuple[DutyKind, ...] = (
    DutyKind("self_check", "年度自查", "SELF-CHECK", "八（二）", "申报主体", CITY, "次年3月31日，次年1月1日起报送",
             "自评分表和自评报告已报送"),
    DutyKind("operation_report", "运营工作报告", "OPERATE-REPORT", "八（四）", "申报主体", CITY, "次年3月31日", "已报送"),
    DutyKind("carbon_verification", "碳排放核查报告", "OPERATE-CARBON", "七（三）4", "实施主体", CITY, "次年4月30日", "报告已报送"),
    DutyKind("stage_material", "阶段评估材料", "", SETTING, "申报主体", CITY, "周期到期后40个工作日", "材料已报送"),
    DutyKind("rectification", "整改", "", SETTING, "申报主体", CITY,
             "阶段评估通知后40个工作日，可延一次；监督检查按检查意见所列日期", "整改报告已报送"),
    DutyKind("accept_case", "受理或告知补正", "", SETTING, CITY, "申报主体", "收到后10个工作日", "受理、告知补正或不予受理", "city"),
    DutyKind("form_review", "形式审查", "", SETTING, CITY, "申报主体", "收到后10个工作日，补正时间不计",
             "提请评审、现场核查或告知补正", "city"),
    DutyKind("correction", "补正材料", "", SETTING, "申报主体", CITY, "告知后15个工作日", "补正已报送"),
    DutyKind("endorse", "批复和报送", "APPLY-ENDORSED", "八（一）", "所在区政府、管委会（专门机构）", "申报主体",
             "《指导意见》未规定，申报指南未收到文本，每20个工作日提醒", "批复和报送函已登记", ladder="0"),
    DutyKind("draw_panel", "抽取专家", "", SETTING, "评审秘书", CITY, "受理后10个工作日", "已抽取", "person"),
    DutyKind("opinion_reply", "专家意见回复", "", SETTING, "申报主体", "评审秘书", "列入后15个工作日，整改期间随整改期限",
             "须修改的意见均已答复"),
    DutyKind("decide", "审核和审定", "", SETTING, "审核、审定", "申报主体", "各10个工作日", "已决定或退回", "city"),
    DutyKind("notice_open", "开始公示", "", CUSTOM, CITY, "社会公众", "结论后5个工作日", "公示已开始", "city"),
    DutyKind("announce", "公告", "", CUSTOM, CITY, "申报主体", "审定后20个工作日", "已公告", "city"),
    DutyKind("serve", "送达", "", CUSTOM, CITY, "当事人", "决定后10个工作日", "已送达", "city"),
    DutyKind("hearing", "陈述申辩", "", CUSTOM, "当事人（权利，不催办）", CITY, "告知后15个工作日", "已陈述或已逾期",
             "none"),
    DutyKind("hearing_weigh", "复核陈述申辩", "", CUSTOM, CITY, "当事人", "陈述后15个工作日", "已复核", "city"),
    DutyKind("cancel_start", "启动取消称号程序", "TITLE-CANCELLED", "八（三）", CITY, "申报主体",
             "验收未通过后20个工作日", "已告知，或登记不启动的理由", "city"),
    DutyKind("notice_close", "公示办结", "", CUSTOM, CITY, "社会公众", "公示期满后5个工作日", "公示已办结", "city"),
    DutyKind("objection_reply", "异议答复", "", CUSTOM, CITY, "异议人", "收到后10个工作日", "已答复", "city"),
    DutyKind("remedy_reply", "行政复议、诉讼答复", "", "行政复议法第四十八条、第五十四条、行政诉讼法第六十七条及其解释第一百零八条",
             CITY, "复议机关、法院", "收到副本后，行政复议10个工作日（简易程序5个工作日），行政诉讼一审、二审15日", "已答复", "city"),
    DutyKind("disclosure_reply", "依申请公开答复", "", "政府信息公开条例第三十三条", CITY, "申请人",
             "收到后20个工作日，可延长，最长20个工作日（平台只延长一次），不含征求第三方和其他机关意见所需时间", "已答复", "city"),
    DutyKind("disclosure_serve", "依申请公开答复送达", "", SETTING, CITY, "申请人", "答复后10个工作日", "已登记送达", "city"),
    DutyKind("consult_reply", "部门意见", "", SETTING, "协同部门", CITY, "征询后10个工作日，不视为同意", "已答复", "person"),
    DutyKind("plot_opinion", "地块征询意见", "PLOT-INDICATORS", "七（二）1", "住建等部门", "规划资源部门",
             "征询后10个工作日", "已答复", "person"),
    DutyKind("assigned_rows", "分工填报", "", SETTING, "数据提供部门", "申报主体", "分工所列日期", "已签收确认", "person"),
    DutyKind("invitation", "评审邀请答复", "", SETTING, EXPERT, "评审秘书", "邀请后3个工作日", "接受或谢绝", "person"),
    DutyKind("scores", "专家评分", "", SETTING, EXPERT, "评审秘书", "评审所列日期", "已提交", "person"),
    DutyKind("signatures", "评审意见签名", "", SETTING, EXPERT, "评审秘书", "会后5个工作日", "已签名", "person"),
    DutyKind("meeting", "评审会", "", SETTING, "评审秘书", CITY, "评分齐全后20个工作日", "已召开", "person"),
    DutyKind("countersign", "自查会签", "", SETTING, "专门机构", "申报主体", "送出后15个工作日，不视为同意", "已会签"),
    DutyKind("receive_filing", "接收或退回报送材料", "", SETTING, CITY, "报送单位",
             "报送后20个工作日，年度自查不早于次年4月30日", "接收或退回", "city"),
    DutyKind("recheck", "整改复核", "", SETTING, CITY, "申报主体", "报送整改后10个工作日", "已复核", "city"),
    DutyKind("stage_hold", "组织阶段评估", "STAGE-ASSESSMENT", "八（二）", CITY, "申报主体",
             "公告日起每满三年之日，期前60个工作日起开放", "已启动", "city"),
    DutyKind("stage_conclude", "阶段评估结论", "", SETTING, CITY, "申报主体", "材料报送后90个工作日", "已形成结论", "city"),
    DutyKind("post_hold", "后评估", "POST-EVALUATION", "八（二）", CITY, "示范城区", "抽取当年12月31日", "已形成结论", "city"),
    DutyKind("post_material", "后评估材料", "", SETTING, "申报主体", CITY, "抽中后40个工作日，不晚于后评估的期限", "材料已报送"),
    DutyKind("inspection_visit", "监督检查", "SUPERVISION", "八（四）", CITY, "申报主体", "计划所列日期", "检查情况已登记", "city"),
    DutyKind("mechanisms", "管理机制记录", "OPERATE-MECHANISM", "七（三）1", "申报主体", CITY, "与运营工作报告同时", "当年两项记录齐全"),
    DutyKind("record_request", "补录", "", SETTING, "申报主体", CITY, "请求所列日期", "所列资料均已补录或者答复"),
    DutyKind("key_area_plan", "重点区域专业规划", "KEY-AREA", "四（二）", "实施主体", CITY, "登记之日起12个月", "专业规划已批准"),
    DutyKind("plan_yearly", "年度实施计划", "PLAN-YEARLY", "六（三）", "实施主体（专门机构）", CITY, "上年12月31日", "计划已上报"),
    DutyKind("body_designated", "指定专门机构", "BODY-DESIGNATED", "五（二）", "区政府", CITY, "启用之日起30个工作日", "专门机构已登记"),
    DutyKind("organise_application", "完成第二轮试点创建", "", "四（一）", "实施主体", CITY,
             "2025年12月31日", "施行后公告的带星级试点或示范"),
    DutyKind("plan_funds", "专业规划经费", "PLAN-FUNDING", "七（一）", "同级财政", "实施主体", "与列入城区的年度实施计划同时",
             "来源和金额已登记"),
    DutyKind("inspection_plan", "监督检查计划", "", SETTING, CITY, "实施主体",
             "当年1月31日，自首次列入计划起", "当年的检查已列入计划", "city"),
    DutyKind("disclosure_report", "政府信息公开工作年度报告", "", "政府信息公开条例第四十九条", CITY, "社会公众", "次年1月31日",
             "已登记公布", "city"),
    DutyKind("exchange", "经验交流", "PUBLICITY", "九", CITY, "社会公众", "当年12月31日", "已举办", "city"),
    DutyKind("snapshot", "年度数据冻结", "", CUSTOM, CITY, "社会公众", "次年6月15日，收件截止后办理", "市级审定已关账", "city"),
    DutyKind("yearly_report", "年度报告", "", CUSTOM, CITY, "社会公众", "次年6月30日", "关账后的年度评估报告（不含排名）已生成", "city"),
    DutyKind("post_draw", "后评估抽取", "POST-EVALUATION", "八（二）", CITY, "社会公众", "当年12月31日", "抽取结果已公布", "city"),
    DutyKind("plan_quarter", "三年行动计划季度进展", "", f"{SETTING}（美丽上海征求意见稿）", "任务责任单位",
             "美丽上海统筹的岗位",
             "季度结束后10个工作日", "季度进展已报送"),
    DutyKind("policy_expiry", "政策有效期", "", "有效期", f"{CITY}法制", CITY, "有效期满，期前180个工作日起提醒",
             "后续文件已登记", "city", ladder=OF_VALIDITY),
    DutyKind("edition_expiry", "评价标准有效期", "", SETTING, f"{CITY}法制", CITY, "有效期满，期前180个工作日起提醒",
             "后续版本已登记", "city", ladder=OF_VALIDITY),
    DutyKind("terms_end", "任期和授权到期", "", SETTING, "单位管理员、评审秘书", "本单位", "到期日", "已续期或已终止", "person"),
    DutyKind("holidays_missing", "下一年节假日安排", "", SETTING, "系统管理员", CITY, "上年12月1日", "已导入", "keeper"),
    DutyKind("backup_age", "备份", "", SETTING, "系统管理员", CITY, "上次备份后1日", "已备份", "keeper"),
    DutyKind("certificate", "证书到期", "", SETTING, "系统管理员", CITY, "证书到期日，提前30日提醒", "已更换", "keeper"),
    DutyKind("job_failed", "定时任务失败", "", SETTING, "系统管理员", CITY, "失败后1日", "已运行成功", "keeper"),
    DutyKind("account_review", "账号年度复核", "", SETTING, "安全管理员", CITY, "当年12月31日，期前60日起", "已逐个复核", "keeper"),
    DutyKind("plot_late", "地块晚于计划", "", SETTING, "申报主体", CITY, "计划日期", "已完成或计划已调整", is_watch=True),
    DutyKind("project_late", "重点项目晚于计划", "", SETTING, "申报主体", CITY, "计划日期", "已完成或计划已调整",
             is_watch=True),
    DutyKind("work_late", "市政设施晚于计划", "", SETTING, "申报主体", CITY, "计划日期", "已完成或计划已调整", is_watch=True),
    DutyKind("evidence_expiring", "佐证材料即将到期", "", SETTING, "申报主体", "申报主体", "到期前60个工作日", "已更新", is_watch=True),
    DutyKind("acceptance_ready", "已具备终期验收条件", "", SETTING, "申报主体", CITY, "不设期限", "已申请验收",
             is_watch=True),
)  # fmt: skip
# Kinds that rest on another clause for some who owe them: the same key, another rule.
VARIANTS: tuple[DutyKind, ...] = (
    DutyKind("self_check", "示范城区年度自查", "OPERATE-REPORT", "八（四）", "示范城区申报主体", CITY, "次年3月31日，次年1月1日起报送",
             "自评分表和自评报告已报送"),
    DutyKind("plot_opinion", "设计方案征询意见", "PLOT-DESIGN", "七（二）2", "必询、选询部门", "规划资源部门", "征询后10个工作日", "已答复",
             "person"),
)  # fmt: skip
TOLD: tuple[DutyKind, ...] = tuple(one for row in ROWS for one in (row, *(other for other in VARIANTS if other.key == row.key)))
# Filings owed by an applicant or leading body for a district; only these count in its record (awards, warnings).
OF_DISTRICT = frozenset(
    {
        *("self_check", "operation_report", "carbon_verification", "mechanisms"),
        *("stage_material", "post_material", "rectification", "correction", "opinion_reply"),
    }
)
# Personal obligations of experts: may be extended but not waived; the seat is given to another expert instead.
OF_EXPERT = frozenset(row.key for row in ROWS if row.debtor == EXPERT)
# Not waived: experts' own obligations, and what the officer asked for, who withdraws it instead.
UNWAIVED = OF_EXPERT | {"record_request"}
DUTY_KINDS: Mapping[str, DutyKind] = {row.key: row for row in ROWS}


def duty_kind(key: str) -> DutyKind:
    """Declaration of a kind, or of a variant of it (``kind:rule``). Raises ``KeyError``."""
    kind, _, rule = key.partition(":")
    return told_kind(kind, rule)


def told_kind(key: str, rule: str) -> DutyKind:
    """Declaration of a kind for those who owe it by this rule. Raises ``KeyError``."""
    return next((row for row in VARIANTS if (row.key, row.rule) == (key, rule)), DUTY_KINDS[key])


def is_waivable(kind: str) -> bool:
    """Whether the city may waive obligations of this kind."""
    return kind not in UNWAIVED


def tracked_by(rule: str) -> str:
    """Which kinds of obligations track the duty of a rule, in words, or that none does."""
    labels = [kind.label for kind in TOLD if kind.rule == rule]
    return f"由到期事项跟踪：{'、'.join(labels)}" if labels else UNTRACKED


def urged_kinds() -> dict[str, str]:
    """Labels of kinds of obligations with reminders, by key: their schedule and texts can be set separately."""
    return {kind.key: kind.label for kind in ROWS if kind.is_urged}


def default_ladder(key: str) -> str:
    """Default schedule of a kind of obligation with reminders. Raises ``KeyError``."""
    return DUTY_KINDS[key].ladder or AS_GENERAL
