"""A job of a district has one, a job about a matter names it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0003_scopes_of_jobs")]

    operations = [
        migrations.AddConstraint(
            model_name='exportjob',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('district__isnull', False), ('scope', 'district')), models.Q(('scope', 'matter'), models.Q(('subject', ''), _negated=True)), models.Q(('district__isnull', True), ('scope__in', ('city', 'batch'))), _connector='OR'), name='job_about_its_scope'),
        ),
    ]
