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


def pages(district, plot):
    """Address, what is typed, and the field of the file, for pages that store files in different ways."""
    return {
        "ledger": (
            reverse("operation:entry_create", args=[district.code, 2026, "mechanisms"]),
            {"mechanism": "coordination", "standing": "done", "lead": "演示管委会（虚构）", "basis": "演示〔2026〕1号（虚构）"},
            "upload",
        ),
        "supervision": (
            reverse("districts:plot_supervision", args=[district.code, plot.pk]),
            {"kind": "site", "body": "演示监理（虚构）", "inspected_on": "2026-01-05", "finding": "现场整洁（虚构）"},
            "upload",
        ),
        "backfill": (
            reverse("districts:plot_backfill", args=[district.code]),
            {"plots": [plot.pk], "reason": "平台启用前已出让（虚构）"},
            "upload",
        ),
    }


@pytest.mark.parametrize("which", ["ledger", "supervision", "backfill"])
def test_a_damaged_file_is_told_at_its_field(client, people, which):
    district = make_district(people, titled_on="2024-05-06", stage="pilot")
    plot = PlotFactory(district=district, acquisition="grant", acquired_on="2025-03-01", proof=False)
    address, typed, field = pages(district, plot)[which]
    client.force_login(people.preparer)
    answer = client.post(address, {**typed, field: spoilt()})
    assert answer.status_code == 422
    assert dict(answer.context["form"].errors) == {field: ["“证明.pdf”已损坏，打不开，请重新导出后上传"]}
    text = answer.content.decode()
    assert 'aria-invalid="true"' in text
    assert next(word for word in typed.values() if "虚构" in str(word)) in text
    assert f'name="{field}-kept"' not in text, "a damaged file is not offered again"


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


def test_a_file_of_no_field_is_told_on_top():
    form = bound()
    with RefusalsIn(form), about_file(spoilt()):
        Refused.when(condition=True, text="打不开")
    assert form.non_field_errors() == ["打不开"]
