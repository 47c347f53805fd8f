"""Deliveries through channels, personal choices of channels, items of digests."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='notification',
            name='informs',
            field=models.BooleanField(default=False, verbose_name='仅告知'),
        ),
        migrations.AddField(
            model_name='notification',
            name='lines',
            field=models.JSONField(blank=True, default=list, help_text='items of a digest: group, title, body, link', verbose_name='逐项'),
        ),
        migrations.CreateModel(
            name='ChannelChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group', models.CharField(max_length=10, verbose_name='消息类别')),
                ('channel', models.CharField(max_length=10, verbose_name='渠道')),
                ('is_on', models.BooleanField(verbose_name='接收')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='channel_choices', to=settings.AUTH_USER_MODEL, verbose_name='人员')),
            ],
            options={
                'verbose_name': '消息渠道',
                'ordering': ('pk',),
                'constraints': [models.CheckConstraint(condition=models.Q(('group__in', ['legal', 'steps', 'review', 'reminders', 'watches', 'weekly', 'reports', 'account'])), name='channel_choice_group_known'), models.CheckConstraint(condition=models.Q(('channel__in', ['mail', 'sms', 'wecom'])), name='channel_choice_channel_known'), models.UniqueConstraint(fields=('user', 'group', 'channel'), name='channel_choice_once')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(max_length=10, verbose_name='渠道')),
                ('created_at', models.DateTimeField(verbose_name='写入时间')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='发出时间')),
                ('notification', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='notifications.notification', verbose_name='消息')),
            ],
            options={
                'verbose_name': '消息发送',
                'ordering': ('pk',),
                'constraints': [models.CheckConstraint(condition=models.Q(('channel__in', ['mail', 'sms', 'wecom'])), name='delivery_channel_known'), models.UniqueConstraint(fields=('notification', 'channel'), name='delivery_once_per_channel')],
            },
        ),
    ]
