"""Write stories: opening, saving, photos, deleting a draft; effects of submission and release."""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from districts.file.models.district import District
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.reference_numbers import next_number
from greendistrict.core.writing import writing
from greendistrict.documents import services as documents
from greendistrict.documents.enums import Confidentiality
from greendistrict.documents.upload_levels import choose
from greendistrict.workflow.procedure import Taken, hold, hold_version
from outreach.stories import rules
from outreach.stories.columns import CONTENT
from outreach.stories.models import Story, StoryPhoto

PREFIX = "AL"
MOST_PHOTOS = 12
PICTURES = frozenset({"jpg", "jpeg", "png"})
FIELDS = (*CONTENT, "dimensions", "areas", "figures")
CLOSED = "现在不能修改这个案例；刚才填写的内容没有保存，可以复制留用"
WRITERS = "案例由区专门机构、申报主体填报人或者市级经办编写"


@transaction.atomic
def open_story(*, district: District, title: str, by: User) -> Story:
    """Create a draft about a district. Raises ``NotAllowed``, ``Refused`` without a title."""
    posts = posts_of(by)
    NotAllowed.unless(rules.may_open_story(posts, district), WRITERS)
    if not title.strip():
        raise Refused([Refusal("请填写标题", field="title")])
    by_city = posts.has(Role.CITY_OFFICER)
    made = Story.objects.create(district=district, by_city=by_city, title=title.strip(), opened_at=clock.now(), opened_by=by)
    audit.record(action="story.open", by=by, obj=made, data={"title": made.title})
    return made


@writing
def save_story(*, story: Story, values: Mapping[str, Any], version: int, by: User) -> Story:
    """Save a draft; completeness is checked at submission. Raises ``NotAllowed``, ``Refused``, ``Stale``."""
    locked = _held(story, by)
    hold_version(locked, version)
    if not values["title"].strip():
        raise Refused([Refusal("请填写标题", field="title")])
    for name in FIELDS:
        setattr(locked, name, values[name])
    _next(locked, *FIELDS)
    return locked


def _held(story: Story, by: User) -> Story:
    locked: Story = hold(story)
    NotAllowed.unless(rules.may_write(posts_of(by), locked), CLOSED)
    return locked


def _next(locked: Story, *names: str) -> None:
    locked.version += 1
    locked.save(update_fields=[*names, "version"])


@transaction.atomic
def add_photo(*, story: Story, upload: "UploadedFile[Any]", alt: str, by: User) -> StoryPhoto:
    """Add a photo as a public file, with its EXIF data (time, place) removed. Raises ``NotAllowed``, ``Refused``."""
    locked = _held(story, by)
    Refused.when(locked.photos.count() >= MOST_PHOTOS, f"一个案例最多{MOST_PHOTOS}张照片")
    if not alt.strip():
        raise Refused([Refusal("请写明照片上是什么", field="alt")])
    is_picture = (upload.name or "").rpartition(".")[2].lower() in PICTURES
    if not is_picture:
        raise Refused([Refusal("照片请用 jpg 或 png", field="upload")])
    choose(upload, Confidentiality.PUBLIC)
    kept = documents.store(owner=locked, upload=upload, kind="案例照片", title=alt.strip(), by=by)
    made = StoryPhoto.objects.create(story=locked, document=kept, alt=alt.strip())
    _next(locked)
    return made


@transaction.atomic
def drop_photo(*, photo: StoryPhoto, by: User) -> None:
    """Remove a photo and its file. Raises ``NotAllowed``."""
    locked, kept = _held(photo.story, by), photo.document
    audit.record(action="story.drop_photo", by=by, obj=locked, data={"alt": photo.alt, "sha256": kept.sha256})
    photo.delete()
    documents.remove(kept)
    _next(locked)


@transaction.atomic
def drop_story(*, story: Story, by: User) -> None:
    """Delete a story that was never released, with its photos. Raises ``NotAllowed``."""
    locked = _held(story, by)
    NotAllowed.unless(rules.may_drop(posts_of(by), locked), "发布过的案例不能删除")
    files = [photo.document for photo in locked.photos.select_related("document")]
    audit.record(action="story.drop", by=by, obj=locked, data={"title": locked.title, "files": [one.sha256 for one in files]})
    locked.delete()
    for file in files:
        documents.remove(file)


def on_submit(taken: Taken) -> None:
    """Remember who submitted, because another person has to release."""
    taken.obj.submitted_by = taken.by


def on_release(taken: Taken) -> None:
    """Freeze the content and give the story its permanent number."""
    story = taken.obj
    story.released_at = clock.now()
    story.number = story.number or next_number(PREFIX, clock.today().year)
    story.frozen = taken.facts["frozen"]
