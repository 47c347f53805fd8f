"""Marks accounts that share a mail address, and organisations whose name or code is only written otherwise than another's."""

from django.apps.registry import Apps as StateApps
from django.db import migrations

from greendistrict.core.folded_keys import later_alike


def mark(apps: StateApps, _schema: object) -> None:
    """All but the first of those that fold to one, by the very expression of the constraints; they are named."""
    users, bodies = apps.get_model("accounts", "User"), apps.get_model("accounts", "Organisation")
    shared = users._base_manager.filter(pk__in=later_alike(users, "email"))
    alike = bodies._base_manager.filter(pk__in={*later_alike(bodies, "name"), *later_alike(bodies, "code")})
    for row in shared:
        print(f"\n    account {row.username!r} has the mail address of another one; one person, or correct the address", end="")
    for row in alike:
        print(f"\n    organisation {row.code!r} ({row.name!r}) differs from another in how it is written only; rename it", end="")
    shared.update(shares_mail=True)
    alike.update(looks_like_another=True)


class Migration(migrations.Migration):
    """Data."""

    dependencies = [("accounts", "0015_marks_of_look_alikes")]

    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
