"""Which of the four departments (七（二）) the words of recorded checks stand for, read once; from now on it is stored on entering."""

from typing import Any

from django.db import migrations

NAMED = {
    "development": ("发展改革", "发改"),
    "planning": ("规划资源", "规划和自然资源", "规划和国土"),
    "housing": ("建设交通", "住房城乡建设", "住房和城乡建设", "建设和管理", "建设管理", "住建", "建管", "建交"),
    "environment": ("环境保护", "生态环境", "环保"),
}


def fill(apps: Any, _schema_editor: Any) -> None:
    """Read the words that are stored once."""
    for name in ("PlotCheck", "WorkCheck"):
        checks = apps.get_model("districts", name).objects
        for words in set(checks.filter(department_key="").order_by().values_list("department", flat=True)):
            key = next((key for key, parts in NAMED.items() if any(part in words for part in parts)), "")
            if key:
                checks.filter(department=words, department_key="").update(department_key=key)


class Migration(migrations.Migration):
    """Fills what is known; nothing is undone."""

    dependencies = [
        ("districts", "0016_check_department_key"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
