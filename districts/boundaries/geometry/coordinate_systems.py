"""Coordinate systems: accepted ones, detection from a file, messages about others.

The system is stated in the file, named by the user, or fixed by the format's standard (KML, GeoJSON); it is never guessed. Only WGS84 and
CGCS2000, in plane or geographic coordinates, are accepted: they agree to within a decimetre, while older and local systems cannot be
converted without secret parameters. GCJ-02 is WGS84 with a known shift, which ``readings`` takes back.
"""

import pyproj
from pyproj.exceptions import CRSError

from districts.boundaries.geometry.boundary_file import BoundaryError
from districts.common.coordinate_systems import GCJ02, NOT_TAKEN, SYSTEMS

WGS84 = "EPSG:4326"
BY_STANDARD = "（文件未写明，GeoJSON按RFC 7946即WGS84）"
AXIS, FLATTENING = 6378137.0, 298.257  # of the ellipsoids of both, which differ in the ninth digit
DEGREE = 0.0174532925  # radians
TINY = 1e-6
DATUMS = ("wgs84", "wgs1984", "worldgeodeticsystem1984", "china2000", "chinageodeticcoordinatesystem2000", "cgcs2000", "4326", "4490")


def chosen(key: str) -> pyproj.CRS | None:
    """System named by the user; None if the file states it. Raises ``BoundaryError`` for an unsupported one."""
    if key in NOT_TAKEN:
        msg = f"不收{NOT_TAKEN[key]}的坐标，请用测绘软件换算成WGS84或CGCS2000后再上传"
        raise BoundaryError(msg, field="system")
    if key == GCJ02:
        return pyproj.CRS.from_user_input(WGS84)  # which it is a shift of
    return pyproj.CRS.from_user_input(key) if key in SYSTEMS else None


def of_text(text: str) -> pyproj.CRS:
    """System given in a file by name, EPSG number or WKT. Raises ``BoundaryError`` if it is unknown or unsupported."""
    try:
        system = pyproj.CRS.from_user_input(text.strip())
    except CRSError as error:
        msg = f"认不出文件写明的坐标系“{text.strip()[:60]}”，请换成WGS84或CGCS2000后再上传"
        raise BoundaryError(msg) from error
    datum = str(system.datum.name if system.datum else "")
    plain = "".join(letter for letter in datum.casefold() if letter.isalnum()).removeprefix("d")
    if not any(plain.startswith(known) for known in DATUMS):
        msg = f"文件的坐标系是{system.name}（{datum}），不收这一坐标系，请换算成WGS84或CGCS2000后再上传"
        raise BoundaryError(msg)
    if odd := _oddity(system):
        msg = f"文件写明的坐标系{odd}，不是WGS84或CGCS2000原来的，请换算后再上传"
        raise BoundaryError(msg)
    return system


def _oddity(system: pyproj.CRS) -> str:
    """What a system has otherwise than the one whose datum it names; empty for nothing."""
    ellipsoid, meridian = system.ellipsoid, system.prime_meridian
    if ellipsoid and (abs(ellipsoid.semi_major_metre - AXIS) > 1 or abs(ellipsoid.inverse_flattening - FLATTENING) > 0.01):  # noqa: PLR2004 -- of them
        return f"的椭球是{ellipsoid.name}"
    if meridian and abs(meridian.longitude) > TINY:
        return f"从{meridian.name}起算经度"
    if system.is_geographic and any(abs(axis.unit_conversion_factor - DEGREE) > TINY for axis in system.axis_info[:2]):
        return "的单位不是度"
    shift = system.coordinate_operation if system.is_bound else None
    return "另有平移或旋转参数" if shift and any(shift.towgs84) else ""


def settled(in_file: pyproj.CRS | None, named: pyproj.CRS | None) -> pyproj.CRS:
    """The system stated in the file or named by the user. Raises ``BoundaryError`` if neither is given or they differ."""
    if in_file is None:
        if named is None:
            msg = "文件没有写明坐标系，请在“坐标系”里选定后再上传"
            raise BoundaryError(msg, field="system")
        return named
    if named is not None and not _same(in_file, named):
        msg = f"文件写明的坐标系是{in_file.name}，与所选的{named.name}不一致，请核对"
        raise BoundaryError(msg, field="system")
    return in_file


def _same(one: pyproj.CRS, other: pyproj.CRS) -> bool:
    """Whether coordinates mean the same in both systems; degrees of WGS84 and CGCS2000 do."""
    if one.is_geographic and other.is_geographic:
        return True
    return bool(one.equals(other, ignore_axis_order=True)) or one.to_epsg() == other.to_epsg()


def words(system: pyproj.CRS) -> str:
    """Name of the system on pages."""
    code = system.to_epsg()
    return SYSTEMS.get(f"EPSG:{code}", system.name)
