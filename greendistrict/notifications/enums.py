"""The complete list of messages the portal can send, the groups they fall into and the channels they go through."""

from django.db import models


class Message(models.TextChoices):
    """Kinds of message; the text is in ``templates/notifications/<kind>.txt`` or passed by the sender."""

    CASE_MOVED = "case_moved", "办件进展"
    CASE_TODO = "case_todo", "办件待办"
    CORRECTION = "correction", "补正告知"
    PANEL_INVITATION = "panel_invitation", "评审邀请"
    EXPERT_POOL = "expert_pool", "专家库"
    SCORES_DUE = "scores_due", "评分到期提醒"
    REVIEW_MEETING = "review_meeting", "评审会通知"
    NOTICE_OPENED = "notice_opened", "公示开始"
    ANNOUNCED = "announced", "公告"
    SELF_CHECK_OPENED = "self_check_opened", "自查开放"
    SELF_CHECK_TODO = "self_check_todo", "自查待办"
    SELF_CHECK_RECEIVED = "self_check_received", "自查已接收"
    SELF_CHECK_RETURNED = "self_check_returned", "自查已退回"
    SHARE_TODO = "share_todo", "分工待办"
    SHARE_MOVED = "share_moved", "分工进展"
    STAGE_TODO = "stage_todo", "阶段评估待办"
    STAGE_MOVED = "stage_moved", "阶段评估进展"
    PLAN_TODO = "plan_todo", "实施计划待办"
    PLAN_MOVED = "plan_moved", "实施计划进展"
    POST_EVALUATION = "post_evaluation", "后评估"
    YEARLY_REPORT = "yearly_report", "运营与碳排放核查报告"
    CARBON_INVENTORY = "carbon_inventory", "碳排放清单"
    INSPECTION = "inspection", "监督检查"
    RECORD_REQUEST = "record_request", "请补录"
    STORY = "story", "案例"
    RESERVE = "reserve_project", "储备项目"
    EXCHANGE = "exchange", "交流活动"
    INDICATOR_TODO = "indicator_todo", "指标体系待办"
    INDICATOR_MOVED = "indicator_moved", "指标体系进展"
    YEAR_CLOSING = "year_closing", "年度关账"
    ARCHIVE_VOLUME = "archive_volume", "案卷"
    REPORT_READY = "report_ready", "报告已生成"
    REPORT_FAILED = "report_failed", "报告未生成"
    PASSWORD_RESET = "password_reset", "密码重置"
    AUDIT_ALARM = "audit_alarm", "审计提醒"
    PERSONAL_DATA = "personal_data", "个人信息"
    LEGAL_NOTICE = "legal_notice", "法律文书"
    DIGEST = "digest", "到期提醒"
    URGED = "urged", "催办"
    WEEKLY_SUMMARY = "weekly_summary", "每周综述"
    VIRUS_FOUND = "virus_found", "发现病毒"
    WEBHOOK = "webhook", "接口推送没有送达"


class Channel(models.TextChoices):
    """Channels of a message. Every message is in the inbox; the other channels are transports (``channels.py``)."""

    PORTAL = "portal", "站内"
    MAIL = "mail", "邮件"
    SMS = "sms", "短信"
    WECOM = "wecom", "政务微信"


# Channels besides the inbox: each message sent through one is a ``Delivery``.
OUTSIDE = (Channel.MAIL, Channel.SMS, Channel.WECOM)


class MessageGroup(models.TextChoices):
    """Groups of messages for which a person chooses the channels."""

    LEGAL = "legal", "法律文书和告知"
    STEPS = "steps", "待办和办件进展"
    REVIEW = "review", "专家评审"
    REMINDERS = "reminders", "到期提醒"
    WATCHES = "watches", "关注事项"
    WEEKLY = "weekly", "每周综述"
    REPORTS = "reports", "报告和案卷"
    ACCOUNT = "account", "账号安全"


# Groups that cannot be turned off.
FIXED = frozenset({MessageGroup.LEGAL, MessageGroup.ACCOUNT})
_GROUPS = {
    MessageGroup.LEGAL: (Message.LEGAL_NOTICE, Message.CORRECTION, Message.NOTICE_OPENED, Message.ANNOUNCED),
    MessageGroup.REVIEW: (Message.PANEL_INVITATION, Message.EXPERT_POOL, Message.SCORES_DUE, Message.REVIEW_MEETING),
    MessageGroup.REMINDERS: (Message.DIGEST, Message.URGED),
    MessageGroup.WEEKLY: (Message.WEEKLY_SUMMARY,),
    MessageGroup.REPORTS: (Message.REPORT_READY, Message.REPORT_FAILED, Message.ARCHIVE_VOLUME, Message.YEAR_CLOSING),
    MessageGroup.ACCOUNT: (Message.PASSWORD_RESET, Message.AUDIT_ALARM, Message.PERSONAL_DATA),
}
_GROUP_OF = {message.value: group for group, messages in _GROUPS.items() for message in messages}


def group_of(kind: str) -> MessageGroup:
    """Group of a kind of message; by default that of workflow steps."""
    return _GROUP_OF.get(kind, MessageGroup.STEPS)


def kinds_of(group: str) -> list[str]:
    """Kinds of message in a group."""
    return [kind for kind in Message.values if group_of(kind) == group]


# Messages about what stands on the desk as a task or a date until it is done.
OF_TASKS = frozenset({
    Message.CASE_TODO, Message.SELF_CHECK_TODO, Message.SHARE_TODO, Message.STAGE_TODO, Message.PLAN_TODO, Message.INDICATOR_TODO,
    Message.SCORES_DUE, Message.DIGEST,
})  # fmt: skip


# Messages after which the receiver has nothing to do.
INFORMING = frozenset({
    Message.CASE_MOVED, Message.SELF_CHECK_RECEIVED, Message.SHARE_MOVED, Message.STAGE_MOVED, Message.PLAN_MOVED, Message.INDICATOR_MOVED,
    Message.NOTICE_OPENED, Message.ANNOUNCED, Message.REPORT_READY, Message.REPORT_FAILED, Message.WEEKLY_SUMMARY,
})  # fmt: skip
