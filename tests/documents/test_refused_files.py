"""A file that is refused for its content is told at the field it was chosen in, on each kind of page; what was typed stays."""

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from greendistrict.core.errors import Refusal, Refused, about_file
from greendistrict.core.refusals import RefusalsIn
from tests.factories.districts import PlotFactory, make_district

pytestmark = pytest.mark.django_db


def spoilt(name="证明.pdf"):
    return SimpleUploadedFile(name, b"%PDF-1.4 broken", "application/pdf")


@pytest.mark.parametrize(
    ("page", "typed"),
    [
        ("operation:entry_create", {"mechanism": "coordination", "standing": "done", "lead": "演示管委会（虚构）", "basis": "演示1号"}),
        ("districts:plot_supervision", {"kind": "site", "body": "演示监理（虚构）", "inspected_on": "2026-01-05", "finding": "整洁"}),
        ("districts:plot_backfill", {"reason": "平台启用前已出让（虚构）"}),
    ],
)
def test_a_damaged_file_is_told_at_its_field(preparer, people, page, typed):
    """On pages that store files in different ways."""
    district = make_district(people, titled_on="2024-05-06", stage="pilot")
    plot = PlotFactory(district=district, acquisition="grant", acquired_on="2025-03-01", proof=False)
    keys = {"operation:entry_create": [2026, "mechanisms"], "districts:plot_supervision": [plot.pk]}.get(page, [])
    answer = preparer.post(reverse(page, args=[district.code, *keys]), {"plots": [plot.pk], **typed, "upload": spoilt()})
    assert answer.status_code == 422
    assert dict(answer.context["form"].errors) == {"upload": ["“证明.pdf”已损坏，打不开，请重新导出后上传"]}
    text = answer.content.decode()
    assert 'aria-invalid="true"' in text
    assert next(word for word in typed.values() if "虚构" in word) in text
    assert 'name="upload-kept"' not in text, "a damaged file is not offered again"


class _Papers(forms.Form):
    note = forms.CharField()
    scan = forms.FileField()
    photos = forms.Field(required=False)


def bound(**files):
    form = _Papers({"note": "说明"}, {"scan": spoilt(), **files})
    assert form.is_valid()
    return form


def test_the_field_is_the_one_that_holds_the_file():
    form = bound()
    with RefusalsIn(form), about_file(form.cleaned_data["scan"]):
        raise Refused([Refusal("打不开"), Refusal("文号未填", field="note")])
    assert dict(form.errors) == {"scan": ["打不开"], "note": ["文号未填"]}
    form = bound()
    form.cleaned_data["photos"] = [spoilt("一.jpg"), spoilt("二.jpg")]
    with RefusalsIn(form), about_file(form.cleaned_data["photos"][1]):
        Refused.when(condition=True, text="打不开")
    assert dict(form.errors) == {"photos": ["打不开"]}
    form = bound()
    with RefusalsIn(form), about_file(spoilt()):
        Refused.when(condition=True, text="打不开")
    assert form.non_field_errors() == ["打不开"], "a file of no field is told on top"
