"""Votes and confirmations that came on paper: who took them over and who compared them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def person(words: str) -> models.ForeignKey:
    """A column for somebody of the portal, empty where nobody was."""
    return models.ForeignKey(
        blank=True,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
        verbose_name=words,
    )


class Migration(migrations.Migration):
    """Three columns that may be empty; what was voted before counts as said in person."""

    dependencies = [
        ("assessments", "0013_review_papers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(model_name="panelmember", name="voted_by", field=person("表决记录人")),
        migrations.AddField(model_name="panelmember", name="vote_checked_by", field=person("书面表决核对人")),
        migrations.AddField(model_name="agreedconfirmation", name="checked_by", field=person("核对人")),
        migrations.AddConstraint(
            model_name="agreedconfirmation",
            constraint=models.CheckConstraint(
                condition=models.Q(("checked_by", models.F("by")), _negated=True), name="agreed_checked_by_another"
            ),
        ),
    ]
