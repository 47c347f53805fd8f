"""Enums of requests for information: asker, delivery, outcome, grounds for withholding, progress."""

from django.db import models


class DisclosureAsker(models.TextChoices):
    """Kind of asker."""

    CITIZEN = "citizen", "公民"
    BODY = "body", "法人或者其他组织"


class DisclosureDelivery(models.TextChoices):
    """How information and reply are delivered."""

    MAIL = "mail", "电子邮件"
    POST = "post", "邮寄"
    COUNTER = "counter", "当面领取"


class DisclosureOutcome(models.TextChoices):
    """Outcome of a request, 政府信息公开条例第三十六条、第三十七条、第三十九条."""

    PUBLISHED = "published", "已主动公开，告知获取方式"
    GRANTED = "granted", "予以公开"
    PARTLY = "partly", "部分公开"
    REFUSED = "refused", "不予公开"
    ABSENT = "absent", "本机关没有所申请的信息"
    ELSEWHERE = "elsewhere", "不属于本机关负责公开"
    REPEATED = "repeated", "重复申请，不予重复处理"
    NO_REQUEST = "no_request", "不是政府信息公开申请"


class Withheld(models.TextChoices):
    """Ground for withholding information, 政府信息公开条例第十四条至第十六条."""

    SECRET = "secret", "依法确定为国家秘密（第十四条）"
    FORBIDDEN = "forbidden", "法律、行政法规禁止公开（第十四条）"
    SAFETY = "safety", "公开后可能危及国家安全、公共安全、经济安全、社会稳定（第十四条）"
    PRIVATE = "private", "涉及商业秘密、个人隐私，公开会损害第三方合法权益（第十五条）"
    INTERNAL = "internal", "内部事务信息（第十六条）"
    PROCESS = "process", "过程性信息或者行政执法案卷信息（第十六条）"


class IssuedPaper(models.TextChoices):
    """Letter issued about a request, whose signed scan is kept."""

    COMPLETION = "completion", "申请补正告知书"
    EXTENSION = "extension", "延期答复告知书"
    REPLY = "reply", "答复告知书"


class DisclosureProgress(models.TextChoices):
    """Progress of a request, derived from its recorded dates."""

    AWAITED = "awaited", "待答复"
    EXTENDED = "extended", "已延长，待答复"
    INCOMPLETE = "incomplete", "待申请人补正"
    ANSWERED = "answered", "已答复"
    GIVEN_UP = "given_up", "逾期未补正，视为放弃"

    @property
    def tone(self) -> str:
        """Tone of its tag."""
        tones = {DisclosureProgress.ANSWERED: "success", DisclosureProgress.INCOMPLETE: "warning", DisclosureProgress.GIVEN_UP: ""}
        return tones.get(self, "info")


GIVING = (DisclosureOutcome.PUBLISHED, DisclosureOutcome.GRANTED, DisclosureOutcome.PARTLY)
WITHHOLDING = (DisclosureOutcome.REFUSED, DisclosureOutcome.PARTLY)
