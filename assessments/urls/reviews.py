"""Addresses of expert review."""

from django.urls import path

from assessments.views import reviews, reviews_meeting, reviews_work

urlpatterns = [
    path("reviews/", reviews.review_list, name="review_list"),
    path("reviews/draw-script/", reviews.draw_script, name="draw_script"),
    path("reviews/<int:pk>/", reviews.review, name="review"),
    path("reviews/<int:pk>/action/", reviews.review_action, name="review_action"),
    path("reviews/<int:pk>/pool/", reviews.review_pool, name="review_pool"),
    path("reviews/<int:pk>/draws/<int:number>.json", reviews.review_draw_data, name="review_draw_data"),
    path("reviews/<int:pk>/appoint/", reviews.review_appoint, name="review_appoint"),
    path("reviews/<int:pk>/chair/", reviews.review_chair, name="review_chair"),
    path("reviews/<int:pk>/call/", reviews.review_call, name="review_call"),
    path("reviews/<int:pk>/invitation/", reviews_work.review_invitation, name="review_invitation"),
    path("reviews/<int:pk>/score/", reviews_work.review_workspace, name="review_workspace"),
    path("reviews/<int:pk>/score/rest/", reviews_work.review_rest, name="review_rest"),
    path("reviews/<int:pk>/score/submit/", reviews_work.review_submit, name="review_submit"),
    path("reviews/<int:pk>/score/recuse/", reviews_work.review_recuse, name="review_recuse"),
    path("reviews/<int:pk>/score/<str:item_id>/", reviews_work.review_clause, name="review_clause"),
    path("reviews/<int:pk>/meeting/", reviews_meeting.review_meeting, name="review_meeting"),
    path("reviews/<int:pk>/meeting/opinion/", reviews_meeting.review_opinion_save, name="review_opinion_save"),
    path("reviews/<int:pk>/meeting/vote/", reviews_meeting.review_vote, name="review_vote"),
    path("reviews/<int:pk>/meeting/sign/", reviews_meeting.review_sign, name="review_sign"),
    path("reviews/<int:pk>/meeting/conclude/", reviews_meeting.review_conclude, name="review_conclude"),
    path("reviews/<int:pk>/meeting/<str:item_id>/", reviews_meeting.review_agree, name="review_agree"),
    path("reviews/<int:pk>/opinion/", reviews_meeting.review_opinion, name="review_opinion"),
]
