"""LibreOffice as the tests of Word documents and workbooks run it."""

import shutil
import subprocess


def converted(folder, documents, *, given="docx", to="pdf"):
    """Each document by name in another format, made by one start of LibreOffice with a profile of its own."""
    program = shutil.which("soffice")
    assert program, "soffice is missing: sh scripts/setup.sh --office"
    (folder / "given").mkdir()
    numbered = {name: f"{number}" for number, name in enumerate(documents)}
    for name, content in documents.items():
        (folder / "given" / f"{numbered[name]}.{given}").write_bytes(content)
    files = [str(folder / "given" / f"{number}.{given}") for number in numbered.values()]
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", to, "--outdir", str(folder), *files]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
    assert "Error" not in done.stderr, done.stderr
    return {name: (folder / f"{number}.{to}").read_bytes() for name, number in numbered.items()}
