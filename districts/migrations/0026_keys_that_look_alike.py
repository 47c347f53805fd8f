"""Plots, key projects and works say whether their key differs from another's only in how it is written."""

from django.db import migrations, models

WORDS = {"plot": "编号与别的只是写法不同", "keyproject": "名称与别的只是写法不同", "work": "名称与别的只是写法不同"}


class Migration(migrations.Migration):
    """Columns."""

    dependencies = [("districts", "0025_heads_chosen_for_columns")]

    operations = [
        migrations.AddField(model, "looks_like_another", models.BooleanField(words, default=False, editable=False))
        for model, words in WORDS.items()
    ]
