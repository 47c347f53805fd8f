"""Files that nobody here made, at the doors of the portal, each with what comes of it: taken, asked about, or refused with its reason.

What they are stands in ``package_files.yaml``: test data and templates of installed packages as they come, and templates of LibreOffice
as its own programs save them in the formats that people send. The wheels of openpyxl, pikepdf, pypdf, shapely, calamine and WeasyPrint
bring no test files, so there are none of theirs. A file that is not installed fails its test, which says how it comes.
"""

import zipfile
from functools import cache
from http import HTTPStatus
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

import lxml.html
import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factories.approvals import Filing
from tests.word.office import converted

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
LISTED = Path(__file__).with_name("package_files.yaml")
FILES = yaml.safe_load(LISTED.read_text(encoding="utf-8"))
OFFICE = Path("/usr/lib/libreoffice")
SIDECARS = (".shp", ".dbf", ".shx", ".prj", ".cpg")


@cache
def root(package):
    """Folder of an installed package."""
    if package == "libreoffice":
        return OFFICE
    found = find_spec(package)
    origin = found.origin if found else None
    assert origin, f"{package} is missing: sh scripts/setup.sh"
    return Path(origin).parent


def source(one):
    path = root(one["package"]) / one["file"]
    assert path.exists(), f"{path} is missing: sh scripts/setup.sh --office"
    return path


def as_it_comes(one):
    """The file; of a shapefile its parts in a zip, of two parts of a drawing the drawing."""
    path = source(one)
    if path.suffix == ".shp":
        out = BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for ending in SIDECARS:
                archive.write(path.with_suffix(ending), path.with_suffix(ending).name)
        return f"{path.stem}.zip", out.getvalue()
    return path.name, path.read_bytes()


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """Templates of LibreOffice as it saves them, by (file, format): one start for each kind of document and format."""
    wanted = {}
    for one in FILES:
        if "saved" in one:
            wanted.setdefault((Path(one["file"]).suffix[1:], one["saved"]), {})[one["file"]] = source(one).read_bytes()
    made = {}
    for (given, ending), documents in wanted.items():
        folder = tmp_path_factory.mktemp(f"{given}-{ending}")
        made |= {(name, ending): content for name, content in converted(folder, documents, given=given, to=ending).items()}
    return made


@pytest.fixture
def district(settings, tmp_path, client):
    settings.MEDIA_ROOT = tmp_path
    filing = Filing()
    filing.case.documents.all().delete()
    client.force_login(filing.people.preparer)
    return filing.case.district


def doors(district):
    extent = {"kind": "plan", "system": "", "reason": "首次", "map_number": ""}
    return {
        "evidence": (reverse("approvals:case_files", args=[district.cases.get().pk]), "upload", {"slot": "other", "title": ""}),
        "plots": (f"{reverse('districts:district_list')}{district.code}/plots/import/", "workbook", {}),
        "boundary": (reverse("districts:boundary_list", args=[district.code]), "file", extent),
        "readings": (reverse("carbon:reading_upload", args=[district.code]), "file", {}),
    }


def told(answer):
    """What a page says is wrong, without its frame."""
    page = lxml.html.fromstring(answer.content)
    marked = page.xpath("//*[contains(@class, 'gd-field-error') or contains(@class, 'gd-note-red') or contains(@class, 'gd-error')]")
    return " ".join(" ".join(one.text_content() for one in marked).split())


def outcome(client, door, answer):
    """What comes of a file: taken, or what the page says of it; a file of readings is kept and asked about on a page of its own."""
    if door == "readings" and answer.status_code == HTTPStatus.FOUND:
        page = client.get(answer.url)
        return told(page) if page.context["asked"].asks_heads and not page.context["seen"].get("lines") else "taken"
    return "taken" if answer.status_code in {HTTPStatus.FOUND, HTTPStatus.OK} else told(answer)


def label(one):
    return f"{one['door']} {Path(one['file']).name}{' as ' + one['saved'] if 'saved' in one else ''}"


@pytest.mark.parametrize("one", FILES, ids=label)
def test_each_file_comes_to_what_is_said_of_it(one, client, district, saved):
    if "saved" in one:
        name, content = f"{Path(one['file']).stem}.{one['saved']}", saved[one["file"], one["saved"]]
    else:
        name, content = as_it_comes(one)
    address, field, data = doors(district)[one["door"]]
    answer = client.post(address, {**data, field: SimpleUploadedFile(name, content)})
    found = outcome(client, one["door"], answer)
    assert answer.status_code < 500
    assert ("taken" if found == "taken" else "not") == ("taken" if one["is"] == "taken" else "not"), found
    assert one.get("because", "") in found


def test_they_are_sixty_or_more_of_every_outcome():
    assert len(FILES) >= 60
    assert {one["is"] for one in FILES} == {"taken", "asked", "refused"}
    assert all("because" in one for one in FILES if one["is"] != "taken")
    assert len({(one["package"], one["file"]) for one in FILES}) >= 60, "files, not the same one many times"
