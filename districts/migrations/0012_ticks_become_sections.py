"""Ticks of the specialised plan become sections that are stated without content, its positioning the text of a section.

Backwards a section that was stated or has every text becomes a tick again and the positioning a field; other texts have no field to go to.
"""

from django.db import migrations

EARLY = {
    "现状评估及生态诊断": "assessment",
    "定位策划": "positioning",
    "系统规划": "system",
    "保障机制": "guarantee",
    "生态诊断": "diagnosis",
    "目标制定": "goals",
    "更新规划": "renewal",
}
NAMES = {section: name for name, section in EARLY.items()}
PIECES = {"assessment": 3, "positioning": 1, "system": 2, "guarantee": 3, "diagnosis": 2, "goals": 2, "renewal": 2}
DIMENSIONS = ("韧性安全", "健康宜居", "低碳高效", "经济活力", "智慧管控")
BATCH = 500


def to_sections(apps, schema_editor):
    plans, sections = apps.get_model("districts", "SpecialPlan"), apps.get_model("districts", "PlanSection")
    made = []
    for plan in plans.objects.select_related("district").order_by("pk").iterator(chunk_size=BATCH):
        stated, texts = {}, {}
        for word in plan.diagnosis_parts:
            stated.setdefault(EARLY.get(word, "assessment"), []).append(word)
        if plan.positioning:
            texts["goals" if plan.district.type == "renewal" else "positioning"] = {"position": plan.positioning}
        if plan.scheme_dimensions:
            stated["strategies"] = list(plan.scheme_dimensions)
        if plan.indicator_dimensions:
            stated["indicators"] = list(plan.indicator_dimensions)
        for name in dict.fromkeys([*stated, *texts]):
            made.append(sections(plan=plan, section=name, stated=stated.get(name, []), texts=texts.get(name, {})))
    sections.objects.bulk_create(made, batch_size=BATCH)


def to_ticks(apps, schema_editor):
    plans, sections = apps.get_model("districts", "SpecialPlan"), apps.get_model("districts", "PlanSection")
    for plan in plans.objects.order_by("pk").iterator(chunk_size=BATCH):
        early, dimensions, indicators, positioning = [], [], [], ""
        for row in sections.objects.filter(plan=plan).order_by("pk"):
            if row.section == "strategies":
                dimensions = [name for name in DIMENSIONS if name in row.stated or name in row.texts]
            elif row.section == "indicators":
                indicators = row.stated
            else:
                whole = len(row.texts) == PIECES[row.section]
                early += row.stated or ([NAMES[row.section]] if whole else [])
                positioning = row.texts.get("position", "") or positioning
        plan.diagnosis_parts, plan.positioning = early, positioning
        plan.scheme_dimensions, plan.indicator_dimensions = dimensions, indicators
        plan.save(update_fields=["diagnosis_parts", "positioning", "scheme_dimensions", "indicator_dimensions"])
    sections.objects.all().delete()


class Migration(migrations.Migration):

    dependencies = [("districts", "0011_plan_sections")]

    operations = [migrations.RunPython(to_sections, to_ticks)]
