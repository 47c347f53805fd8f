"""What the database holds of instances; number and day of the reply stand in one pair of columns."""

import approvals.titles.enums
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('outreach', '0010_disclosure_remedies_by_state'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='disclosureremedy',
            name='closed_by',
        ),
        migrations.RemoveField(
            model_name='disclosureremedy',
            name='closed_by_principal',
        ),
        migrations.RemoveField(
            model_name='disclosureremedy',
            name='was_number',
        ),
        migrations.RemoveField(
            model_name='disclosureremedy',
            name='was_on',
        ),
        migrations.AddConstraint(
            model_name='disclosureremedy',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['review', 'suit', 'appeal'])), name='disclosureremedy_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='disclosureremedy',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', [approvals.titles.enums.RemedyState['OPEN'], approvals.titles.enums.RemedyState['JUDGED'], approvals.titles.enums.RemedyState['APPEALED'], approvals.titles.enums.RemedyState['FOUND'], approvals.titles.enums.RemedyState['REDOING'], approvals.titles.enums.RemedyState['CLOSED']])), name='disclosureremedy_status_known'),
        ),
        migrations.AddConstraint(
            model_name='disclosureremedy',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['upheld', 'rejected', 'withdrawn', 'settled', 'unlawful', 'changed', 'changed_back', 'annulled', 'void', 'affirmed', 'remanded', ''])), name='disclosureremedy_outcome_known'),
        ),
        migrations.AddConstraint(
            model_name='disclosureremedy',
            constraint=models.CheckConstraint(condition=models.Q(('judgment__in', ['judgment', 'ruling', ''])), name='disclosureremedy_judgment_known'),
        ),
        migrations.AddConstraint(
            model_name='disclosureremedy',
            constraint=models.UniqueConstraint(fields=('kind', 'number'), name='disclosureremedy_number_once'),
        ),
        migrations.AddConstraint(
            model_name='disclosureremedy',
            constraint=models.CheckConstraint(condition=models.Q(('served_on__isnull', True), ('filed_on__isnull', True), ('served_on__gte', models.F('filed_on')), _connector='OR'), name='disclosureremedy_served_after_filing'),
        ),
        migrations.AddConstraint(
            model_name='disclosureremedy',
            constraint=models.CheckConstraint(condition=models.Q(('status', approvals.titles.enums.RemedyState['OPEN']), models.Q(('judged_on__gte', models.F('filed_on')), ('status__in', (approvals.titles.enums.RemedyState['JUDGED'], approvals.titles.enums.RemedyState['APPEALED'])), models.Q(('outcome', ''), _negated=True), models.Q(('outcome_number', ''), _negated=True), models.Q(('judgment', ''), _negated=True)), models.Q(models.Q(('status__in', (approvals.titles.enums.RemedyState['JUDGED'], approvals.titles.enums.RemedyState['APPEALED'])), _negated=True), models.Q(('outcome', ''), _negated=True), models.Q(('outcome_number', ''), _negated=True), ('outcome_on__gte', models.F('filed_on'))), _connector='OR'), name='disclosureremedy_found_has_outcome'),
        ),
        migrations.AddConstraint(
            model_name='disclosureremedy',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('after__isnull', False), ('kind', 'appeal'), ('filer__in', ['holder', 'city', 'both'])), models.Q(models.Q(('kind', 'appeal'), _negated=True), ('filer', '')), _connector='OR'), name='disclosureremedy_appeal_of_a_suit'),
        ),
        migrations.AddConstraint(
            model_name='disclosureremedy',
            constraint=models.UniqueConstraint(condition=models.Q(('status', approvals.titles.enums.RemedyState['CLOSED']), _negated=True), fields=('request', 'kind'), name='disclosureremedy_one_open'),
        ),
        migrations.AddConstraint(
            model_name='disclosureremedy',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('was_outcome', ''), ('was_reply', '')), models.Q(('status', approvals.titles.enums.RemedyState['CLOSED']), models.Q(('was_outcome', ''), _negated=True), models.Q(('was_reply', ''), _negated=True)), _connector='OR'), name='disclosureremedy_keeps_what_was'),
        ),
    ]
