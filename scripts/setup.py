"""Install everything a fresh Debian or Ubuntu machine lacks: system packages, ``.venv``, Python and npm packages.

``setup.py [--browser] [--office] [--html] [--pdfs]``: ``--browser`` also installs Chromium for the browser tests, SoftHSM for signature
tests, clamd and nginx for tests of files, HAProxy and PgBouncer for those of several hosts, and the tools for tests of scripts;
``--office`` LibreOffice for the tests of documents; ``--html`` Java and the checker of the HTML standard; ``--pdfs`` the PDFs that
packages ship with their source. Finished steps are recorded in stamp files, so that a second run takes a fraction of a second.
Uses the standard library only.
"""

import argparse
import ctypes
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements" / "dev.txt"
SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so")
APT_WAIT_SECONDS = 900
APT_PAUSE_SECONDS = 5.0
APT_BUSY = ("Could not get lock", "Unable to acquire the dpkg frontend lock", "Unable to lock", "is held by process")
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OFFICE_PARTS = tuple(Path(f"/usr/lib/libreoffice/program/{name}") for name in ("libswlo.so", "libsclo.so"))
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz.so.0": "libharfbuzz0b",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",  # without it one page of Chinese text takes 43 s instead of half a second
}


def say(text: str) -> None:
    """Print one line of progress."""
    print(f"set-up: {text}", flush=True)


def fail(text: str) -> None:
    """Exit with one line."""
    sys.exit(f"set-up: {text}")


# --- system packages ---------------------------------------------------------------------------------------------------


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _chinese_font() -> bool:
    program = shutil.which("fc-list")
    if program is None:
        return False
    done = subprocess.run([program, ":lang=zh-cn", "family"], capture_output=True, check=False)
    return bool(done.stdout.strip())


def _pip_for_venv() -> bool:
    try:
        import ensurepip  # noqa: F401, PLC0415 -- Debian splits it off into python3-venv
        import venv  # noqa: F401, PLC0415 -- checks whether it exists
    except ImportError:
        return False
    return True


def missing_packages() -> list[str]:
    """Debian packages that this machine lacks, without the browser."""
    wanted = [package for library, package in LIBRARIES.items() if not _loads(library)]
    if not _chinese_font():
        wanted += ["fontconfig", "fonts-noto-cjk"]
    if not PYTHON.exists() and not _pip_for_venv():
        wanted.append(f"python{sys.version_info.major}.{sys.version_info.minor}-venv")
    return wanted


def _apt_prefix(packages: list[str]) -> list[str]:
    """Prefix for ``apt-get`` that gives the necessary rights; exits with the command to run if there is none."""
    order = f"请运行：sudo apt-get update && sudo apt-get install -y {' '.join(packages)}"
    if shutil.which("apt-get") is None:
        fail(f"缺少系统软件包 {' '.join(packages)}，本机没有 apt-get，请用本机的软件包管理器安装")
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    fail(f"缺少系统软件包，当前用户无权安装。{order}")
    return []


