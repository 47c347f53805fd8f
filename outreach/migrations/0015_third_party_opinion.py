"""The opinion that a third party is asked for about a request (政府信息公开条例第三十二条)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Columns and constraints."""

    dependencies = [
        ('outreach', '0014_simplified_procedure'),
    ]

    operations = [
        migrations.AddField(
            model_name='disclosurerequest',
            name='opinion',
            field=models.CharField(blank=True, choices=[('consents', '同意公开'), ('objects', '不同意公开')], db_default='', help_text='有一个第三方不同意的，选不同意公开', max_length=10, verbose_name='第三方的意见'),
        ),
        migrations.AddField(
            model_name='disclosurerequest',
            name='opinion_asked_on',
            field=models.DateField(blank=True, help_text='征求意见书发出的日期', null=True, verbose_name='征求意见日期'),
        ),
        migrations.AddField(
            model_name='disclosurerequest',
            name='opinion_on',
            field=models.DateField(blank=True, help_text='几个第三方的，填写最后提出的日期', null=True, verbose_name='提出意见日期'),
        ),
        migrations.AddField(
            model_name='disclosurerequest',
            name='opinion_received_on',
            field=models.DateField(blank=True, help_text='几个第三方的，填写最后收到的日期；登记以前暂自征求意见日期起算', null=True, verbose_name='收到征求意见书日期'),
        ),
        migrations.AddField(
            model_name='disclosurerequest',
            name='opinion_words',
            field=models.CharField(blank=True, db_default='', max_length=500, verbose_name='第三方的理由'),
        ),
        migrations.AddField(
            model_name='disclosurerequest',
            name='third_party',
            field=models.CharField(blank=True, db_default='', help_text='名称或者姓名；涉及几个第三方的，同时征求，都写上', max_length=200, verbose_name='第三方'),
        ),
        migrations.AddConstraint(
            model_name='disclosurerequest',
            constraint=models.CheckConstraint(condition=models.Q(('opinion__in', ['consents', 'objects', ''])), name='disclosure_opinion_known'),
        ),
        migrations.AddConstraint(
            model_name='disclosurerequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('opinion_asked_on__isnull', True), ('opinion_received_on__isnull', True), ('third_party', '')), models.Q(models.Q(('third_party', ''), _negated=True), ('opinion_asked_on__isnull', False), models.Q(('opinion_received_on__isnull', True), ('opinion_received_on__gte', models.F('opinion_asked_on')), _connector='OR')), _connector='OR'), name='disclosure_opinion_asked_whole'),
        ),
        migrations.AddConstraint(
            model_name='disclosurerequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('opinion', ''), ('opinion_on__isnull', True), ('opinion_words', '')), models.Q(models.Q(('opinion', ''), _negated=True), ('opinion_on__gte', models.F('opinion_received_on')), ('opinion_received_on__isnull', False)), _connector='OR'), name='disclosure_opinion_given_whole'),
        ),
    ]
