"""A story about a fictional pilot, as typed."""

import datetime as dt
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from districts.common.enums import Stage
from outreach.stories import services
from tests.factories.districts import make_district

TEXT = {
    "title": "屋顶光伏统建统管（虚构）", "dimensions": ["低碳高效"], "summary": "公共建筑屋顶统一建设光伏（虚构）",
    "measures": "一家公司统一建设和维护（虚构）", "results": "三年稳定运行（虚构）", "conditions": "屋顶产权清楚的公共建筑（虚构）",
    "source": "区专门机构工作总结（虚构）", "figures": [], "areas": [],
}  # fmt: skip
CAMERA = "演示相机"


def pilot(people, name="演示案例城区（虚构）"):
    return make_district(people, name=name, stage=Stage.PILOT, titled_on=dt.date(2021, 5, 6))


def make_story(people, by=None, district=None, **more):
    """A complete draft of the 区专门机构, or of who writes it."""
    by = by or people.authority
    made = services.open_story(district=district or pilot(people), title=TEXT["title"], by=by)
    made = services.save_story(story=made, values=TEXT | more, version=made.version, by=by)
    made.refresh_from_db()
    return made


def photo(name="屋顶.jpg"):
    """A photo that says where and with what it was taken."""
    exif = Image.Exif()
    exif[0x010F] = CAMERA
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 14.0, 0.0), 3: "E", 4: (121.0, 28.0, 0.0)})
    content = BytesIO()
    Image.new("RGB", (64, 48), "green").save(content, "JPEG", exif=exif)
    return SimpleUploadedFile(name, content.getvalue(), content_type="image/jpeg")
