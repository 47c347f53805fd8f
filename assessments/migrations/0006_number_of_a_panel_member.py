"""A panel member has a number; a seat (办理人) is who may take a step."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessments", "0005_words_of_draws")]

    operations = [
        migrations.RemoveConstraint(model_name="panelmember", name="member_seat_once"),
        migrations.RenameField(model_name="panelmember", old_name="seat", new_name="number"),
        migrations.AddConstraint(
            model_name="panelmember",
            constraint=models.UniqueConstraint(fields=["review", "number"], name="member_number_once"),
        ),
        migrations.AlterModelOptions(
            name="panelmember", options={"ordering": ("review", "number"), "verbose_name": "评审专家"}
        ),
        migrations.AlterModelOptions(
            name="agreedconfirmation", options={"ordering": ("agreed", "member__number"), "verbose_name": "商定确认"}
        ),
        migrations.AlterField(
            model_name="panelmember",
            name="expert",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="memberships", to="assessments.expertprofile"
            ),
        ),
    ]
