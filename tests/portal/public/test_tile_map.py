from districts.common.city_grid import GRID
from portal.public.tile_map import MapDistrict, tile_map


def test_sixteen_tiles_that_do_not_overlap():
    taken = [(column + right, row + down) for _, column, row, wide, high in GRID.values() for right in range(wide) for down in range(high)]
    assert len(GRID) == 16
    assert len(taken) == len(set(taken))


def test_places_stand_in_their_tile_and_the_rest_is_counted():
    tiles = {tile.name: tile for tile in tile_map([MapDistrict("310109", f"城区{number}", "pilot") for number in range(5)])}
    tile = tiles["虹口区"]
    assert [mark.name for mark in tile.marks] == ["城区0", "城区1"]
    assert tile.more == 3
    assert all(tile.y < mark.y < tile.y + tile.height for mark in tile.marks)
    assert tiles["崇明区"].marks == ()


def test_long_names_are_cut_and_kept_whole_in_the_title():
    tile = next(tile for tile in tile_map([MapDistrict("310115", "张江科学城国际社区起步区", "demo")]) if tile.marks)
    assert tile.marks[0].short.endswith("…")
    assert tile.marks[0].name == "张江科学城国际社区起步区"
    assert tile.marks[0].words == "示范"


def test_unknown_codes_are_left_out():
    assert not any(tile.marks for tile in tile_map([MapDistrict("990000", "演示城区", "pilot")]))
