"""Write the forms of all adapters into docs/adapters.md, from their declarations: ``python -m scripts.adapters_table``."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import django

DOCUMENT = Path(__file__).parent.parent / "docs/adapters.md"
BEGIN, END = "<!-- forms: begin -->\n", "<!-- forms: end -->\n"


def sections() -> str:
    """The forms of every adapter as Markdown."""
    from portal.adapters.catalogue import ADAPTERS  # noqa: PLC0415 -- after setup
    from portal.adapters.declaration import Adapter  # noqa: PLC0415 -- after setup

    def lines(one: Adapter) -> Iterator[str]:
        yield f"### {one.name}: `{one.setting}`\n"
        yield f"{one.system}：{one.purpose}。\n"
        yield from (f"- {rule}" for rule in one.rules)
        for way, part in one.ways:
            yield f"\n**{way}：{part.form.title}** {part.form.note}\n\n| field | type | unit | required | meaning |\n|---|---|---|---|---|"
            if way == "收入":
                yield "| `key` | 文字 |  | yes | 对方的编号，一条一个，收过的不再收 |"
            for field in part.form.fields:
                yield f"| `{field.name}` | {field.words} | {field.unit} | {'yes' if field.is_required else ''} | {field.meaning} |"
            yield f"\n```json\n{json.dumps(part.example(one.key), ensure_ascii=False, indent=2)}\n```"
        yield ""

    return "\n".join(line for one in ADAPTERS.values() for line in lines(one))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "greendistrict.settings")
    django.setup()
    head, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
    DOCUMENT.write_text(f"{head}{BEGIN}{sections()}{END}{rest.partition(END)[2]}", encoding="utf-8")
