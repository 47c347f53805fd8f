from django.db import migrations, models

import greendistrict.accounts.credit_codes


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0004_introduced"),
    ]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="credit_code",
            field=models.CharField(
                blank=True,
                default="",
                help_text="18位，登记证书上的代码",
                max_length=18,
                validators=[greendistrict.accounts.credit_codes.validate_credit_code],
                verbose_name="统一社会信用代码",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("credit_code", ""), _negated=True),
                fields=("credit_code",),
                name="organisation_credit_code_once",
                violation_error_message="这个统一社会信用代码已登记在另一家单位",
            ),
        ),
    ]
