"""Coordinate systems offered in forms; needs no GIS libraries."""

SYSTEMS = {
    "EPSG:4326": "WGS84经纬度",
    "EPSG:4490": "CGCS2000经纬度",
    "EPSG:4549": "CGCS2000高斯平面，中央经线120°，不带带号",
    "EPSG:4528": "CGCS2000高斯平面，3度带40带，带带号",
    "EPSG:4550": "CGCS2000高斯平面，中央经线123°，不带带号",
    "EPSG:4529": "CGCS2000高斯平面，3度带41带，带带号",
    "EPSG:32651": "WGS84 UTM 51N",
}
NOT_TAKEN = {
    "gcj02": "GCJ-02（高德、腾讯地图）",
    "bd09": "BD-09（百度地图）",
    "local": "上海2000、上海城建坐标等地方坐标系",
    "old": "北京54、西安80",
}
CHOICES = [("", "以文件写明的为准"), *SYSTEMS.items(), *NOT_TAKEN.items()]
