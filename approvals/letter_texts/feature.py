"""The feature of texts of letters."""

from django.urls import path

from approvals.letter_texts import views
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "standards#文书文本": (
            path("letter-texts/", views.letter_text_list, name="letter_text_list"),
            path("letter-texts/<slug:key>/", views.letter_text, name="letter_text"),
            path("letter-texts/<slug:key>/act/", views.letter_text_act, name="letter_text_act"),
        ),
    },
    acts={
        "letter_text.propose": RecordedAct("提出文书文本的新版本"),
    },
    decisive=("letter_wording.decide",),
)
