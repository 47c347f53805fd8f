"""一网统管: the public figures of the programme go out once a day, from the selectors of the home page."""

from collections.abc import Iterator
from typing import Any

from portal.adapters.declaration import DAY, LIST, TEXT, Adapter, ItemField, ItemFields, OutAsk, Outgoing, OutItem
from portal.public.selectors import OFFICIAL, home_metrics, public_rows, register_of


def figures() -> list[dict[str, Any]]:
    """The figures that the home page shows, by the words that it shows."""
    shown = home_metrics(register_of(public_rows()))
    return [{"name": one["label"], "value": str(one["value"]), "unit": one["unit"], "note": one["note"]} for one in shown]


def _of_today(asked: OutAsk) -> Iterator[OutItem]:
    today = asked.today.isoformat()
    yield OutItem(f"figures-{today}", {"day": today, "official_source": OFFICIAL.source, "figures": figures()})


FIGURES = Adapter(
    key="figures",
    name="一网统管",
    system="城市运行管理平台",
    purpose="试点、示范的公开数字每天送出一次",
    out=Outgoing(
        ItemFields(
            "当日数字",
            (
                ItemField("day", DAY, "数字的日期", "2026-11-20"),
                ItemField("official_source", TEXT, "全市官方口径的出处", OFFICIAL.source),
                ItemField(
                    "figures",
                    LIST,
                    "每条有name（名称）、value（值）、unit（单位）、note（说明），与公开首页相同",
                    [{"name": "试点", "value": "24", "unit": "个", "note": "已查明名称"}],
                ),
            ),
        ),
        _of_today,
        key_example="figures-2026-11-20",
        is_open=True,
    ),
    rules=("只送公开首页的数字，不含演示城区，不含个人信息。", "每天第一次交换送出当日的数字，当天不重复送。"),
)
