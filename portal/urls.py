"""URLs of this app."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, path

from portal.account_review import views as account_review
from portal.comparison import views as comparison
from portal.desk import views as desk
from portal.enrolment import views as enrolment
from portal.first_day import views as first_day
from portal.frame.views import moved_letter
from portal.gallery.views import gallery
from portal.guide import views as guide
from portal.handover import leaving
from portal.handover import views as handover
from portal.open_data import views as open_data
from portal.operations import metrics, outages, storage
from portal.operations import views as operations
from portal.outlook import views as outlook
from portal.personal import views as personal
from portal.pilot_progress import views as pilot_progress
from portal.policy import views as policy
from portal.public import views as public
from portal.publicity import feeds
from portal.publicity import views as publicity
from portal.search import views as search
from portal.site_map import views as site_map
from portal.timeline import views as timeline
from portal.tokens import views as tokens
from portal.webhooks import views as webhooks

app_name = "portal"
# Letters formerly had URLs in the app of their matter; bookmarks are redirected.
MOVED = [
    path("cases/<int:pk>/letters/<slug:key>/", moved_letter, {"slug": "case"}, name="moved_case_letter"),
    path("cases/announcements/<int:pk>/draft/", moved_letter, {"slug": "announcement", "key": "announcement"}, name="moved_announcement"),
    path("cases/titles/<int:pk>/certificate/", moved_letter, {"slug": "title", "key": "certificate"}, name="moved_certificate"),
    path(
        "districts/<slug:code>/plots/opinions/<int:pk>/letter/",
        moved_letter,
        {"slug": "plotopinion", "key": "reply"},
        name="moved_opinion_letter",
    ),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", public.home, name="home"),
    path("register/", public.register, name="register"),
    path("register/<slug:code>/", public.public_district, name="public_district"),
    path("publicity/", publicity.publicity, name="publicity"),
    path("publicity/rss.xml", feeds.rss, name="publicity_rss"),
    path("publicity/atom.xml", feeds.atom, name="publicity_atom"),
    path("publicity/newsletter.rss.xml", feeds.newsletter_rss, name="newsletter_rss"),
    path("publicity/newsletter.atom.xml", feeds.newsletter_atom, name="newsletter_atom"),
    path("sitemap.xml", site_map.sitemap, name="sitemap"),
    path("robots.txt", site_map.robots, name="robots"),
    path("data/", open_data.open_data, name="open_data"),
    path("data/catalogue.jsonld", open_data.open_data_catalogue, name="open_data_catalogue"),
    path("data/<slug:key>/", open_data.open_dataset, name="open_dataset"),
    path("data/<slug:key>/<int:number>/", open_data.open_version, name="open_version"),
    path("data/<slug:key>/<int:number>.<slug:kind>", open_data.open_version_file, name="open_version_file"),
    path("data/<slug:key>.<slug:kind>", open_data.open_data_file, name="open_data_file"),
    path("ogc/", open_data.ogc_landing, name="ogc_landing"),
    path("ogc/api", open_data.ogc_api, name="ogc_api"),
    path("ogc/conformance", open_data.ogc_conformance, name="ogc_conformance"),
    path("ogc/collections", open_data.ogc_collections, name="ogc_collections"),
    path("ogc/collections/<slug:key>", open_data.ogc_collection, name="ogc_collection"),
    path("ogc/collections/<slug:key>/items", open_data.ogc_items, name="ogc_items"),
    path("ogc/collections/<slug:key>/items/<str:code>", open_data.ogc_item, name="ogc_item"),
    path("counts/", open_data.published_counts, name="published_counts"),
    path("samples/", public.samples, name="public_samples"),
    path("outages/", public.outages, name="public_outages"),
    path("samples/repeat_sample.py", public.sample_script, name="public_sample_script"),
    path("samples/<int:pk>.json", public.sample_data, name="public_sample_data"),
    path("public-policy/", policy.public_policy, name="public_policy"),
    path("public-standards/", public.standards, name="public_standards"),
    path("desk/", desk.workdesk, name="workdesk"),
    path("verify/", public.verify, name="verify"),
    path("districts/<slug:code>/timeline/", timeline.timeline, name="timeline"),
    path("districts/<slug:code>/handover/", handover.handover, name="handover"),
    path("organisations/<int:pk>/people/<int:person>/leaving/", leaving.leave, name="leaving"),
    path("search/", search.search, name="search"),
    path("guide/", guide.guide, name="guide"),
    path("guide/<slug:slug>/", guide.guide_page, name="guide_page"),
    path("guide/forms/<str:kind>/<slug:key>/<slug:which>/", guide.guide_form, name="guide_form"),
    path("policy-check/", policy.policy_check, name="policy_check"),
    path("policy-check/export/", policy.policy_check_export, name="policy_check_export"),
    path("policy-check/<str:rule>/", policy.policy_rule, name="policy_rule"),
    path("outlook/", outlook.outlook, name="outlook"),
    path("progress/", pilot_progress.pilot_progress, name="pilot_progress"),
    path("progress/export/", pilot_progress.pilot_progress_export, name="pilot_progress_export"),
    path("compare/", comparison.comparison, name="comparison"),
    path("compare/export/", comparison.comparison_export, name="comparison_export"),
    path("compare/dimensions/", comparison.dimensions, name="comparison_dimensions"),
    path("compare/dimensions/export/", comparison.dimensions_export, name="comparison_dimensions_export"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("webhooks/<int:pk>/", webhooks.webhook, name="webhook"),
    path("webhooks/<int:pk>/remove/", webhooks.webhook_remove, name="webhook_remove"),
    path("webhooks/deliveries/<int:pk>/", webhooks.webhook_redeliver, name="webhook_redeliver"),
    path("metrics", metrics.metrics, name="metrics"),
    path("personal/", personal.personal, name="personal"),
    path("personal/export/", personal.personal_export, name="personal_export"),
    path("personal/correction/", personal.personal_correction, name="personal_correction"),
    path("personal/notice/", personal.privacy_notice, name="privacy_notice"),
    path("personal/people/<int:pk>/", personal.contact, name="contact"),
    path("operations/", operations.operations, name="operations"),
    path("operations/accounts/", account_review.review_list, name="account_review"),
    path("operations/accounts/record/", account_review.review_record, name="account_review_record"),
    path("operations/accounts/export/", account_review.review_export, name="account_review_export"),
    path("operations/first-day/", first_day.first_day, name="first_day"),
    path("operations/enrolment/<slug:what>/", enrolment.enrolment_import, name="enrolment_import"),
    path("operations/enrolment/<slug:what>/apply/", enrolment.enrolment_apply, name="enrolment_apply"),
    path("operations/enrolment/<slug:what>/template/", enrolment.enrolment_template, name="enrolment_template"),
    path("operations/enrolment/<slug:what>/export/", enrolment.enrolment_export, name="enrolment_export"),
    path("operations/messages/", operations.all_given_up, name="all_given_up"),
    path("operations/messages/<int:pk>/", operations.given_up_message, name="given_up_message"),
    path("operations/outages/", outages.outages, name="outages"),
    path("operations/storage/", storage.storage, name="storage"),
    *MOVED,
]
if settings.DEBUG or settings.TESTING:
    urlpatterns.append(path("_components/", gallery, name="components"))
