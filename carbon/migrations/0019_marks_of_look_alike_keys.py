"""Room for the mark of rows whose key is only written otherwise than that of another row."""

from django.db import migrations, models

MODELS = ("meter",)


class Migration(migrations.Migration):
    """Fields."""

    dependencies = [("carbon", "0018_taken_over_rows_wait")]

    operations = [
        *(
            migrations.AddField(
                model,
                "looks_like_another",
                models.BooleanField("与别的只是写法不同", db_default=False, default=False, editable=False),
            )
            for model in MODELS
        ),
    ]