def _apt(command: list[str]) -> str:
    """Run apt-get; wait while another one holds the lock. Returns "" or the output of a failure."""
    limit = time.monotonic() + APT_WAIT_SECONDS
    environment = {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
    while True:
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        said = done.stdout + done.stderr
        if done.returncode == 0:
            return ""
        if not any(word in said for word in APT_BUSY) or time.monotonic() > limit:
            return said
        say("另一个 apt 正在运行，等待它结束 …")
        time.sleep(APT_PAUSE_SECONDS)


def try_packages(packages: list[str]) -> str:
    """Install with apt as root or through ``sudo -n``; otherwise exit with the command to run. Returns "" or apt's output on failure."""
    prefix = _apt_prefix(packages)
    say(f"installing {' '.join(packages)}")
    install = [*prefix, "apt-get", "install", "-y", "--no-install-recommends", *packages]
    if not _apt(install):
        return ""
    # The package lists of a fresh machine are missing or outdated.
    _apt([*prefix, "apt-get", "update"])
    return _apt(install)


def install_packages(packages: list[str]) -> None:
    """Install, or exit with the command to run."""
    if said := try_packages(packages):
        print(said[-2000:], file=sys.stderr)
        fail(f"无法安装 {' '.join(packages)}；请运行：sudo apt-get update && sudo apt-get install -y {' '.join(packages)}")


def system_packages() -> None:
    """Install pango, a Chinese font and venv if missing."""
    if missing := missing_packages():
        install_packages(missing)
        still = [name for name in missing_packages() if not name.endswith("-venv")]
        if still:
            fail(f"安装后仍缺少 {' '.join(still)}")


def browser_package() -> None:
    """Install Chromium if missing; the headless version, if the system has one, halves the processor time of the tests."""
    if any(shutil.which(name) for name in BROWSERS):
        return
    if try_packages(["chromium-headless-shell"]):
        install_packages(["chromium"])
    if not any(shutil.which(name) for name in BROWSERS):
        fail("安装后仍缺少 chromium")


def token_package() -> None:
    """Install SoftHSM, the token of the signature tests, if missing."""
    if not SOFTHSM.exists():
        install_packages(["softhsm2"])
        if not SOFTHSM.exists():
            fail("安装后仍缺少 softhsm2")


def scanner_package() -> None:
    """Install clamd if missing; the upload tests start it with their own signatures."""

    def is_there() -> bool:
        return bool(shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin"))

    if not is_there():
        install_packages(["clamav-daemon"])
        if not is_there():
            fail("安装后仍缺少 clamav-daemon")


def gateway_packages() -> None:
    """Install what stands in front of web and database if missing: nginx, HAProxy, PgBouncer; tests try their files with them."""

    def missing() -> list[str]:
        wanted = {"nginx": "nginx-light", "haproxy": "haproxy", "pgbouncer": "pgbouncer"}
        return [package for name, package in wanted.items() if not (shutil.which(name) or shutil.which(name, path="/usr/sbin"))]

    if lacking := missing():
        install_packages(lacking)
        if still := missing():
            fail(f"安装后仍缺少 {' '.join(still)}")


def office_package() -> None:
    """Install LibreOffice Writer and Calc, which are separate Debian packages, if missing."""
    packages = ["libreoffice-writer-nogui", "libreoffice-calc-nogui"]

    def is_there() -> bool:
        return bool(shutil.which("soffice")) and all(part.exists() for part in OFFICE_PARTS)

    if is_there():
        return
    install_packages(packages)
    if not is_there():
        fail(f"安装后仍缺少 {' '.join(packages)}")


def java_package() -> None:
    """Install a Java runtime if missing."""
    if shutil.which("java"):
        return
    install_packages(["default-jre-headless"])
    if not shutil.which("java"):
        fail("安装后仍缺少 java")


# --- Python and npm ----------------------------------------------------------------------------------------------------


def make_venv() -> None:
    """Create ``.venv``; recreate one whose Python is missing or too old."""
    works = [str(PYTHON), "-c", "import sys, pip; sys.exit(sys.version_info < (3, 11))"]
    if PYTHON.exists() and subprocess.run(works, capture_output=True, check=False).returncode == 0:
        return
    say(f"making .venv with Python {sys.version.split()[0]}")
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)


def _stamped(stamp: Path, content: str) -> bool:
    return stamp.exists() and stamp.read_text(encoding="utf-8") == content


def python_packages() -> None:
    """Install the packages of the lock file, verified by hash, once per version of the file."""
    key = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    stamp = VENV / ".installed"
    if _stamped(stamp, key):
        return
    say("installing Python packages (a few minutes on the first run)")
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", str(LOCK)]
    if subprocess.run(command, check=False, cwd=ROOT).returncode:
        say("pip failed, trying once more")
        if subprocess.run(command, check=False, cwd=ROOT).returncode:
            fail("Python 软件包安装失败，原因见上；检查网络或软件源后重新运行")
    stamp.write_text(key, encoding="utf-8")


def npm_packages(*, tools: bool) -> None:
    """Copy the browser libraries; the called script skips files that are up to date."""
    command = [str(PYTHON), str(ROOT / "scripts" / "vendor_assets.py"), *(["--tools"] if tools else [])]
    if subprocess.run(command, check=False, cwd=ROOT).returncode:
        fail("浏览器组件安装失败，原因见上")


def html_checker() -> None:
    """Install the checker of the HTML standard, which only its own test needs, beside that test."""
    if subprocess.run([str(PYTHON), "-m", "scripts.html_checker"], check=False, cwd=ROOT).returncode:
        fail("网页标准检查器安装失败，原因见上")


def pdf_corpus() -> None:
    """Fetch the PDFs that only their own test needs."""
    if subprocess.run([str(PYTHON), "-m", "scripts.pdf_corpus"], check=False, cwd=ROOT).returncode:
        fail("测试用PDF下载失败，原因见上")


def set_up(*, browser: bool, office: bool, html: bool, pdfs: bool) -> None:
    """Run all steps; each skips itself if it is done already."""
    system_packages()
    if html:
        java_package()
    if office:
        office_package()
    if browser:
        browser_package()
        token_package()
        scanner_package()
        gateway_packages()
    make_venv()
    python_packages()
    npm_packages(tools=browser)
    if html:
        html_checker()
    if pdfs:
        pdf_corpus()


def main() -> None:
    """Run the missing steps in order."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--browser", action="store_true", help="also make sure of Chromium, SoftHSM, clamd, nginx, HAProxy, PgBouncer and the tools"
    )
    parser.add_argument("--office", action="store_true", help="also make sure of LibreOffice")
    parser.add_argument("--html", action="store_true", help="also make sure of Java and the checker of the HTML standard")
    parser.add_argument("--pdfs", action="store_true", help="also make sure of the PDFs that packages ship with their source")
    options = parser.parse_args()
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / "setup.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # only one run per checkout at a time
        set_up(browser=options.browser, office=options.office, html=options.html, pdfs=options.pdfs)


if __name__ == "__main__":
    main()
