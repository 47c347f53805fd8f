"""Departments by the words with which policy, standards and people name them (pure functions).

Only words for a department are read here. Which body has it is a field of the organisation (``Organisation.departments``).
"""

import re
from collections.abc import Collection

from greendistrict.accounts.enums import Department

# Words that differ from the department's own label: the policy's older names (七（二）), and the short names in clauses of the standards.
WORDS = {
    "住建": Department.HOUSING, "建设管理": Department.HOUSING, "建设和管理": Department.HOUSING, "建设管理委": Department.HOUSING,
    "建设和管理委": Department.HOUSING, "住建委": Department.HOUSING, "建管委": Department.HOUSING, "建设委": Department.HOUSING,
    "建设交通": Department.HOUSING, "建设交通委": Department.HOUSING, "建交委": Department.HOUSING,
    "住房城乡建设管理委": Department.HOUSING,
    "规划资源局": Department.PLANNING, "发展改革委": Department.DEVELOPMENT, "发改": Department.DEVELOPMENT,
    "发改委": Department.DEVELOPMENT, "财政局": Department.FINANCE, "环境保护": Department.ENVIRONMENT, "环保": Department.ENVIRONMENT,
    "生态环境局": Department.ENVIRONMENT, "交通委": Department.TRANSPORT, "绿化市容局": Department.GREENING, "水务局": Department.WATER,
    "审图": Department.DRAWINGS, "质监": Department.SUPERVISION, "质监站": Department.SUPERVISION, "消防救援支队": Department.FIRE,
    "国防动员办": Department.CIVIL_DEFENCE, "气象局": Department.WEATHER, "房管局": Department.BUILDINGS, "应急局": Department.EMERGENCY,
    "数据局": Department.DATA, "经委": Department.ECONOMY, "科委": Department.SCIENCE, "商务委": Department.COMMERCE,
    "文化旅游局": Department.CULTURE, "统计局": Department.STATISTICS, "税务局": Department.TAX, "金融办": Department.BANKING,
    "民政局": Department.CIVIL_AFFAIRS, "人力资源社会保障局": Department.LABOUR, "市场监管局": Department.MARKET,
    "城运中心": Department.OPERATIONS, "街道办事处": Department.STREET, "镇政府": Department.STREET,
}  # fmt: skip
LABELS = {str(one.label): one for one in Department}


def department_named(word: str) -> Department | None:
    """Department of a whole word such as 区水务局 or 环境保护; None for any other word, so that no longer name is ever guessed at."""
    plain = re.sub(r"[（(].*?[)）]", "", word).strip().removeprefix("区")
    return LABELS.get(word.strip()) or LABELS.get(plain) or WORDS.get(plain)


def in_order(departments: Collection[str]) -> list[str]:
    """The departments once each, in the order of the enum; unknown ones are kept behind, for the model to refuse."""
    wanted = dict.fromkeys(departments)
    return [key for key in Department.values if key in wanted] + [key for key in wanted if key not in Department.values]


def missing_words(department: str, where: str = "本区") -> str:
    """Which body is missing and where to enter it, for a page that asks bodies of a department."""
    return f"{where}没有承担“{Department(department).label}”职责的单位，请系统管理员在“单位”页登记或勾选"
