"""What a stayed decision ordered about a title, and the days on which the title was lost before the stay."""

from django.db import migrations, models

ENDS = [("superseded", "已转为示范"), ("cancelled", "取消"), ("revoked", "撤销"), ("withdrawn", "主动退出"), ("recalled", "公告撤回")]


class Migration(migrations.Migration):
    """Columns; the constraint that a stayed title has an end goes."""

    dependencies = [("approvals", "0021_fifth_batch_as_announced")]

    operations = [
        migrations.RemoveConstraint(model_name="title", name="title_stayed_end"),
        migrations.AddField(
            "title",
            "stayed_end",
            models.CharField(blank=True, choices=ENDS, db_default="", default="", max_length=12, verbose_name="停止执行的处理"),
        ),
        migrations.AddField("title", "lapsed_on", models.DateField(blank=True, null=True, verbose_name="停止执行前的终止日期")),
        migrations.AddField("title", "stood_again_on", models.DateField(blank=True, null=True, verbose_name="停止执行后恢复日期")),
    ]
