"""What stays together on a line of a paper."""

import pytest

from reports.composition.unbroken import held, kept_in


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("SQ-2024-0001号", ["SQ-2024-0001"]),
        ("期限2025年10月19日前", ["2025年10月19日"]),
        ("面积1,234.50 万m²，占64.9%", ["1,234.50 万m²", "64.9%"]),
        ("八（二）和七（三）4", ["八（二）", "七（三）4"]),
        ("沪建〔2023〕13号，15 / 16", ["〔2023〕13号", "15 / 16"]),
        ("−12.5分，34kgCO₂e/(m²·a)", ["−12.5分", "34kgCO₂e/(m²·a)"]),
        ("3f9a12b4c5d6e7f8 abc", []),
    ],
)
def test_numbers_with_units_days_numbers_of_matters_and_references_stay_together(line, kept):
    assert list(kept_in(line)) == kept


def test_only_what_fits_is_held_together_and_everything_else_is_escaped():
    assert held("<b>2025年10月19日", 60) == '&lt;b&gt;<span class="k">2025年10月19日</span>'
    assert held("2025年10月19日", 10) == "2025年10月19日"
    assert held("人均（tCO₂e）", 40, head=True) == '人均<span class="k">（tCO₂e）</span>'
