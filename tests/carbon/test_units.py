from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon.units import (
    NAMES,
    HeatingValue,
    UnfitUnitError,
    Unit,
    UnknownUnitError,
    convert,
    factor_unit_of,
    heat_unit_of,
    lacks_heating_value,
    measures_same,
    unit_of,
    unit_words,
)

UNITS = st.builds(Unit, st.sampled_from(sorted(NAMES)), st.sampled_from((1, 1000, 10_000, 10**8)))
AMOUNTS = st.fractions(min_value=0, max_value=10**12)


@given(AMOUNTS, UNITS, UNITS)
def test_there_and_back_is_the_same_amount(amount, one, other):
    if measures_same(one, other):
        assert convert(convert(amount, one, other), other, one) == amount
    else:
        with pytest.raises(UnfitUnitError):
            convert(amount, one, other)


@pytest.mark.parametrize(("unit", "to", "is_given", "lacks"), [
    ("t", "GJ", False, True), ("万m3", "kWh", False, True), ("t", "GJ", True, False), ("kWh", "GJ", False, False),
    ("kWh", "GJ", True, False), ("t", "kg", False, False), ("t", "m3", False, False), ("t", "m3", True, False),
])  # fmt: skip
def test_only_what_is_to_become_energy_lacks_a_heating_value(unit, to, is_given, lacks):
    heating = HeatingValue(Decimal(20), Unit("GJ"), Unit("t")) if is_given else None
    assert lacks_heating_value(unit_of(unit), unit_of(to), heating) is lacks


def test_errors_name_what_was_asked_for():
    assert Unit("GJ") == unit_of("GJ"), "made without a count it is the unit itself"
    with pytest.raises(UnknownUnitError, match=r"^MJ$"):
        heat_unit_of("MJ")
    with pytest.raises(UnfitUnitError, match=r"^万kWh t$"):
        convert(Fraction(1), unit_of("万kWh"), unit_of("t"))


@given(UNITS)
def test_a_unit_is_read_as_it_is_written(unit):
    assert unit_of(str(unit)) == unit


@pytest.mark.parametrize(("typed", "shown"), [
    (" 万m3 ", "万m³"), ("万m³", "万m³"), ("kWh", "kWh"), ("kgCO2e / kWh", "kgCO₂e/kWh"), ("tCO2e/万m3", "tCO₂e/万m³"), ("MJ/m³", "MJ/m³"),
    ("万ｋｗｈ", "万kWh"), ("万度", "万kWh"), ("tCO2e/吨", "tCO₂e/t"), ("万kVA", "万kVA"), ("tCO2e/", "tCO2e/"), ("", ""),
])  # fmt: skip
def test_a_unit_is_shown_in_one_form_and_what_is_none_as_typed(typed, shown):
    assert unit_words(typed) == shown


@pytest.mark.parametrize(("amount", "unit", "to", "found"), [
    (1, "万kWh", "GJ", 36), (1, "MWh", "kWh", 1000), (1, "tce", "GJ", Decimal("29.3076")), (1, "万tce", "MWh", 81_410),
    (1000, "kgce", "tce", 1), (1, "万m³", "L", 10_000_000), (1, "GJ", "kWh", Fraction(2500, 9)), (2500, "g", "kg", Decimal("2.5")),
])  # fmt: skip
def test_known_conversions(amount, unit, to, found):
    assert convert(Fraction(amount), unit_of(unit), unit_of(to)) == Fraction(found)


def test_a_volume_becomes_energy_by_its_heating_value_alone():
    gas = HeatingValue(Decimal("38.931"), *heat_unit_of("MJ/m3"))
    assert convert(Fraction(1), unit_of("万m3"), unit_of("GJ"), gas) == Fraction("389.31")
    with pytest.raises(UnfitUnitError):
        convert(Fraction(1), unit_of("m3"), unit_of("GJ"))
    with pytest.raises(UnfitUnitError):
        convert(Fraction(1), unit_of("t"), unit_of("GJ"), gas)


@pytest.mark.parametrize(("read", "error", "texts"), [
    (unit_of, UnknownUnitError, ["", "万", "kVA", "升水", "万万kWh", "wankWh", "kWh*2", "kWh/m3", "度数", "t**2", "kkWh"]),
    (factor_unit_of, UnknownUnitError, ["tCO2/kWh", "kWh/kgCO2e", "kgCO2e", "kgCO2e/", "gCO2e/kWh", "kgCO2e/kWh/m3"]),
    (heat_unit_of, UnfitUnitError, ["m3/MJ", "MJ/GJ", "t/m3"]),
])  # fmt: skip
def test_nothing_else_is_a_unit_of_an_amount_of_a_factor_or_of_heat_per_volume_or_mass(read, error, texts):
    for text in texts:
        with pytest.raises(error):
            read(text)
