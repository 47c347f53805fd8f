"""A change goes to partner departments as a step of its own, and what they were asked can be called off."""

from django.db import migrations, models

STATES = [
    *("draft", "signing", "endorsing", "sent", "correcting", "accepted", "reviewing", "revising", "reviewed", "notice", "checking"),
    *("deciding", "decided", "announced", "refused", "failed", "withdrawn", "discarded", "approved", "dropped", "visiting"),
    *("consulting", "telling", "hearing", "heard", "legal", "discussing", "served"),
]


class Migration(migrations.Migration):
    """One more state, one more column; one open question for each department as before."""

    dependencies = [("approvals", "0011_change_settled")]

    operations = [
        migrations.RemoveConstraint("case", "case_status_known"),
        migrations.AddConstraint(
            "case", models.CheckConstraint(condition=models.Q(("status__in", STATES)), name="case_status_known")
        ),
        migrations.AddField(
            "consultation",
            "dropped_at",
            models.DateTimeField(
                blank=True, help_text="the case went back before it was answered", null=True, verbose_name="撤销时间"
            ),
        ),
        migrations.RemoveConstraint("consultation", "consultation_one_open"),
        migrations.AddConstraint(
            "consultation",
            models.UniqueConstraint(
                condition=models.Q(("answered_at__isnull", True), ("dropped_at__isnull", True)),
                fields=("case", "department"),
                name="consultation_one_open",
            ),
        ),
    ]
