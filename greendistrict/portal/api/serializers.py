"""Shapes of the API, for the schema and its tests; views answer with plain rows of the same keys."""

from typing import Any

from rest_framework import serializers

from assessments.enums import ScoringStage
from districts.enums import Certainty, DistrictType, Stage
from indicators.enums import EditionStatus

Fields = serializers.Serializer


class CertaintyField(serializers.CharField):
    """How sure a fact is; no enum in the schema, where one set of values under several names would clash."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(help_text=f"取值：{'、'.join(Certainty.values)}", **kwargs)


class AreaSerializer(Fields[Any]):
    """行政区 or special area."""

    code = serializers.CharField(help_text="GB/T 2260 代码，特定地区为平台代码")
    name = serializers.CharField()


class DistrictSerializer(Fields[Any]):
    """A district. Facts nobody knows are null or empty; ``…_certainty`` says sourced, inferred or unknown."""

    code = serializers.SlugField()
    name = serializers.CharField()
    aliases = serializers.ListField(child=serializers.CharField())
    type = serializers.ChoiceField(choices=DistrictType.choices, allow_blank=True)
    type_certainty = CertaintyField()
    stage = serializers.ChoiceField(choices=Stage.choices)
    status_certainty = CertaintyField()
    star = serializers.IntegerField(allow_null=True, min_value=1, max_value=3)
    title_number = serializers.CharField(allow_blank=True)
    titled_on = serializers.DateField(allow_null=True)
    titled_on_certainty = CertaintyField()
    title_batch = serializers.CharField(allow_blank=True)
    area_km2 = serializers.DecimalField(max_digits=8, decimal_places=4, allow_null=True)
    key_areas = serializers.ListField(child=serializers.CharField())
    edition_text = serializers.CharField(allow_blank=True)
    guideline_area = serializers.BooleanField(help_text="导则覆盖区不是城区，不计数")
    sources = serializers.ListField(child=serializers.CharField())
    is_demo = serializers.BooleanField(help_text="虚构的演示城区")
    areas = AreaSerializer(many=True)


class TitleSerializer(Fields[Any]):
    """A title: granted, cancelled, revoked, never deleted; ``end`` is empty while it is held."""

    district = serializers.SlugField()
    district_name = serializers.CharField()
    kind = serializers.ChoiceField(choices=[("pilot", "试点"), ("demonstration", "示范")])
    star = serializers.IntegerField(allow_null=True)
    number = serializers.CharField(allow_blank=True)
    granted_on = serializers.DateField(allow_null=True)
    date_certainty = CertaintyField()
    ended_on = serializers.DateField(allow_null=True)
    end = serializers.CharField(allow_blank=True)
    historic = serializers.BooleanField(help_text="历史补录")
    certainty = CertaintyField()
    policy = serializers.CharField()
    edition_text = serializers.CharField(allow_blank=True)
    batch_year = serializers.IntegerField(allow_null=True)
    batch = serializers.IntegerField(allow_null=True)
    is_demo = serializers.BooleanField()


class AnnouncementSerializer(Fields[Any]):
    """A published batch with the codes of the districts it names."""

    id = serializers.IntegerField()
    year = serializers.IntegerField()
    batch = serializers.IntegerField()
    number = serializers.CharField(allow_blank=True)
    title = serializers.CharField()
    announced_on = serializers.DateField()
    historic = serializers.BooleanField()
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # the framework takes fields out of the class
    is_demo = serializers.BooleanField()
    districts = serializers.ListField(child=serializers.SlugField())


class LabelSerializer(Fields[Any]):
    """A key and its words."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # as above


class EditionSerializer(Fields[Any]):
    """An edition of an evaluation standard; an unofficial one is 参考版."""

    code = serializers.CharField()
    title = serializers.CharField()
    official = serializers.BooleanField()
    in_force = serializers.DateField(allow_null=True)
    replaces = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(choices=EditionStatus.choices)
    complete = serializers.BooleanField()
    digest = serializers.CharField()
    types = LabelSerializer(many=True)
    stages = LabelSerializer(many=True)
    levels = LabelSerializer(many=True)
    chapters = serializers.IntegerField()
    clauses = serializers.IntegerField()


class ChapterSerializer(Fields[Any]):
    """Score of a chapter, figures as text."""

    key = serializers.CharField()
    obtained = serializers.CharField()
    possible = serializers.CharField()
    score = serializers.CharField()


class AssessmentSerializer(Fields[Any]):
    """A received self-check as its frozen version says; figures are text, so that nothing is rounded on the way."""

    number = serializers.CharField()
    district = serializers.SlugField()
    district_name = serializers.CharField()
    year = serializers.IntegerField()
    filed_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()
    edition = serializers.CharField()
    official = serializers.BooleanField(help_text="否为参考版")
    stage = serializers.ChoiceField(choices=ScoringStage.choices)
    building = serializers.BooleanField(help_text="建设期不作结论")
    total = serializers.CharField(allow_null=True)
    bonus = serializers.CharField(allow_null=True)
    level = serializers.CharField(allow_null=True)
    chapters = ChapterSerializer(many=True)
    digest = serializers.CharField(help_text="冻结版本的SHA-256")
    is_demo = serializers.BooleanField()
