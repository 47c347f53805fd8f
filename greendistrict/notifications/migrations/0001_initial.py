"""Tables of notifications, as version 0.1.0 begins."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200, unique=True, verbose_name='唯一键')),
                ('kind', models.CharField(max_length=40, verbose_name='种类')),
                ('receiver', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL, verbose_name='接收人')),
                ('title', models.CharField(max_length=200, verbose_name='标题')),
                ('body', models.TextField(blank=True, verbose_name='内容')),
                ('link', models.CharField(blank=True, max_length=300, verbose_name='链接')),
                ('created_at', models.DateTimeField(verbose_name='时间')),
                ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='已读时间')),
                ('mailed_at', models.DateTimeField(blank=True, null=True, verbose_name='邮件时间')),
                ('is_demo', models.BooleanField(default=False, verbose_name='演示数据')),
            ],
            options={
                'verbose_name': '消息',
                'ordering': ('-created_at', '-pk'),
                'indexes': [models.Index(fields=['receiver', '-created_at'], name='notification_inbox'), models.Index(condition=models.Q(('read_at__isnull', True)), fields=['receiver'], name='notification_unread')],
            },
        ),
    ]
