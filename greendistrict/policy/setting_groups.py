"""Settings grouped by subject, for pages that list them (pure functions)."""

from collections.abc import Callable, Iterable
from typing import TypeVar

REST = "其他"
# Heading and key prefixes of its settings; the first match counts.
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("办理环节和期限", (
        "approval_chain.", "form_review_days", "supplement.", "consult_days", "decide_days", "announce_days", "endorse_remind_days",
        "cancel_start_days", "hearing_days", "weigh_days", "serve_days",
    )),
    ("公示和异议", ("publicity.", "notice_days", "objection_reply_days")),
    ("专家评审", (
        "panel.", "review.", "expert_", "spread_limit", "reference_limits", "unseen.", "draw_days", "meeting_days", "signature_days",
        "opinion_reply_days",
    )),
    ("计划、自查和年度报送", (
        "plan_due", "selfcheck.", "operation_report.", "carbon_verification.", "receive_days", "countersign_days", "snapshot.",
    )),
    ("阶段评估、整改和后评估", ("stage.", "rectify.", "recheck_days", "post_evaluation.", "indicators.")),
    ("合理性检查", ("plausibility.",)),
    ("横向比较", ("comparison.",)),
    ("美丽上海", ("beautiful.",)),
    ("地块征询和其他事项的期限", ("plot_consult_days", "disclosure_serve_days", "duties.")),
    ("到期、提醒和催办", ("obligations_from", "outage.", "reminders.", "urging_days", "weekly_summary.")),
    ("档案", ("archive.",)),
)  # fmt: skip
T = TypeVar("T")


def group_of(key: str) -> str:
    """Heading of the group of a setting."""
    return next((title for title, starts in GROUPS if key.startswith(starts)), REST)


def grouped(rows: Iterable[T], key_of: Callable[[T], str]) -> list[tuple[str, list[T]]]:
    """Rows by heading in the order of ``GROUPS``, unmatched ones last; headings without rows are omitted."""
    found: dict[str, list[T]] = {title: [] for title in (*(title for title, _ in GROUPS), REST)}
    for row in rows:
        found[group_of(key_of(row))].append(row)
    return [(title, some) for title, some in found.items() if some]
