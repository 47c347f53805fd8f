"""A stayed title stands, and keeps what the decision ordered."""

from django.db import migrations, models

ENDS = ["superseded", "cancelled", "revoked", "withdrawn", "recalled", ""]
STANDS = models.Q(stayed_since__isnull=True, stayed_end="") | (models.Q(stayed_since__isnull=False, end="") & ~models.Q(stayed_end=""))


class Migration(migrations.Migration):
    """Constraints."""

    dependencies = [("approvals", "0023_stayed_titles_stand")]

    operations = [
        migrations.AddConstraint("title", models.CheckConstraint(condition=models.Q(stayed_end__in=ENDS), name="title_stayed_end_known")),
        migrations.AddConstraint("title", models.CheckConstraint(condition=STANDS, name="title_stands_while_stayed")),
    ]
