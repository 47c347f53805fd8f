"""Application configuration."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    """Cases, endorsement, notices, announcement batches, titles."""

    name = "approvals"

    def ready(self) -> None:
        """Take part in the registries: owners of files, and the conclusion of a review."""
        from approvals import changekinds, lifecycle, rules, selectors  # noqa: F401, PLC0415 -- models are ready only now
        from approvals.holding import HELD_BY_CASE, follow_applicant  # noqa: PLC0415
        from approvals.models import Announcement, Case, HistoricSelfCheck, LossFile, RecordedAssessment, ReviewOpinion  # noqa: PLC0415
        from approvals.selectors import losses, opinions  # noqa: PLC0415
        from approvals.services import conclusions, decisions, failures  # noqa: PLC0415
        from assessments.lifecycle import POST_EVALUATION, REVIEW, STAGE_ASSESSMENT  # noqa: PLC0415
        from assessments.rules.opinions import may_reply_opinion  # noqa: PLC0415
        from districts import holds  # noqa: PLC0415
        from greendistrict.documents.registry import register_owner, register_reader  # noqa: PLC0415
        from greendistrict.workflow.registry import on  # noqa: PLC0415

        register_owner(LossFile, losses.loss_files_visible_to, lambda user, _owner: rules.is_city(user))
        register_owner(RecordedAssessment, losses.recorded_visible_to, lambda user, _owner: rules.may_announce(user))
        register_owner(Case, selectors.cases_visible_to, rules.may_add_file)
        register_owner(Announcement, selectors.announcements_visible_to, lambda user, _announcement: rules.may_announce(user))
        register_owner(HistoricSelfCheck, selectors.historic_checks_visible_to, lambda user, _owner: rules.may_work_in_bulk(user))
        register_owner(ReviewOpinion, opinions.opinions_visible_to, may_reply_opinion)
        register_reader(selectors.reads_plan)
        holds.register(HELD_BY_CASE)
        holds.register_follower(follow_applicant)
        on(REVIEW, "conclude", conclusions.review_concluded)
        on(STAGE_ASSESSMENT, "disqualify", failures.assessment_failed)
        on(POST_EVALUATION, "disqualify", failures.assessment_failed)
        on(lifecycle.APPLICATION, "decide", decisions.decided)
        on(lifecycle.APPLICATION, "decide_failed", decisions.decided)
        on(lifecycle.LOSS, "decide", decisions.decided)
        on(lifecycle.LOSS, "decide_not", decisions.decided)
        for action in ("decide", "decide_failed"):
            on(lifecycle.ACCEPTANCE, action, decisions.decided)
