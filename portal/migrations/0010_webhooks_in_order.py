"""Webhooks send their messages in order, and rest while nobody answers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Columns and the index of what is open."""

    dependencies = [
        ("portal", "0009_answers_scope_backwards"),
    ]

    operations = [
        migrations.AddField(
            model_name="webhook",
            name="failures",
            field=models.PositiveIntegerField(default=0, verbose_name="连续失败次数"),
        ),
        migrations.AddField(
            model_name="webhook",
            name="last_number",
            field=models.PositiveBigIntegerField(default=0, verbose_name="最近编号"),
        ),
        migrations.AddField(
            model_name="webhook",
            name="rests_until",
            field=models.DateTimeField(blank=True, null=True, verbose_name="暂歇至"),
        ),
        migrations.AddField(
            model_name="webhookdelivery",
            name="begun_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="重新开始时间"),
        ),
        migrations.AddField(
            model_name="webhookdelivery",
            name="number",
            field=models.PositiveBigIntegerField(default=0, verbose_name="编号"),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(
                condition=models.Q(("delivered_at__isnull", True), ("given_up_at__isnull", True)),
                fields=["webhook", "number"],
                name="webhook_delivery_open",
            ),
        ),
    ]
