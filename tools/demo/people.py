"""Fictional organisations and people, one per seat. Passwords are random and kept in ``var/demo-accounts.json``."""

from dataclasses import dataclass

from greendistrict.accounts.enums import Department as Dept
from greendistrict.accounts.enums import OrganisationKind as Kind
from greendistrict.accounts.enums import Role


@dataclass(frozen=True)
class Body:
    """A fictional organisation."""

    code: str
    name: str
    kind: str
    parent: str = ""
    group: str = ""
    area: str = ""
    committee: bool = False
    departments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Person:
    """A fictional person with a post; ``seat`` is the name in the accounts file."""

    seat: str
    name: str
    role: str
    body: str
    admin: bool = False


SITE = (Dept.HOUSING, Dept.SUPERVISION)  # in the fiction the 建设管理委 has the supervision of building sites below it
ALL_BUILDING = (Dept.HOUSING, Dept.PLANNING, Dept.DRAWINGS, Dept.SUPERVISION)  # a 管委会 to which these are delegated
BODIES = (
    Body("demo-city", "市住房城乡建设管理委（演示账号）", Kind.CITY),
    Body("demo-secretariat", "演示技术支撑单位（虚构）", Kind.SECRETARIAT),
    Body("demo-partner", "市级协同部门（演示账号）", Kind.PARTNER),
    Body("demo-keepers", "平台运维（演示账号）", Kind.KEEPER),
    Body("demo-jia", "演示甲区人民政府（虚构）", Kind.AUTHORITY, area="990001"),
    Body("demo-yi", "演示乙区人民政府（虚构）", Kind.AUTHORITY, area="990002"),
    Body("demo-bing", "演示丙管委会（虚构）", Kind.AUTHORITY, area="990003", committee=True, departments=ALL_BUILDING),
    Body("demo-gangwan", "演示港湾管委会（虚构）", Kind.AUTHORITY, area="990003", committee=True, departments=ALL_BUILDING),
    Body("demo-jia-housing", "演示甲区建设管理委（虚构）", Kind.BUREAU, parent="demo-jia", departments=SITE),
    Body("demo-yi-housing", "演示乙区建设管理委（虚构）", Kind.BUREAU, parent="demo-yi", departments=SITE),
    Body("demo-jia-water", "演示甲区水务局（虚构）", Kind.BUREAU, parent="demo-jia", departments=(Dept.WATER,)),
    Body("demo-jia-planning", "演示甲区规划资源局（虚构）", Kind.BUREAU, parent="demo-jia", departments=(Dept.PLANNING,)),
    Body("demo-yi-planning", "演示乙区规划资源局（虚构）", Kind.BUREAU, parent="demo-yi", departments=(Dept.PLANNING,)),
    Body("demo-jia-drawings", "演示甲区施工图审查中心（虚构）", Kind.BUREAU, parent="demo-jia", departments=(Dept.DRAWINGS,)),
    Body("demo-yi-drawings", "演示乙区施工图审查中心（虚构）", Kind.BUREAU, parent="demo-yi", departments=(Dept.DRAWINGS,)),
    Body("demo-xincheng", "演示新城开发公司（虚构）", Kind.APPLICANT, group="演示城投集团（虚构）"),
    Body("demo-binjiang", "演示滨江更新公司（虚构）", Kind.APPLICANT, group="演示更新集团（虚构）"),
    Body("demo-hupan", "演示湖畔开发公司（虚构）", Kind.APPLICANT, group="演示城投集团（虚构）"),
    Body("demo-kechuang", "演示科创园区公司（虚构）", Kind.APPLICANT, group="演示科创集团（虚构）"),
    Body("demo-verifier", "演示核查机构（虚构）", Kind.VERIFIER),
    Body("demo-consultant", "演示绿色咨询公司（虚构）", Kind.CONSULTANT, group="演示咨询集团（虚构）"),
    Body("demo-university", "演示大学（虚构）", Kind.EXPERT),
    Body("demo-institute", "演示规划设计院（虚构）", Kind.EXPERT),
    Body("demo-energy", "演示能源研究所（虚构）", Kind.EXPERT),
    Body("demo-design", "演示城投设计院（虚构）", Kind.EXPERT, group="演示城投集团（虚构）"),
)
SEATS = (
    Person("city_officer", "周演示", Role.CITY_OFFICER, "demo-city", admin=True),
    Person("city_checker", "吴演示", Role.CITY_CHECKER, "demo-city"),
    Person("city_director", "孙演示", Role.CITY_DIRECTOR, "demo-city"),
    Person("city_legal", "何演示", Role.CITY_LEGAL, "demo-city"),
    Person("secretariat", "郑演示", Role.SECRETARIAT, "demo-secretariat", admin=True),
    Person("secretariat2", "冷演示", Role.SECRETARIAT, "demo-secretariat"),
    Person("partner", "王演示", Role.PARTNER, "demo-partner", admin=True),
    Person("authority", "冯演示", Role.AUTHORITY, "demo-jia", admin=True),
    Person("authority_bing", "施演示", Role.AUTHORITY, "demo-bing", admin=True),
    Person("bureau", "褚演示", Role.BUREAU, "demo-jia-water", admin=True),
    Person("housing", "谢演示", Role.BUREAU, "demo-jia-housing", admin=True),
    Person("planning", "云演示", Role.BUREAU, "demo-jia-planning", admin=True),
    Person("drawings", "苏演示", Role.BUREAU, "demo-jia-drawings", admin=True),
    Person("preparer", "陈演示", Role.PREPARER, "demo-xincheng"),
    Person("reviewer", "李演示", Role.REVIEWER, "demo-xincheng", admin=True),
    Person("consultant", "卫演示", Role.CONSULTANT, "demo-consultant", admin=True),
    Person("verifier", "钱演示", Role.VERIFIER, "demo-verifier", admin=True),
    Person("expert1", "蒋演示", Role.EXPERT, "demo-university"),
    Person("expert2", "沈演示", Role.EXPERT, "demo-institute"),
    Person("expert3", "韩演示", Role.EXPERT, "demo-energy"),
    Person("expert4", "杨演示", Role.EXPERT, "demo-university"),
    Person("expert5", "朱演示", Role.EXPERT, "demo-institute"),
    Person("system_keeper", "秦演示", Role.SYSTEM_KEEPER, "demo-keepers"),
    Person("security_keeper", "尤演示", Role.SECURITY_KEEPER, "demo-keepers"),
    Person("audit_keeper", "许演示", Role.AUDIT_KEEPER, "demo-keepers"),
)
# Staff of the other fictional districts, without an account in the file.
CROWD = (
    Person("authority_yi", "吕演示", Role.AUTHORITY, "demo-yi", admin=True),
    Person("housing_yi", "曾演示", Role.BUREAU, "demo-yi-housing", admin=True),
    Person("planning_yi", "潘演示", Role.BUREAU, "demo-yi-planning", admin=True),
    Person("drawings_yi", "葛演示", Role.BUREAU, "demo-yi-drawings", admin=True),
    Person("authority_gangwan", "岑演示", Role.AUTHORITY, "demo-gangwan", admin=True),
    Person("preparer_binjiang", "张演示", Role.PREPARER, "demo-binjiang"),
    Person("reviewer_binjiang", "孔演示", Role.REVIEWER, "demo-binjiang", admin=True),
    Person("preparer_hupan", "曹演示", Role.PREPARER, "demo-hupan"),
    Person("reviewer_hupan", "严演示", Role.REVIEWER, "demo-hupan", admin=True),
    Person("preparer_kechuang", "华演示", Role.PREPARER, "demo-kechuang"),
    Person("reviewer_kechuang", "金演示", Role.REVIEWER, "demo-kechuang", admin=True),
    Person("expert6", "魏演示", Role.EXPERT, "demo-energy"),
    Person("expert7", "陶演示", Role.EXPERT, "demo-institute"),
    Person("expert8", "姜演示", Role.EXPERT, "demo-design"),
    Person("expert9", "戚演示", Role.EXPERT, "demo-university"),
)
# Chapters of the reference edition that each expert may judge.
SPECIALTIES = {
    "expert1": ("overall", "resilience"),
    "expert2": ("livability", "resilience"),
    "expert3": ("lowcarbon", "overall"),
    "expert4": ("vitality", "livability"),
    "expert5": ("smart", "vitality"),
    "expert6": ("lowcarbon", "smart"),
    "expert7": ("resilience", "vitality"),
    "expert8": ("livability", "lowcarbon"),
    "expert9": ("smart", "overall"),
}
# Professional title and, if changed, the former employer of an expert; all invented.
RANKS = {
    "expert1": "教授",
    "expert2": "教授级高级工程师",
    "expert3": "研究员",
    "expert4": "副教授",
    "expert5": "高级规划师",
    "expert6": "高级工程师",
    "expert7": "高级规划师",
    "expert8": "教授级高级工程师",
    "expert9": "副教授",
}
FORMER = {"expert3": "demo-university", "expert5": "demo-energy", "expert7": "demo-university"}
TRAINING = "评价标准和评审纪律培训（演示）"
