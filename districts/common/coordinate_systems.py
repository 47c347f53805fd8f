"""Coordinate systems offered in forms, and how the coordinates of a file can be meant; needs no GIS libraries."""

SYSTEMS = {
    "EPSG:4326": "WGS84经纬度",
    "EPSG:4490": "CGCS2000经纬度",
    "EPSG:4549": "CGCS2000高斯平面，中央经线120°，不带带号",
    "EPSG:4528": "CGCS2000高斯平面，3度带40带，带带号",
    "EPSG:4550": "CGCS2000高斯平面，中央经线123°，不带带号",
    "EPSG:4529": "CGCS2000高斯平面，3度带41带，带带号",
    "EPSG:32651": "WGS84 UTM 51N",
}
GCJ02 = "gcj02"  # no datum but a shift of WGS84 by a known formula, which can be taken back to about a metre
NOT_TAKEN = {
    "bd09": "BD-09（百度地图）",
    "local": "上海2000、上海城建坐标等地方坐标系",
    "old": "北京54、西安80",
}
CHOICES = [("", "以文件写明的为准"), *SYSTEMS.items(), (GCJ02, "GCJ-02（高德、腾讯地图），换算成WGS84"), *NOT_TAKEN.items()]

AS_IS, SWAPPED, SWAPPED_GCJ02 = "as_is", "swapped", "swapped_gcj02"
READINGS = {
    AS_IS: "照原样",
    GCJ02: "作GCJ-02（高德、腾讯地图），换算成WGS84",
    SWAPPED: "横纵坐标对调",
    SWAPPED_GCJ02: "横纵坐标对调，作GCJ-02（高德、腾讯地图），换算成WGS84",
}
TURNED = (SWAPPED, SWAPPED_GCJ02)
