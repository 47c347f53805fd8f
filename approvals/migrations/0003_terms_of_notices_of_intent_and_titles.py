"""The notice of intent (事先告知书) and the reported time of a title carry the terms of the glossary."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("approvals", "0002_one_paper_for_each_number")]

    operations = [
        migrations.RemoveConstraint(model_name="lossfile", name="loss_notice_number_once"),
        migrations.RenameField(model_name="lossfile", old_name="told_number", new_name="intent_number"),
        migrations.RenameField(model_name="lossfile", old_name="told_on", new_name="intent_served_on"),
        migrations.AddConstraint(
            model_name="lossfile",
            constraint=models.UniqueConstraint(
                fields=["intent_number"], condition=models.Q(("intent_number", ""), _negated=True), name="loss_intent_number_once"
            ),
        ),
        migrations.RenameField(model_name="title", old_name="told_time", new_name="reported_time"),
    ]
