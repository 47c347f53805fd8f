"""When and where photos of inspections were taken."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Create the table; reversible."""

    dependencies = [
        ("assessments", "0011_yearly_report"),
        ("documents", "0002_uploads"),
    ]

    operations = [
        migrations.CreateModel(
            name="InspectionPhoto",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("taken_at", models.DateTimeField(blank=True, null=True, verbose_name="拍摄时间")),
                ("latitude", models.DecimalField(blank=True, decimal_places=5, max_digits=8, null=True, verbose_name="纬度")),
                ("longitude", models.DecimalField(blank=True, decimal_places=5, max_digits=8, null=True, verbose_name="经度")),
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="documents.evidence", verbose_name="照片"
                    ),
                ),
            ],
            options={
                "verbose_name": "检查照片",
                "ordering": ("pk",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("latitude__isnull", True), models.Q(("latitude__gte", -90), ("latitude__lte", 90)), _connector="OR"
                        ),
                        name="inspection_photo_latitude",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("longitude__isnull", True), models.Q(("longitude__gte", -180), ("longitude__lte", 180)), _connector="OR"
                        ),
                        name="inspection_photo_longitude",
                    ),
                ],
            },
        ),
    ]
