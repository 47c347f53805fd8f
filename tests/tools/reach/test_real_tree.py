"""The portal's own tree: each kind of file reaches tests, and what every test passes through reaches no feature."""

from collections import defaultdict
from functools import reduce
from operator import and_

import pytest

from scripts.reach import KEPT, build
from scripts.reach.changes import change_between
from scripts.reach.choosing import chosen_in
from scripts.reach.files import file_node, template_node
from scripts.reach.fixtures import BROWSER
from scripts.reach.store import Store
from scripts.reach.tree import Tree, of_checkout

pytestmark = pytest.mark.area("scripts/reach")  # a new clone reads every file
FEATURES = (
    "assessments.", "approvals.", "beautiful.", "carbon.", "districts.", "indicators.", "obligations.", "operation.", "outreach.",
    "reports.",
)  # fmt: skip
DATA = ("greendistrict/", "portal/", *(feature.replace(".", "/") for feature in FEATURES))
FEWEST_REGISTRIES = 35  # 36 of the portal, and those of libraries


@pytest.fixture(scope="module")
def checkout():
    return of_checkout()


@pytest.fixture(scope="module")
def reach(checkout):
    store = Store(KEPT)
    store.load()
    found = build.reach_of(checkout, store)
    store.save()
    return found


def reaching(reach, *nodes):
    """Test modules that reach all of the nodes."""
    mask = reach.closed.mask(nodes)
    return {path for path, reached in reach.tests.items() if mask & reached == mask} if mask.bit_count() == len(nodes) else set()


def test_what_is_put_into_a_registry_reaches_tests_of_who_reads_it(reach):
    """Tests of a reader are those that reach it and those of its feature; what its own module alone fills and reads is no registry."""
    entries, readers = reach.registries.entries, defaultdict(set)
    for reader, read in reach.registries.readers().items():
        feature = "/".join(reader.removeprefix("greendistrict.").partition(":")[0].split(".")[:-1][:2])
        for registry in {one for entry in read for one in entries[entry]} & reach.registries.targets[reader]:
            readers[registry] |= reaching(reach, reader) | {path for path in reach.tests if path.rpartition("/")[0] == f"tests/{feature}"}
    assert len([registry for registry in readers if not registry.startswith("tests.")]) > FEWEST_REGISTRIES
    tested = {entry: reaching(reach, entry) for entry in entries}
    assert not {(entry, one) for entry, ones in entries.items() for one in ones & readers.keys() if not tested[entry] & readers[one]}


def test_every_template_reaches_a_test(reach):
    assert not [name for name in sorted(reach.files.templates) if not reaching(reach, template_node(name))]


def test_every_static_file_reaches_a_test_that_opens_or_reads_it(reach, checkout):
    files = [path for path in checkout.keys if path.startswith("static/")]
    assert files
    assert not [path for path in files if not reaching(reach, file_node(path), BROWSER) | reaching(reach, f"named:{path}")]


def test_every_data_file_reaches_a_test(reach, checkout):
    files = [path for path in checkout.keys if path.startswith(DATA) and not path.endswith(".py")]
    assert files
    assert not [path for path in files if not reaching(reach, file_node(path))]


def test_a_file_that_nobody_is_known_to_read_chooses_everything(reach, checkout):
    path = "carbon/data/unheard_of.yaml"
    after = Tree(checkout.root, {**checkout.keys, path: "new"}, "made up", {path: "a: b\n"})
    found = chosen_in([reach], change_between(checkout, after, [path]), build.test_modules(checkout))
    assert found.everything == [f"{path}, which no test is known to reach"]
    assert found.reasons.keys() == set(build.test_modules(checkout))


def test_what_every_test_passes_through_reaches_no_feature(reach):
    """Else each change there would choose everything: a hook of ``conftest.py`` once named folders that stood for their templates."""
    everywhere = reduce(and_, reach.tests.values())
    names = [name for name, bit in reach.closed.bits.items() if everywhere >> bit & 1]
    assert not [name for name in names if name.startswith(("page:", "template:", "portal.", *FEATURES))]
    assert not [name for name in names if build.TEST_MODULE.fullmatch(name)], "a table in what every test passes through"
