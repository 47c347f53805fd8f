"""Titles whose loss is stayed stand again, with the stage of their district and its copies; undone they are ended and marked as before."""

from django.apps.registry import Apps as StateApps
from django.db import migrations

LOST = {"cancelled": "cancelled", "revoked": "revoked", "withdrawn": "cancelled"}
EMPTY = {"star": None, "title_number": "", "titled_on": None, "titled_since": None, "title_batch": ""}


def in_words(number: int) -> str:
    """5 is 五, 12 is 十二, 20 is 二十."""
    tens, ones = divmod(number, 10)
    digits = ["", *"一二三四五六七八九"]
    return f"{digits[tens] if tens > 1 else ''}{'十' if tens else ''}{digits[ones]}"


def stand(apps: StateApps, _schema: object) -> None:
    """Move the end of the title aside; where another title was granted since, the mark alone goes."""
    titles = apps.get_model("approvals", "Title").objects
    for title in titles.filter(stayed_since__isnull=False).exclude(end="").select_related("district", "announcement"):
        district, since = title.district, title.stayed_since
        if title.end not in LOST or district.stage != LOST[title.end] or titles.filter(district=district, end="").exists():
            titles.filter(pk=title.pk).update(stayed_since=None)
            continue
        again = max(since, title.ended_on or since)
        titles.filter(pk=title.pk).update(stayed_end=title.end, lapsed_on=title.ended_on, stood_again_on=again, end="", ended_on=None)
        earlier = titles.filter(district=district, end="superseded", ended_on=title.granted_on).exclude(pk=title.pk).order_by("-pk").first()
        batch = title.announcement
        district.stage, district.star, district.title_number = title.kind, title.star, title.number
        district.titled_on, district.titled_on_certainty = title.granted_on, title.date_certainty
        district.titled_since = earlier.granted_on if earlier else None
        word = f"{batch.year}年第{in_words(batch.batch)}批" if batch else title.reported_time
        district.title_batch = f"{word}（演示）" if batch and batch.is_demo else word
        district.save(update_fields=["stage", "titled_on_certainty", *EMPTY])


def mark(apps: StateApps, _schema: object) -> None:
    """End them and mark the stay."""
    for title in apps.get_model("approvals", "Title").objects.exclude(stayed_end="").select_related("district"):
        title.end, title.ended_on, title.stayed_end, title.lapsed_on = title.stayed_end, title.lapsed_on, "", None
        title.save(update_fields=["end", "ended_on", "stayed_end", "lapsed_on"])
        title.district.stage = LOST[title.end]
        for name, value in EMPTY.items():
            setattr(title.district, name, value)
        title.district.save(update_fields=["stage", *EMPTY])


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("approvals", "0022_title_stands_while_stayed")]

    operations = [migrations.RunPython(stand, mark)]
