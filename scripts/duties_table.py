"""Prints the table of duties of docs/obligations.md from the declarations."""

import sys
from pathlib import Path


def table() -> str:
    """The table as Markdown, one row per declaration in the order of the design."""
    from greendistrict.policy.duty_table import TOLD  # noqa: PLC0415 -- after the path is set

    head = "| key | 事项 | 义务人 → 相对人 | 期限 | 完成的记录 | 依据 | 提醒 |\n|---|---|---|---|---|---|---|\n"
    lines = []
    for row in TOLD:
        how = "仅关注" if row.is_watch else {"none": "不催办"}.get(row.rungs, row.rungs)
        lines.append(f"| `{row.key}` | {row.label} | {row.debtor} → {row.creditor} | {row.due} | {row.met_by} | {row.cite} | {how} |")
    return head + "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    sys.stdout.write(table())
