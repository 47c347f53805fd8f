"""The feature of reviews, their meetings, experts' letters and hours."""

from django.urls import path

from assessments.reviews.views import expert_letters, files, meeting, reviews, session, workspace
from assessments.reviews.views import paper as reviews_paper
from greendistrict.accounts.enums import Role
from greendistrict.accounts.menu_roles import REVIEWING
from greendistrict.core.features import Feature, MenuEntry, RecordedAct

FEATURE = Feature(
    pages={
        "review#抽取": (
            path("reviews/", reviews.review_list, name="review_list"),
            path("reviews/export/", reviews.review_export, name="review_export"),
            path("reviews/draw-script/", reviews.draw_script, name="draw_script"),
            path("reviews/<int:pk>/", reviews.review, name="review"),
            path("reviews/<int:pk>/action/", reviews.review_action, name="review_action"),
            path("reviews/<int:pk>/pool/", reviews.review_pool, name="review_pool"),
            path("reviews/<int:pk>/draws/<int:number>.json", reviews.review_draw_data, name="review_draw_data"),
            path("reviews/<int:pk>/appoint/", reviews.review_appoint, name="review_appoint"),
        ),
        "review#邀请": (
            path("reviews/<int:pk>/chair/", reviews.review_chair, name="review_chair"),
            path("reviews/<int:pk>/call/", reviews.review_call, name="review_call"),
            path("reviews/<int:pk>/plan/", reviews.review_plan, name="review_plan"),
            path("reviews/<int:pk>/invitation/", workspace.review_invitation, name="review_invitation"),
            path("reviews/<int:pk>/members/<int:key>/letter/<slug:kind>/", expert_letters.review_letter, name="review_letter"),
        ),
        "review#评分": (
            path("reviews/<int:pk>/score/", workspace.review_workspace, name="review_workspace"),
            path("reviews/<int:pk>/score/rest/", workspace.review_rest, name="review_rest"),
            path("reviews/<int:pk>/score/submit/", workspace.review_submit, name="review_submit"),
            path("reviews/<int:pk>/members/<int:number>/sheet/", reviews_paper.paper_sheet, name="paper_sheet"),
            path("reviews/<int:pk>/members/<int:number>/paper/", reviews_paper.paper_type, name="paper_type"),
            path("reviews/<int:pk>/members/<int:number>/paper/check/", reviews_paper.paper_check, name="paper_check"),
            path("reviews/<int:pk>/score/<str:item_id>/", workspace.review_clause, name="review_clause"),
            path("reviews/<int:pk>/score/<str:item_id>/files/", files.review_files, name="review_files"),
        ),
        "review#回避": (
            path("reviews/<int:pk>/score/recuse/", workspace.review_recuse, name="review_recuse"),
            path("reviews/<int:pk>/members/<int:key>/release/", expert_letters.review_release, name="review_release"),
        ),
        "workbooks#导出": (path("reviews/<int:pk>/score/workbook/", files.review_book, name="review_book"),),
        "workbooks#导入": (
            path("reviews/<int:pk>/score/import/", files.review_import, name="review_import"),
            path("reviews/<int:pk>/score/import/apply/", files.review_import_apply, name="review_import_apply"),
        ),
        "review#评审会": (
            path("reviews/<int:pk>/meeting/", meeting.review_meeting, name="review_meeting"),
            path("reviews/<int:pk>/meeting/screen/", meeting.review_screen, name="review_screen"),
            path("reviews/<int:pk>/meeting/screen/<str:item_id>/", meeting.review_screen, name="review_screen_item"),
            path("reviews/<int:pk>/meeting/current/", meeting.review_current, name="review_current"),
            path("reviews/<int:pk>/meeting/version/", meeting.review_version, name="review_version"),
            path("reviews/<int:pk>/meeting/minutes/", meeting.review_minutes, name="review_minutes"),
            path("reviews/<int:pk>/meeting/opinion/", meeting.review_opinion_save, name="review_opinion_save"),
            path("reviews/<int:pk>/meeting/vote/", meeting.review_vote, name="review_vote"),
            path("reviews/<int:pk>/meeting/sign/", session.review_sign, name="review_sign"),
            path("reviews/<int:pk>/meeting/sign-in/", session.review_sign_in, name="review_sign_in"),
            path("reviews/<int:pk>/meeting/sign-out/", session.review_sign_out, name="review_sign_out"),
            path("reviews/<int:pk>/members/<int:key>/drop-out/", session.review_drop_out, name="review_drop_out"),
            path("reviews/<int:pk>/meeting/adjourn/", session.review_adjourn, name="review_adjourn"),
            path("reviews/<int:pk>/meeting/confirm/", session.review_confirm, name="review_confirm"),
            path("reviews/<int:pk>/meeting/sheet/", session.review_sheet, name="review_sheet"),
            path("reviews/<int:pk>/meeting/sheet/check/", session.review_check_signature, name="review_check_signature"),
            path("reviews/<int:pk>/meeting/vote/check/", session.review_check_said, name="review_check_said"),
            path("reviews/<int:pk>/meeting/pack/", meeting.review_pack, name="review_pack"),
            path("reviews/<int:pk>/meeting/<str:item_id>/withdraw/", session.review_withdraw, name="review_withdraw"),
            path("reviews/<int:pk>/meeting/<str:item_id>/", meeting.review_agree, name="review_agree"),
        ),
        "review#结论和意见": (
            path("reviews/<int:pk>/meeting/conclude/", meeting.review_conclude, name="review_conclude"),
            path("reviews/<int:pk>/opinion/", meeting.review_opinion, name="review_opinion"),
        ),
        "review#评审工时": (
            path("experts/fees/", expert_letters.expert_fees, name="expert_fees"),
            path("experts/fees/export/", expert_letters.expert_fees_export, name="expert_fees_export"),
            path("reviews/<int:pk>/hours/", expert_letters.review_hours, name="review_hours"),
        ),
    },
    acts={
        "experts.export_fees": RecordedAct("导出专家工时"),
        "review.adjourned_from": RecordedAct("休会前的会议时间地点"),
        "review.agree": RecordedAct("登记商定分"),
        "review.call_meeting": RecordedAct("发出评审会通知"),
        "review.chair": RecordedAct("指定组长"),
        "review.check_paper": RecordedAct("复核纸质评分"),
        "review.check_said": RecordedAct("核对书面表决和确认"),
        "review.check_signature": RecordedAct("核对书面签名"),
        "review.commit_draw": RecordedAct("登记抽取种子校验值"),
        "review.confirm_agreed": RecordedAct("确认商定结果"),
        "review.confirm_rest": RecordedAct("确认其余条文一致"),
        "review.detach_file": RecordedAct("取下评审附件"),
        "review.draw": RecordedAct("抽取专家"),
        "review.export": RecordedAct("导出评审列表"),
        "review.export_scores": RecordedAct("导出评分工作簿"),
        "review.hours": RecordedAct("登记专家工时"),
        "review.import_scores": RecordedAct("从工作簿导入评分"),
        "review.keep_scan": RecordedAct("上传纸质评分扫描件"),
        "review.keep_sheet": RecordedAct("上传签名页"),
        "review.open": RecordedAct("建立评审"),
        "review.opinion": RecordedAct("保存评审意见"),
        "review.plan_days": RecordedAct("预定评审日程"),
        "review.sign": RecordedAct("确认评审意见"),
        "review.sign_in": RecordedAct("评审会签到"),
        "review.sign_out": RecordedAct("登记提前退席"),
        "review.submit_scores": RecordedAct("提交评分"),
        "review.vote": RecordedAct("登记表决"),
        "review.withdraw_agreed": RecordedAct("撤销商定"),
    },
    menu=(MenuEntry("专家评审", 10, "专家评审", "assessments:review_list", REVIEWING, daily=REVIEWING - {Role.CITY_LEGAL}),),
    proof=("expert_fees_export",),
    recorded={"review_pool": "专家抽取名单", "review_workspace": "专家评分", "review_meeting": "评审会评分"},
)
