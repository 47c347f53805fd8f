"""Reports made before digests were remembered count as handed out."""

from django.db import migrations


def remember(apps, schema_editor):
    evidence = apps.get_model("documents", "Evidence")
    issued = apps.get_model("core", "IssuedFile")
    for row in evidence.objects.filter(owner__startswith="reports.exportjob:").iterator():
        ending = row.original_name.rpartition(".")[2].lower()[:10]
        defaults = {"format": ending, "issued_at": row.uploaded_at}
        issued.objects.get_or_create(sha256=row.sha256, subject=row.owner, defaults=defaults)


class Migration(migrations.Migration):
    dependencies = [("core", "0003_issued_files"), ("documents", "0002_digests_are_named_as_such")]
    operations = [migrations.RunPython(remember, migrations.RunPython.noop)]
