"""Backwards, scopes of departments' answers leave the tokens before the constraint forbids them; a token without scopes only reads."""

from django.db import migrations


def drop(apps, schema_editor):
    rows = apps.get_model("portal", "TokenScopes").objects.using(schema_editor.connection.alias)
    for row in rows.filter(scopes__contains=["answers"]):
        row.scopes = [scope for scope in row.scopes if scope != "answers"]
        if row.scopes:
            row.save(update_fields=["scopes"])
        else:
            row.delete()


class Migration(migrations.Migration):
    dependencies = [("portal", "0008_token_scope_answers")]

    operations = [migrations.RunPython(migrations.RunPython.noop, drop)]
