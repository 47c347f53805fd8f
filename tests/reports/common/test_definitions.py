"""What a report says that a figure means is what the figure counts."""

from districts.common.enums import Acquisition
from districts.plots.selectors.as_of_day import SUPPLIED
from reports.common.definitions import CITY_MEANINGS, DISTRICT_MEANINGS, EXAMINATION_MEANINGS


def test_land_of_ones_own_is_not_called_granted_or_allocated():
    assert set(Acquisition) - set(SUPPLIED) == {Acquisition.OWN}
    every = [*CITY_MEANINGS.items(), *DISTRICT_MEANINGS.items(), *EXAMINATION_MEANINGS.items()]
    about = {key: meaning.words for key, meaning in every if "出让" in key + meaning.words}
    assert set(about) == {"plots_granted", "已出让或划拨地块"}
    assert [key for key, words in about.items() if "自有土地不计" not in words] == []
