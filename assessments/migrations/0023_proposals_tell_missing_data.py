"""Aspects of proposed conclusions of which too little was known are neither met nor missed."""

from django.db import migrations


def tell_missing_data(apps, schema_editor):
    stages = apps.get_model("assessments", "StageAssessment").objects.filter(concluded_at=None).exclude(verdict={})
    for stage in stages.only("verdict"):
        for aspect in stage.verdict.get("aspects", ()):
            if aspect["holds"] is False and aspect["found"].startswith("资料不足"):
                aspect["holds"] = None
        stage.save(update_fields=["verdict"])


def count_as_missed(apps, schema_editor):
    stages = apps.get_model("assessments", "StageAssessment").objects.exclude(verdict={})
    for stage in stages.only("verdict"):
        for aspect in stage.verdict.get("aspects", ()):
            if aspect["holds"] is None:
                aspect["holds"] = False
        stage.save(update_fields=["verdict"])


class Migration(migrations.Migration):
    """Concluded assessments keep what was decided."""

    dependencies = [
        ("assessments", "0022_explained_differences_of_reports"),
    ]

    operations = [
        migrations.RunPython(tell_missing_data, count_as_missed),
    ]
