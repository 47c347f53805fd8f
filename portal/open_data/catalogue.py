"""Catalogue of the open data as DCAT-AP (JSON-LD), which other data portals can harvest."""

from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from greendistrict.core.papers import PORTAL
from portal.open_data.datasets import BOUNDARIES, COUNTS, CSV, DATASETS, GEOJSON, JSON, XLSX, Dataset
from portal.open_data.models import DatasetVersion
from portal.open_data.versions import FORMATS, TYPES, all_versions

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
AUTHORITY = "http://publications.europa.eu/resource/authority/"
FILE_TYPE, CHINESE = f"{AUTHORITY}file-type/", f"{AUTHORITY}language/ZHO"
FILE_TYPES = {CSV: "CSV", JSON: "JSON", XLSX: "XLSX", GEOJSON: "GEOJSON"}
SHANGHAI = "http://www.geonames.org/1796231"
ENVIRONMENT, REGIONS = f"{AUTHORITY}data-theme/ENVI", f"{AUTHORITY}data-theme/REGI"
# Files are made from what the portal holds when they are asked for; published counts are entered when the city publishes them.
CONTINUOUS, IRREGULAR = f"{AUTHORITY}frequency/UPDATE_CONT", f"{AUTHORITY}frequency/IRREG"
UNSTATED = "主管部门尚未公布使用许可，引用请注明出处和日期"


def licence() -> str:
    """Licence stated by the operator in the settings; a text that says so if none is stated."""
    return settings.OPEN_DATA_LICENCE or UNSTATED


def catalogue(absolute: Callable[[str], str]) -> dict[str, Any]:
    """The catalogue; ``absolute`` turns a path into a full URL."""
    address = absolute(reverse("portal:open_data"))
    versions = all_versions()
    publisher = {"@type": "foaf:Agent", "foaf:name": settings.SITE_FOOTER["主办单位"] or PORTAL}
    return {
        "@context": CONTEXT,
        "@id": address,
        "@type": "dcat:Catalog",
        "dct:title": "上海市绿色生态城区开放数据",
        "dct:description": "绿色生态城区试点、示范称号、公告、得分、碳排放和历年公布数的公开数据",
        "dct:language": {"@id": CHINESE},
        "dct:publisher": publisher,
        "foaf:homepage": {"@id": absolute(reverse("portal:home"))},
        "dcat:dataset": [_dataset(one, absolute, publisher, versions[one.key]) for one in DATASETS.values()],
        "dcat:service": [
            {
                "@id": absolute(reverse("portal:ogc_landing")),
                "@type": "dcat:DataService",
                "dct:title": f"{BOUNDARIES.title}（OGC API – Features）",
                "dct:conformsTo": {"@id": "http://www.opengis.net/doc/IS/ogcapi-features-1/1.0"},
                "dcat:endpointURL": {"@id": absolute(reverse("portal:ogc_landing"))},
                "dcat:endpointDescription": {"@id": absolute(reverse("portal:ogc_api"))},
                "dcat:servesDataset": {"@id": absolute(reverse("portal:open_dataset", args=[BOUNDARIES.key]))},
            }
        ],
    }


def _dataset(
    dataset: Dataset, absolute: Callable[[str], str], publisher: dict[str, Any], versions: Sequence[DatasetVersion]
) -> dict[str, Any]:
    address = absolute(reverse("portal:open_dataset", args=[dataset.key]))
    return {
        "@id": address,
        "@type": "dcat:Dataset",
        "dct:identifier": dataset.key,
        "dct:title": dataset.title,
        "dct:description": dataset.about,
        "dct:language": {"@id": CHINESE},
        "dct:publisher": publisher,
        "dct:spatial": {"@id": SHANGHAI},
        "dct:license": _licence(),
        "dct:accrualPeriodicity": {"@id": IRREGULAR if dataset is COUNTS else CONTINUOUS},
        "dcat:theme": [{"@id": ENVIRONMENT}, *([{"@id": REGIONS}] if dataset is BOUNDARIES else [])],
        "dcat:contactPoint": _contact(publisher["foaf:name"], absolute),
        "dcat:landingPage": {"@id": address},
        **_versions(dataset, absolute, versions),
        "dcat:distribution": [
            {
                "@type": "dcat:Distribution",
                "dct:title": f"{dataset.title}（{kind.upper()}）",
                "dct:format": {"@id": f"{FILE_TYPE}{FILE_TYPES[kind]}"},
                "dcat:mediaType": TYPES[kind].partition(";")[0],
                "dcat:accessURL": {"@id": address},
                "dcat:downloadURL": {"@id": absolute(reverse("portal:open_data_file", args=[dataset.key, kind]))},
                "dct:license": _licence(),
            }
            for kind in dataset.formats
        ],
    }


