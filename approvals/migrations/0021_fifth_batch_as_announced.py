"""The batch of 11 June 2024 gets the title and words of its source instead of a title of the portal's own, and its titles their ground."""

from typing import Any

from django.db import migrations

INVENTED, ANNOUNCED = "2024年第五批上海市绿色生态城区公告", "关于上海市2024年第五批绿色生态城区项目的公告"
TEXT = """根据《关于推进本市绿色生态城区建设的指导意见》（沪住建规范联〔2023〕13号）及《关于印发〈上海市绿色生态城区试点和示范项目申报指南（2019年）〉的通知》（沪建建材〔2019〕39号）等文件，依据《绿色生态城区评价标准》（DG/TJ 08-2253-2018）的要求，前滩国际商务区、西岸传媒港和西岸智慧谷和黄浦董家渡项目经审定，已达到三星级绿色生态城区终期验收要求。
现予公告。
上海市住房和城乡建设管理委员会"""  # noqa: E501 -- as announced


def as_announced(apps: Any, _editor: Any) -> None:
    """Title, words and ground as announced."""
    _renamed(apps, INVENTED, title=ANNOUNCED, text=TEXT, certainty="sourced")


def as_before(apps: Any, _editor: Any) -> None:
    """Back to the portal's own title."""
    _renamed(apps, ANNOUNCED, title=INVENTED, text="", certainty="inferred")


def _renamed(apps: Any, before: str, *, title: str, text: str, certainty: str) -> None:
    batch = apps.get_model("approvals", "Announcement").objects.filter(historic=True, is_demo=False, title=before)
    keys = [*batch.values_list("pk", flat=True)]  # a query of its rows is refused on the way back, which knows the model twice
    titles = apps.get_model("approvals", "Title").objects.filter(announcement__in=keys, policy="沪住建规范联〔2023〕13号")
    titles.update(policy_certainty=certainty)
    batch.update(title=title, text=text)


class Migration(migrations.Migration):
    dependencies = [("approvals", "0020_announced_words")]
    operations = [migrations.RunPython(as_announced, as_before)]
