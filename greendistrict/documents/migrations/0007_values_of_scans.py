from django.db import migrations

BEFORE, AFTER = "未扫描", "unscanned"


def rename(old, new):
    def run(apps, schema_editor):
        apps.get_model("documents", "Evidence").objects.using(schema_editor.connection.alias).filter(scan=old).update(scan=new)

    return run


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0006_files_of_refused_forms'),
    ]

    operations = [
        migrations.RunPython(rename(BEFORE, AFTER), rename(AFTER, BEFORE)),
    ]
