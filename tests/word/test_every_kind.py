"""Every kind of paper and every letter in Word, as LibreOffice opens it: without a repair, and with the words of the paper."""

import re
from contextlib import nullcontext

import pytest

from greendistrict.core import clock
from reports.composition.enums import FileFormat
from reports.composition.printed import texts_of
from reports.composition.services import made_of
from reports.jobs.kinds import report_kinds
from reports.jobs.models import ExportJob
from reports.letters.services import composition_of
from tests.factories.received import at
from tests.reports.letters.test_files import CODE, in_pdf, plain
from tests.reports.letters.test_words import KINDS
from tests.reports.letters.world import every_letter
from tests.reports.matters.test_command import WORLDS, asked_of, built, lacking, of_the_city, told
from tests.word.office import converted

pytestmark = [pytest.mark.long, pytest.mark.django_db]
HYPHENS = re.compile("[-\x02\ufffe]")  # PDFium reads one at the end of a line as one of the others


@pytest.mark.parametrize("world", WORLDS, ids=told)
def test_words_of_a_paper_are_in_its_word_document(world, tmp_path):
    user, subjects = asked_of(world)
    with clock.at(at(2027, 4, 9)) if world is of_the_city else nullcontext():
        jobs, documents = {}, {}
        for kind, subject in subjects.items():
            if FileFormat.DOCX in report_kinds.by_key[kind].formats:
                about = subject if isinstance(subject, list) else [f"--subject={subject}"]
                [path] = built(kind, *about, f"--by={user.username}", "--format=docx", f"--out={tmp_path / kind}")
                jobs[kind], documents[kind] = ExportJob.objects.filter(kind=kind).latest("pk"), path.read_bytes()
        missing = {kind: lacking(content, jobs[kind]) for kind, content in converted(tmp_path, documents).items()} if documents else {}
    assert {kind: texts for kind, texts in missing.items() if texts} == {}


def test_words_of_each_letter_are_in_its_word_document(tmp_path):
    letters = every_letter()
    assert {name.rpartition(":")[2] for name in letters} == KINDS
    papers = {name: composition_of(letter, is_demo=True) for name, letter in letters.items()}
    documents = {name: made_of(paper, code=CODE, formats=["docx"])["docx"] for name, paper in papers.items()}
    missing = {}
    for name, content in converted(tmp_path, documents).items():
        said, paper = HYPHENS.sub("", in_pdf(content)), papers[name]
        wanted = [HYPHENS.sub("", plain(text)) for text in texts_of(paper) if text not in paper.all_marks]
        missing[name] = [text for text in wanted if text not in said]
    assert {name: texts for name, texts in missing.items() if texts} == {}
