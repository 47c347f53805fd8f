"""What the record of a district may lack, what it is needed for, and who adds it."""

from django.db.models import TextChoices


class Need(TextChoices):
    """What a record is needed for."""

    REGISTER = "register", "入库登记"
    YEARLY = "yearly", "年度自查"
    STAGE = "assessment", "阶段评估"
    ACCEPTANCE = "acceptance", "终期验收"


class Mender(TextChoices):
    """Who adds it."""

    OFFICER = "officer", "市级经办"
    AUTHORITY = "authority", "实施主体或市级经办"
    PREPARER = "preparer", "申报主体填报人"
    EDITOR = "editor", "填报人或咨询单位"
    KEEPERS = "keepers", "系统、安全管理员"


class Missing(TextChoices):
    """What is missing, in the order of the page."""

    TITLE = "title", "称号的日期、星级"
    NOTICE = "notice", "公告和公告文件"
    AUTHORITY = "authority", "实施主体"
    BODY = "body", "区专门机构"
    AREA = "area", "片区范围"
    PLAN = "plan", "规划范围"
    FILLING = "filling", "申报主体、城区类型"
    PEOPLE = "people", "申报主体的人员"
    STANDARD = "standard", "官方评价标准"
    CHECKS = "checks", "历年自查"
    SYSTEM = "system", "指标体系"
    CYCLE = "cycle", "阶段评估的起算日"
    STAGES = "stages", "历次阶段评估"
    BASELINE = "baseline", "试点基线"
    PLOTS = "plots", "地块清单"
    WORKS = "works", "市政设施清单"
    PROJECTS = "key_projects", "近期重点项目清单"
