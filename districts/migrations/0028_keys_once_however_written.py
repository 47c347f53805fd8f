"""A key stands once in a district, however it is written; rows of before that look alike are marked and left out."""

from django.db import migrations, models

from greendistrict.core.folded_keys import Folded

UNMARKED = models.Q(looks_like_another=False)
PLOT = "plot_number_once", "number", models.Q(ended_by__isnull=True, looks_like_another=False), "地块编号已有"
PROJECT, WORK = ("key_project_once", "name", UNMARKED, "同名项目已有"), ("work_once", "name", UNMARKED, "同名设施已有")
CONSTRAINTS = {"plot": PLOT, "keyproject": PROJECT, "work": WORK}


class Migration(migrations.Migration):
    """Constraints."""

    dependencies = [("districts", "0027_mark_keys_that_look_alike")]

    operations = [
        *(migrations.RemoveConstraint(model, name) for model, (name, *_) in CONSTRAINTS.items()),
        *(
            migrations.AddConstraint(
                model, models.UniqueConstraint("district", Folded(key), condition=condition, name=name, violation_error_message=words)
            )
            for model, (name, key, condition, words) in CONSTRAINTS.items()
        ),
    ]
