"""The feature of applications: papers, materials, questions."""

from django.urls import path

from approvals.applications.views import answers, materials, papers
from greendistrict.accounts.enums import Role
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "application#条件": (path("<int:pk>/check/", papers.case_check, name="case_check"),),
        "application#材料": (
            path("<int:pk>/files/", materials.case_files, name="case_files"),
            path("<int:pk>/files/<int:document>/remove/", materials.case_file_remove, name="case_file_remove"),
            path("<int:pk>/files/<int:document>/version/", materials.case_file_version, name="case_file_version"),
            path("<int:pk>/files/list/<slug:slot>/", materials.case_file_list, name="case_file_list"),
            path("<int:pk>/files/blank/<slug:slot>/", materials.case_blank, name="case_blank"),
            path("<int:pk>/catalogue/", materials.case_catalogue, name="case_catalogue"),
            path("<int:pk>/originals/", papers.case_originals, name="case_originals"),
        ),
        "application#怎样办": (
            path("<int:pk>/questions/", answers.case_questions, name="case_questions"),
            path("<int:pk>/form-review/", papers.case_form_review, name="case_form_review"),
            path("<int:pk>/number/", papers.case_number, name="case_number"),
            path("<int:pk>/receipt/", papers.case_receipt, name="case_receipt"),
        ),
        "application#谁办": (
            path("<int:pk>/mode/", papers.case_mode, name="case_mode"),
            path("<int:pk>/endorse/", papers.case_endorse, name="case_endorse"),
        ),
        "application#补正": (
            path("<int:pk>/correct/", papers.case_correct, name="case_correct"),
            path("<int:pk>/answer/", answers.case_answer, name="case_answer"),
            path("<int:pk>/correct/wider/", answers.case_open_wider, name="case_open_wider"),
        ),
    },
    acts={
        "application.answer_questions": RecordedAct("答复预评审问题"),
        "application.ask_questions": RecordedAct("提出预评审问题"),
        "application.endorsement": RecordedAct("登记批复和报送函"),
        "application.endorsement_mode": RecordedAct("确认批复单位"),
        "application.open_wider": RecordedAct("放开补正范围"),
        "application.take_list": RecordedAct("取平台的清单作为材料", (Role.PREPARER, Role.CONSULTANT)),
        "application.start": RecordedAct("建立申报", (Role.PREPARER, Role.CITY_OFFICER)),
    },
    decisive=(
        "application.decide",
        "application.decide_failed",
        "application.open_notice",
    ),
)
