"""Text blocks of letters whose wording an office maintains: variables, default wording, checks, and the wording valid on a day."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from greendistrict.accounts.models import Organisation
from greendistrict.core import clock
from greendistrict.core.papers import PORTAL
from greendistrict.policy.enums import WordingState
from greendistrict.policy.models import LetterWording

VARIABLE = re.compile(r"\{([^{}\n]*)\}")
BLANK = "＿＿＿＿＿＿"


def contact_line(name: str = "", phone: str = "") -> str:
    """Contact line of a letter; unknown values are blanks to fill in."""
    return f"联系人：{name or BLANK}，联系电话：{phone or BLANK}"


def contact_of(body: str, person: str = "") -> str:
    """Contact line of a letter that a body of this name sends, with its telephone as entered; of the city the text block is used."""
    phone = Organisation.objects.filter(name=body).values_list("office_phone", flat=True).first() or ""
    return contact_line(person, phone) if person or not phone else f"联系电话：{phone}"


@dataclass(frozen=True)
class TextBlock:
    """One block: the letters that use it, the default wording, permitted and required variables."""

    key: str
    title: str
    letters: str
    default: str
    variables: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    is_line: bool = False  # a single line, such as the subject of a message


_BLOCKS = (
    TextBlock(
        "contact", "联系人和联系电话", "市住房城乡建设管理委发出的各种文书",
        contact_line(), ("城区",),
    ),
    TextBlock(
        "remedies", "救济途径", "取消、撤销称号的决定书",
        "不服本决定的，可以自收到决定书之日起六十日内向上海市人民政府申请行政复议，也可以自收到决定书之日起六个月内依法向有管辖权的人民法院提起行政诉讼。",
        ("城区", "申报主体"),
    ),
    TextBlock(
        "hearing", "陈述申辩的权利", "取消、撤销称号的事先告知书",
        "你单位有权陈述和申辩，并可以要求当面听取意见。请自收到本告知书次日起{期限}内提出书面或者口头陈述申辩；也可以书面放弃。"
        "期满未提出的，按未陈述申辩继续办理。",
        ("城区", "申报主体", "期限"), ("期限",),
    ),
    TextBlock(
        "hearing-place", "陈述申辩的地点", "取消、撤销称号的事先告知书",
        f"陈述申辩材料请送{BLANK}（地址），也可以在{PORTAL}提交。", ("城区", "申报主体"),
    ),
    TextBlock(
        "correction", "补正的提交方式", "补正告知书",
        f"补正材料请在{PORTAL}逐条答复并提交，不能在平台提交的，可以送纸质材料。期限届满前可以书面申请延期。",
        ("城区", "申报主体", "期限"),
    ),
    TextBlock(
        "acceptance", "查询办理进度", "受理通知书",
        "受理编号为{受理编号}，办理进度可凭编号和查验码在公众页查询。", ("城区", "申报主体", "受理编号"), ("受理编号",),
    ),
    TextBlock(
        "grant-pilot", "授予试点称号后的要求", "授予试点称号的决定",
        "请按照批准的绿色生态专业规划、年度实施计划和近期重点项目实施计划组织建设，定期提交绿色生态建设自评估报告和运营工作报告，"
        "配合开展碳计量和碳核查，接受监督检查和每三年一次的阶段评估。", ("城区", "申报主体"),
    ),
    TextBlock(
        "grant-demonstration", "授予示范称号后的要求", "授予示范称号的决定",
        "请继续落实运营管理，定期提交绿色生态建设自评估报告和运营工作报告，配合开展碳计量和碳核查，接受监督检查和后评估。",
        ("城区", "申报主体"),
    ),
)  # fmt: skip
_trial: ContextVar[tuple[str, str] | None] = ContextVar("wording on trial", default=None)
BLOCKS: Mapping[str, TextBlock] = {block.key: block for block in _BLOCKS}


def problems(block: TextBlock, text: str) -> Iterator[str]:
    """Faults of a wording, each with the name of the variable and its position."""
    if not text.strip():
        yield "请填写内容"
    if block.is_line and len(text.strip().splitlines()) > 1:
        yield "标题只写一行"
    for number, line in enumerate(text.splitlines(), start=1):
        for found in VARIABLE.finditer(line):
            if found[1] not in block.variables:
                known = "、".join(f"{{{name}}}" for name in block.variables)
                yield f"第{number}行第{found.start() + 1}字：没有变量{found[0]}，可以使用{known}"
        rest = VARIABLE.sub(lambda found: "　" * len(found[0]), line)
        if stray := re.search("[{}]", rest):
            yield f"第{number}行第{stray.start() + 1}字：花括号“{stray[0]}”不成对"
    used = set(VARIABLE.findall(text))
    for name in block.required:
        if name not in used:
            yield f"缺少必须使用的变量{{{name}}}"


def filled(text: str, values: Mapping[str, str]) -> str:
    """A wording with its variables filled in; one without a value becomes a blank."""
    return VARIABLE.sub(lambda found: values.get(found[1]) or BLANK, text)


def wording(key: str, values: Mapping[str, str], day: dt.date | None = None) -> str:
    """The block as it reads in a letter dated ``day`` (default today)."""
    tried = _trial.get()
    text = tried[1] if tried and tried[0] == key else text_of(key, day or clock.today())
    return filled(text, values)


def text_of(key: str, day: dt.date) -> str:
    """Wording of the newest version in force on the day; the default wording before the first version."""
    rows = LetterWording.objects.filter(key=key, status=WordingState.DECIDED, since__lte=day)
    return rows.order_by("-since", "-number").values_list("text", flat=True).first() or BLOCKS[key].default


@contextmanager
def trial(key: str, text: str) -> Iterator[None]:
    """Within the block, letters use this wording, to preview a version that is not in force."""
    token = _trial.set((key, text))
    try:
        yield
    finally:
        _trial.reset(token)
