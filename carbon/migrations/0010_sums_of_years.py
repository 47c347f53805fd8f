"""Sums of the years that stand in months already."""

from django.db import migrations

FILL = """
INSERT INTO carbon_yearlyconsumption (meter_id, year, amount)
SELECT meter_id, extract(year FROM month), sum(amount) FROM carbon_monthlyconsumption GROUP BY 1, 2
"""


class Migration(migrations.Migration):

    dependencies = [
        ("carbon", "0009_yearly_consumption"),
    ]

    operations = [migrations.RunSQL(FILL, "DELETE FROM carbon_yearlyconsumption")]
