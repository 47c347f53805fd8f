"""A mail address belongs to one account, a name and a code to one organisation, however they are written."""

from django.db import migrations, models

from greendistrict.core.folded_keys import Folded

UNMARKED = models.Q(looks_like_another=False)
OWN_MAIL = models.Q(shares_mail=False) & ~models.Q(email="")
CONSTRAINTS = (
    ("organisation", "organisation_name_once", "name", UNMARKED, "已有名称只是写法不同的单位"),
    ("organisation", "organisation_code_once", "code", UNMARKED, "已有代码只是写法不同的单位"),
    ("user", "user_mail_once", "email", OWN_MAIL, "这个邮箱已登记在另一账号"),
)


class Migration(migrations.Migration):
    """Constraints."""

    dependencies = [("accounts", "0016_mark_look_alikes")]

    operations = [
        migrations.AddConstraint(
            model, models.UniqueConstraint(Folded(key), condition=condition, name=name, violation_error_message=words)
        )
        for model, name, key, condition, words in CONSTRAINTS
    ]
