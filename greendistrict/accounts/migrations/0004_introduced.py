from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0003_digests_are_named_as_such"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="introduced",
            field=models.BooleanField(default=False, verbose_name="已看过初次使用的三步"),
        ),
    ]