def _licence() -> dict[str, str]:
    return {"@type": "dct:LicenseDocument", "dct:description": licence()}


def _contact(publisher: str, absolute: Callable[[str], str]) -> dict[str, Any]:
    """The office that the guide names for questions, as far as the operator has stated it; else the publisher and its pages."""
    office = settings.CONTACT_OFFICE
    ways = {"vcard:hasTelephone": ("tel:", office["电话"]), "vcard:hasEmail": ("mailto:", office["邮箱"])}
    return {
        "@type": "vcard:Organization",
        "vcard:fn": office["处室"] or publisher,
        "vcard:hasURL": {"@id": absolute(reverse("portal:home"))},
        **{key: {"@id": f"{scheme}{''.join(way.split())}"} for key, (scheme, way) in ways.items() if way},
    }


def _versions(dataset: Dataset, absolute: Callable[[str], str], versions: Sequence[DatasetVersion]) -> dict[str, Any]:
    """Version properties of a dataset (DCAT 3, Versioning), newest first."""
    if not versions:
        return {}

    def address(version: DatasetVersion) -> str:
        return absolute(reverse("portal:open_version", args=[dataset.key, version.number]))

    told = []
    for version, before in zip_longest(versions, versions[1:]):
        told.append(
            {
                "@id": address(version),
                "@type": "dcat:Dataset",
                "dct:title": f"{dataset.title}（第{version.number}版）",
                "dct:description": dataset.about,
                "dcat:version": str(version.number),
                "dct:issued": _moment(version),
                "dcat:landingPage": {"@id": address(version)},
                **({"dcat:previousVersion": {"@id": address(before)}} if before else {}),
                "dcat:distribution": [_file(dataset, version, kind, absolute) for kind in FORMATS[dataset.key]],
            }
        )
    current = {"@id": told[0]["@id"]}
    newest = {"dcat:version": str(versions[0].number), "dct:modified": _moment(versions[0])}
    return {**newest, "dcat:hasCurrentVersion": current, "dcat:hasVersion": told}


def _moment(version: DatasetVersion) -> dict[str, str]:
    return {"@type": "xsd:dateTime", "@value": timezone.localtime(version.made_at).isoformat(timespec="seconds")}


def _file(dataset: Dataset, version: DatasetVersion, kind: str, absolute: Callable[[str], str]) -> dict[str, Any]:
    algorithm = {"@id": "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"}
    checksum = {"@type": "spdx:Checksum", "spdx:algorithm": algorithm, "spdx:checksumValue": version.digest}
    return {
        "@type": "dcat:Distribution",
        "dct:title": f"{dataset.title}（第{version.number}版，{kind.upper()}）",
        "dct:format": {"@id": f"{FILE_TYPE}{FILE_TYPES[kind]}"},
        "dcat:mediaType": TYPES[kind].partition(";")[0],
        "dcat:accessURL": {"@id": absolute(reverse("portal:open_version", args=[dataset.key, version.number]))},
        "dcat:downloadURL": {"@id": absolute(reverse("portal:open_version_file", args=[dataset.key, version.number, kind]))},
        "dct:license": _licence(),
        **({"spdx:checksum": checksum} if kind in {JSON, GEOJSON} else {}),
    }
