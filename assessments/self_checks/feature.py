"""The feature of self-checks."""

from django.urls import path

from assessments.self_checks.views import record, sections, word
from assessments.tables.models import FILLERS
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "self-check#怎样办": (
            path("self-checks/<int:pk>/", record.selfcheck, name="selfcheck"),
            path("self-checks/<int:pk>/report/", sections.ReportPage.as_view(), name="selfcheck_report"),
            path("self-checks/<int:pk>/report/picture/", record.report_picture, name="selfcheck_report_picture"),
            path("self-checks/<int:pk>/report/word/", word.report_word, name="selfcheck_report_word"),
            path("self-checks/<int:pk>/report/word/apply/", word.report_word_apply, name="selfcheck_report_word_apply"),
            path("self-checks/<int:pk>/report/word/pictures/<uuid:key>/", word.report_word_picture, name="selfcheck_report_word_picture"),
            path("self-checks/<int:pk>/check/", record.selfcheck_check, name="selfcheck_check"),
            path("self-checks/<int:pk>/action/", record.selfcheck_action, name="selfcheck_action"),
        ),
        "score-table#回执": (path("self-checks/<int:pk>/receipt/", record.selfcheck_receipt, name="selfcheck_receipt"),),
    },
    acts={
        "self_check.begin": RecordedAct("开始填报年度自查", FILLERS),
        "self_check.import_report": RecordedAct("从 Word 带回自评报告", FILLERS),
    },
)
