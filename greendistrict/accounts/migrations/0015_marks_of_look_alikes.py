"""Room for the marks of accounts that share a mail address, and of organisations whose name or code is only written otherwise than another's."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Fields."""

    dependencies = [("accounts", "0014_office_phone")]

    operations = [
        migrations.AddField(
            "organisation",
            "looks_like_another",
            models.BooleanField("名称或代码与别的只是写法不同", db_default=False, default=False, editable=False),
        ),
        migrations.AddField(
            "user",
            "shares_mail",
            models.BooleanField(
                "是同一个人另建的账号",
                db_default=False,
                default=False,
                editable=False,
                help_text="电子邮箱已登记在本人另一账号时勾选",
            ),
        ),
    ]
