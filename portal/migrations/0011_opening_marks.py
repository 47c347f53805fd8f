"""What keepers note at the lines of the check before regular use."""
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """A table of its own; undone, the notes are gone and the check stands as before."""

    dependencies = [
        ('portal', '0010_webhooks_in_order'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='OpeningMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=40, unique=True, verbose_name='事项')),
                ('due', models.DateField(blank=True, null=True, verbose_name='办理期限')),
                ('needless', models.CharField(blank=True, max_length=200, verbose_name='本地不需要的理由')),
                ('needless_at', models.DateTimeField(blank=True, null=True, verbose_name='写明不需要的时间')),
                ('asked_at', models.DateTimeField(blank=True, null=True, verbose_name='要求试用的时间')),
                ('tried_at', models.DateTimeField(blank=True, null=True, verbose_name='试用的时间')),
                ('tried_well', models.BooleanField(default=False, verbose_name='试通')),
                ('tried_words', models.CharField(blank=True, max_length=300, verbose_name='试用的结果')),
                ('target', models.CharField(blank=True, max_length=300, verbose_name='试用的设置')),
                ('asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='试用的人')),
                ('needless_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='写明的人')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='负责人')),
            ],
            options={
                'verbose_name': '开用检查的办理',
                'ordering': ('pk',),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('needless', ''), ('needless_at__isnull', True), ('needless_by__isnull', True)), models.Q(models.Q(('needless', ''), _negated=True), ('needless_at__isnull', False), ('needless_by__isnull', False)), _connector='OR'), name='opening_mark_needless_whole')],
            },
        ),
    ]
