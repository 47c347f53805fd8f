"""Reports and letters in the table of what the policy says and what the portal adds."""

from collections.abc import Iterator

from greendistrict.policy.provisions import Provision, ProvisionGroup, named_by_text
from greendistrict.policy.types import Policy
from greendistrict.workflow.letters import letter_sources
from reports.jobs.kinds import report_kinds


def _papers(_policy: Policy) -> Iterator[Provision]:
    for kind in report_kinds:
        yield named_by_text(kind.word, kind.named)


def _letters(_policy: Policy) -> Iterator[Provision]:
    for source in letter_sources:
        yield named_by_text(f"{source.model._meta.verbose_name}的文书", None)


PAPERS = ProvisionGroup("报告和材料", _papers)
LETTERS = ProvisionGroup("文书的格式", _letters)
