"""Sort keys of the experts who are in the pool already."""

from typing import Any, ClassVar

from django.db import migrations

from greendistrict.core.pinyin import sort_key


def forwards(apps: Any, _schema_editor: Any) -> None:
    """Fill the keys; taking them back is nothing to do."""
    profiles = apps.get_model("assessments", "ExpertProfile").objects.filter(name_pinyin="").select_related("user")
    for profile in profiles:
        profile.name_pinyin = sort_key(profile.user.name)
        profile.save(update_fields=["name_pinyin"])


class Migration(migrations.Migration):
    """Data only."""

    dependencies: ClassVar = [("assessments", "0009_expert_pool")]
    operations: ClassVar = [migrations.RunPython(forwards, migrations.RunPython.noop)]
