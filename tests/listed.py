"""Rows of a list that is drawn from declared columns, as its page shows them."""

import re


def listed(page):
    """Rows of the list on an answered page: words of the cells by their heads."""
    lines = page.content.decode().split("<tr>")[1:]
    rows = [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)] for row in lines]
    return [dict(zip(rows[0], (cell.removesuffix(" 演示数据") for cell in row), strict=True)) for row in rows[1:]]
