"""Instances, papers and states of reconsiderations and suits against replies."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0009_storage_allowance'),
        ('outreach', '0008_disclosure_completion'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='disclosureremedy',
            name='disclosure_remedy_kind_known',
        ),
        migrations.RemoveConstraint(
            model_name='disclosureremedy',
            name='disclosure_remedy_outcome_known',
        ),
        migrations.RemoveConstraint(
            model_name='disclosureremedy',
            name='disclosure_remedy_served_after_filing',
        ),
        migrations.RemoveConstraint(
            model_name='disclosureremedy',
            name='disclosure_remedy_number_once',
        ),
        migrations.RemoveConstraint(
            model_name='disclosureremedy',
            name='disclosure_remedy_one_open',
        ),
        migrations.RemoveConstraint(
            model_name='disclosureremedy',
            name='disclosure_remedy_closed_whole',
        ),
        migrations.RemoveConstraint(
            model_name='disclosureremedy',
            name='disclosure_remedy_keeps_what_was',
        ),
        migrations.AddField(
            model_name='disclosureremedy',
            name='after',
            field=models.ForeignKey(blank=True, help_text='the reconsideration that a suit follows, the suit that an appeal is about', null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='followed_by', to='outreach.disclosureremedy', verbose_name='前一程序'),
        ),
        migrations.AddField(
            model_name='disclosureremedy',
            name='against_number',
            field=models.CharField(blank=True, max_length=60, verbose_name='不服的决定文号'),
        ),
        migrations.AddField(
            model_name='disclosureremedy',
            name='against_on',
            field=models.DateField(blank=True, null=True, verbose_name='不服的决定日期'),
        ),
        migrations.AddField(
            model_name='disclosureremedy',
            name='appealed_on',
            field=models.DateField(blank=True, null=True, verbose_name='上诉日期'),
        ),
        migrations.AddField(
            model_name='disclosureremedy',
            name='filer',
            field=models.CharField(blank=True, choices=[('holder', '当事人'), ('city', '市住房城乡建设管理委'), ('both', '双方')], max_length=10, verbose_name='上诉人'),
        ),
        migrations.AddField(
            model_name='disclosureremedy',
            name='found_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记结果的人'),
        ),
        migrations.AddField(
            model_name='disclosureremedy',
            name='found_by_principal',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=60, verbose_name='委托人'),
        ),
        migrations.AddField(
            model_name='disclosureremedy',
            name='judged_on',
            field=models.DateField(blank=True, null=True, verbose_name='一审裁判送达日期'),
        ),
        migrations.AddField(
            model_name='disclosureremedy',
            name='judgment',
            field=models.CharField(blank=True, choices=[('judgment', '判决'), ('ruling', '裁定')], max_length=10, verbose_name='一审裁判'),
        ),
        migrations.AddField(
            model_name='disclosureremedy',
            name='late_ground',
            field=models.CharField(blank=True, max_length=300, verbose_name='逾期上诉的依据'),
        ),
        migrations.AddField(
            model_name='disclosureremedy',
            name='outcome_words',
            field=models.TextField(blank=True, verbose_name='主文'),
        ),
        migrations.AddField(
            model_name='disclosureremedy',
            name='redo_by',
            field=models.DateField(blank=True, null=True, verbose_name='重新作出决定的期限'),
        ),
        migrations.AddField(
            model_name='disclosureremedy',
            name='replied_on',
            field=models.DateField(blank=True, null=True, verbose_name='答复日期'),
        ),
        migrations.AddField(
            model_name='disclosureremedy',
            name='reply_number',
            field=models.CharField(blank=True, max_length=60, verbose_name='答复文号'),
        ),
        migrations.AddField(
            model_name='disclosureremedy',
            name='scan',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.evidence', verbose_name='结果文书'),
        ),
        migrations.AddField(
            model_name='disclosureremedy',
            name='status',
            field=models.CharField(default='open', max_length=10, verbose_name='状态'),
        ),
        migrations.AddField(
            model_name='disclosureremedy',
            name='version',
            field=models.PositiveIntegerField(default=0),
        ),
    ]
