"""A real clamd with a signature database of its own: two lines, for freshclam reaches nothing here."""

import shutil
import subprocess
from pathlib import Path

from greendistrict.processes import until

EICAR = (r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE!$H+H*").encode()  # in one piece it is found on our disks
VIRUS = b"GD-STANDS-FOR-A-VIRUS"  # inside an otherwise harmless PDF
CONFIGURATION = """LocalSocket {folder}/clamd.sock
DatabaseDirectory {folder}/database
LogFile {folder}/clamd.log
StreamMaxLength 60M
MaxFileSize 60M
Foreground yes
"""


class OwnScanner:
    """clamd on a socket of its own, which a test may end and start again."""

    def __init__(self, folder: Path):
        self.folder, self.process = folder, None
        self.address = f"unix://{folder}/clamd.sock"
        (folder / "database").mkdir()
        signatures = [f"Eicar-Test:0:*:{EICAR.hex()}", f"GD-Test:0:*:{VIRUS.hex()}"]
        (folder / "database" / "own.ndb").write_text("".join(f"{line}\n" for line in signatures))
        (folder / "clamd.conf").write_text(CONFIGURATION.format(folder=folder))

    def start(self) -> None:
        program = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")
        assert program, "no clamd: run scripts/setup.py --browser"
        command = [program, f"--config-file={self.folder}/clamd.conf"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert until((self.folder / "clamd.sock").exists, 30), (self.folder / "clamd.log").read_text()

    def end(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)
            self.process = None
