"""One small PDF of the portal's kind and one certificate authority for all tests of signatures in a process."""

import pytest

from reports.common import render
from tests.reports.signing.pki import PASSWORD, authority

HTML = '<html lang="zh-CN"><head><title>演示报告（虚构）</title></head><body><h1>总体情况</h1><p>正文。</p></body></html>'


@pytest.fixture(scope="session")
def paper():
    return render.from_html(HTML)


@pytest.fixture(scope="session")
def _authority(tmp_path_factory):
    yield from authority(tmp_path_factory.mktemp("pki"))


@pytest.fixture
def pki(_authority, settings):
    """The portal trusts it and signs with its good key; timestamps are off."""
    settings.SIGNING_ROOTS = [_authority.root]
    settings.SIGNING_P12 = _authority.key("good")
    settings.SIGNING_PASSWORD = PASSWORD
    _authority.asked.clear()
    _authority.away.clear()
    return _authority
