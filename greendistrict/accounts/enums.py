"""Kinds of organisation and the posts that people hold in them (docs/permissions.md)."""

from django.db import models


class OrganisationKind(models.TextChoices):
    """Role of an organisation in the programme."""

    CITY = "city", "市住房城乡建设管理委"
    SECRETARIAT = "secretariat", "技术支撑单位"
    PARTNER = "partner", "市级协同部门"
    AUTHORITY = "authority", "实施主体"
    BUREAU = "bureau", "区级部门"
    APPLICANT = "applicant", "申报主体"
    CONSULTANT = "consultant", "咨询单位"
    EXPERT = "expert", "专家所在单位"
    VERIFIER = "verifier", "碳核查机构"
    KEEPER = "keeper", "平台运维"


class Department(models.TextChoices):
    """What a body is responsible for; a body may have several (a 建设交通委 has housing and transport).

    The departments that the policy (七（二）) and the standards name; chosen in the body's form, never read out of its name.
    """

    HOUSING = "housing", "住房城乡建设"
    PLANNING = "planning", "规划资源"
    DEVELOPMENT = "development", "发展改革"
    FINANCE = "finance", "财政"
    ENVIRONMENT = "environment", "生态环境"
    TRANSPORT = "transport", "交通"
    POLICE = "police", "交警"
    GREENING = "greening", "绿化市容"
    WATER = "water", "水务"
    DRAWINGS = "drawings", "施工图审查"
    SUPERVISION = "supervision", "工程质量安全监督"
    FIRE = "fire", "消防"
    HEALTH = "health", "卫生健康"
    CIVIL_DEFENCE = "civil_defence", "民防"
    HERITAGE = "heritage", "文物"
    WEATHER = "weather", "气象"
    BUILDINGS = "buildings", "房屋管理"
    EMERGENCY = "emergency", "应急管理"
    DATA = "data", "数据"
    ECONOMY = "economy", "经济和信息化"
    SCIENCE = "science", "科学技术"
    COMMERCE = "commerce", "商务"
    CULTURE = "culture", "文化旅游"
    STATISTICS = "statistics", "统计"
    TAX = "tax", "税务"
    BANKING = "banking", "金融"
    CIVIL_AFFAIRS = "civil_affairs", "民政"
    LABOUR = "labour", "人力资源社会保障"
    MARKET = "market", "市场监管"
    OPERATIONS = "operations", "城市运行"
    STREET = "street", "街道（镇）"


class Role(models.TextChoices):
    """Roles of posts. The three keeper roles exclude one another and every other role."""

    CITY_OFFICER = "city_officer", "经办"
    CITY_CHECKER = "city_checker", "审核"
    CITY_DIRECTOR = "city_director", "审定"
    CITY_LEGAL = "city_legal", "法制"
    SECRETARIAT = "secretariat", "评审秘书"
    PARTNER = "partner", "协同部门"
    AUTHORITY = "authority", "区专门机构"
    BUREAU = "bureau", "数据提供部门"
    PREPARER = "preparer", "填报"
    REVIEWER = "reviewer", "审核签发"
    CONSULTANT = "consultant", "咨询"
    EXPERT = "expert", "专家"
    VERIFIER = "verifier", "核查"
    SYSTEM_KEEPER = "system_keeper", "系统管理员"
    SECURITY_KEEPER = "security_keeper", "安全管理员"
    AUDIT_KEEPER = "audit_keeper", "审计管理员"


class LinkPurpose(models.TextChoices):
    """Why a password link was issued."""

    FIRST = "first", "首次设定密码"
    RESET = "reset", "重置密码"
    FORGOTTEN = "forgotten", "找回密码"


class ReviewOutcome(models.TextChoices):
    """Result of the yearly review of an account."""

    CONFIRMED = "confirmed", "继续使用"
    REMOVAL = "removal", "应予清理"


DEPARTMENTAL = (OrganisationKind.BUREAU, OrganisationKind.PARTNER)  # kinds of body with departments; 特定地区管委会 may have them too
KEEPERS = frozenset({Role.SYSTEM_KEEPER, Role.SECURITY_KEEPER, Role.AUDIT_KEEPER})
# Posts of a body in order of rank; an administrator of accounts has no access to people above the own post.
RANKS = {Role.CITY_CHECKER: 2, Role.CITY_LEGAL: 2, Role.CITY_DIRECTOR: 3, Role.REVIEWER: 2}
LOWEST_RANK = 1
CITY = frozenset({Role.CITY_OFFICER, Role.CITY_CHECKER, Role.CITY_DIRECTOR, Role.CITY_LEGAL})
