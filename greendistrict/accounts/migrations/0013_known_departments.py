"""Departments of the bodies that are there, read once out of their names; from now on they are entered."""

from typing import Any

from django.db import migrations

# In names of bodies; the first list is what the code looked for until now, with the names that it missed.
NAMED = {
    "housing": ("住房城乡", "住房和城乡", "住建", "建设管理", "建设和管理", "建管", "建设交通", "建设和交通", "建交"),
    "planning": ("规划资源", "规划和自然资源", "规划和国土"),
    "development": ("发展改革", "发展和改革", "发改"),
    "finance": ("财政",),
    "environment": ("生态环境", "环境保护", "环保"),
    "transport": ("交通",),
    "police": ("交警", "交通警察", "公安"),
    "greening": ("绿化", "市容"),
    "water": ("水务",),
    "drawings": ("审图", "施工图审查", "施工图设计文件审查"),
    "supervision": ("质监", "安全质量监督", "质量安全监督"),
    "fire": ("消防",),
    "health": ("卫生健康",),
    "civil_defence": ("民防", "国防动员"),
    "heritage": ("文物",),
    "weather": ("气象",),
    "buildings": ("房屋管理", "房管"),
    "emergency": ("应急",),
    "data": ("数据局",),
    "economy": ("经济和信息化", "经济委员会", "经委"),
    "science": ("科学技术", "科委"),
    "commerce": ("商务委",),
    "culture": ("文化和旅游", "文化旅游", "文旅"),
    "statistics": ("统计局",),
    "tax": ("税务",),
    "banking": ("金融",),
    "civil_affairs": ("民政",),
    "labour": ("人力资源",),
    "market": ("市场监督", "市场监管"),
    "operations": ("城运", "城市运行"),
    "street": ("街道办", "镇人民政府", "镇政府"),
}
# The 管委会 of the fiction were asked themselves until now, because no bureau is below them.
FICTION = {"demo-bing": ["housing", "planning", "supervision"], "demo-gangwan": ["housing", "planning", "supervision"]}


def departments_of(name: str) -> list[str]:
    """Keys of the departments that a body's name tells."""
    found = [key for key, words in NAMED.items() if any(word in name for word in words)]
    if "police" in found and "transport" in found and "交通警察" in name:
        found.remove("transport")
    return found


def fill(apps: Any, _schema_editor: Any) -> None:
    """Read the words that are stored once."""
    organisation = apps.get_model("accounts", "Organisation")
    for body in organisation.objects.filter(kind__in=["bureau", "partner"], departments=[]):
        names = [body.name, *body.aliases]
        if found := next(filter(None, map(departments_of, names)), []):
            organisation.objects.filter(pk=body.pk).update(departments=found)
    for code, departments in FICTION.items():
        organisation.objects.filter(code=code, is_demo=True, is_committee=True, departments=[]).update(departments=departments)


class Migration(migrations.Migration):
    """Fills what is known; nothing is undone."""

    dependencies = [
        ("accounts", "0012_organisation_departments"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
