"""LibreOffice as the tests of Word documents run it."""

import shutil
import subprocess


def converted(folder, documents):
    """PDF of each Word document by name, made by one start of LibreOffice with a profile of its own."""
    program = shutil.which("soffice")
    assert program, "soffice is missing: sh scripts/setup.sh --office"
    numbered = {name: f"{number}" for number, name in enumerate(documents)}
    for name, content in documents.items():
        (folder / f"{numbered[name]}.docx").write_bytes(content)
    files = [str(folder / f"{number}.docx") for number in numbered.values()]
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *files]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
    assert "Error" not in done.stderr, done.stderr
    return {name: (folder / f"{number}.pdf").read_bytes() for name, number in numbered.items()}
