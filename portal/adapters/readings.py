"""Energy platform: readings of meters come in by the service that the interface of metering uses."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from carbon.metering.checks import NewReading
from carbon.metering.models import MeterToken
from carbon.metering.reading_file import UnreadableTimeError, reading_of
from carbon.metering.services.readings import take
from greendistrict.core.errors import Refusal, Refused
from greendistrict.core.number_parsing import NumberError
from portal.adapters.declaration import LIST, TEXT, Adapter, Incoming, ItemField, ItemFields

PLATFORM = "市能耗监测平台"  # the name of the system in the token by which a district lets it write


def _take_readings(given: Mapping[str, Any], today: dt.date) -> str:
    """Write the readings of a meter, in the name of who gave the platform its token. Raises ``Refused``."""
    del today
    tokens = MeterToken.objects.filter(district__code=given["district"], label=PLATFORM, revoked_at=None, made_by__is_active=True)
    token = tokens.select_related("district", "made_by").first()
    if token is None:
        msg = f"城区{given['district']}没有为“{PLATFORM}”生成计量接入令牌，或者已经收回"
        raise Refused(msg)
    readings = {given["meter"]: _readings(given["readings"], given["unit"] or "")}
    done, _ = take(district=token.district, readings=readings, by=token.made_by, source=f"系统对接：{PLATFORM}")
    return f"新增{done.added}个，已有{done.unchanged}个"


def _readings(rows: list[Any], unit: str) -> list[NewReading]:
    found, wrong = [], []
    for place, row in enumerate(rows, 1):
        try:
            told = row if isinstance(row, dict) else {}
            found.append(reading_of(place, str(told.get("time") or ""), told.get("value"), unit, told.get("estimated")))
        except (UnreadableTimeError, NumberError) as error:
            wrong.append(Refusal(f"第{place}个读数：{error}"))
    if wrong or not found:
        raise Refused(wrong[:20] or "没有读数")
    return found


READINGS = Adapter(
    key="readings",
    name="能耗监测",
    system="能源管理平台、能耗监测平台（OPC、Modbus等现场协议由该平台接入）",
    purpose="计量器具的读数收入",
    into=Incoming(
        ItemFields(
            "一只计量器具的读数",
            (
                ItemField("district", TEXT, "城区代码", "demo-riverside"),
                ItemField("meter", TEXT, "计量器具编号，与平台登记的相同", "E-1"),
                ItemField("unit", TEXT, "单位，与登记的不同时换算，如kWh、m3", "kWh", is_required=False),
                ItemField(
                    "readings",
                    LIST,
                    "每个有time（北京时间）、value（累计示数或者该时刻开始的间隔用量）、estimated（估算方法，实测的不填）",
                    [{"time": "2026-03-01 00:15", "value": "128.5"}],
                    "器具登记的单位",
                ),
            ),
            "一条是一只器具的一批读数，一条里有一个读数不能接受的，整条不收。",
        ),
        _take_readings,
        by_hand=False,
    ),
    rules=(
        f"只收以“{PLATFORM}”为系统名称生成了计量接入令牌的城区；收回令牌，即不再收。",
        "写入记为生成令牌的人，审计日志注明来自系统对接；不能由管理员人工交换。",
        "按计量的导入规则核对；改变已有实测读数的不收，由城区写明理由后更正。",
    ),
)
