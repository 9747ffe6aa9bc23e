"""What surrounds the code agrees with it: lock files, container, continuous integration."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from bot.settings.settings import Settings, variable
from tests.paths import ROOT

LOCKS = ("requirements.txt", "requirements-dev.txt")


def pins(lock: str) -> dict[str, tuple[str, set[str]]]:
    """What a lock file pins: each package with its version and hashes."""
    found: dict[str, tuple[str, set[str]]] = {}
    for entry in (ROOT / lock).read_text().replace("\\\n", " ").splitlines():
        match = re.match(r"([\w.-]+)==(\S+)", entry)
        assert match, f"{lock}: not a pin: {entry[:80]}"
        found[match[1]] = match[2], set(re.findall(r"--hash=sha256:([0-9a-f]{64})", entry))
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_pin_by_hash_and_name_no_address(lock: str) -> None:
    """Every package has a version and a hash, and where it is downloaded from is left to the machine."""
    assert all(hashes for _, hashes in pins(lock).values())
    assert not re.search(r"://|--index|--find-links|file:|^-e|/", (ROOT / lock).read_text(), re.MULTILINE)


def test_developing_installs_what_runs() -> None:
    """The lock for developing holds all of the lock for running, in the same versions and files."""
    running, developing = pins(LOCKS[0]), pins(LOCKS[1])
    assert running.items() <= developing.items()


def test_every_dependency_is_locked() -> None:
    """What pyproject.toml asks for is in the lock files; they are renewed by `make lock`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    wanted = [*project["project"]["dependencies"], *groups["build"]]
    developed = [each for each in groups["dev"] if isinstance(each, str)]
    assert {name(each) for each in wanted} <= pins(LOCKS[0]).keys()
    assert {name(each) for each in developed} <= pins(LOCKS[1]).keys()


def name(requirement: str) -> str:
    """As the lock files write it: https://packaging.python.org/en/latest/specifications/name-normalization/."""
    return re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", requirement, maxsplit=1)[0]).lower()


@pytest.mark.parametrize("file", ["Dockerfile", "compose.yaml", ".env.example"])
def test_only_known_settings_are_set(file: str) -> None:
    """Every EASEL_* variable that a file sets is one that Easel knows."""
    named = set(re.findall(r"\bEASEL_[A-Z_]+(?=[=:])", (ROOT / file).read_text()))
    assert named
    assert named <= {variable(field) for field in Settings.model_fields}


def test_the_container_is_open_to_its_host_alone() -> None:
    """The container listens on its own network, and compose publishes that on the loopback address only."""
    assert "EASEL_WEB_HOST=0.0.0.0" in (ROOT / "Dockerfile").read_text()
    published = re.findall(r'^ +- "(.*:8765)"$', (ROOT / "compose.yaml").read_text(), re.MULTILINE)
    assert published == ["127.0.0.1:8765:8765"]


def test_continuous_integration_is_make_test() -> None:
    """`.ci/run` adds nothing to `make test` but what Debian has to provide, and is a valid script."""
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text().rstrip().endswith("exec make test")
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0


@pytest.mark.parametrize("text", ["README.md", "CONTRIBUTING.md"])
def test_make_knows_what_the_documents_name(text: str) -> None:
    """Every `make` command that stands on a line of its own in the documents exists."""
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"^ *(?:\$ )?make (\w+)", (ROOT / text).read_text(), re.MULTILINE))
    assert {"run", "test"} <= named <= targets


def test_set_up_is_done_once(tmp_path: Path) -> None:
    """With nothing changed, `make run` only starts Easel; with new lock files it installs exactly those first."""
    (tmp_path / ".venv").mkdir()
    for name in ("Makefile", "pyproject.toml", *LOCKS):
        (tmp_path / name).write_text((ROOT / name).read_text())
    for mark in (".made", ".dev", ".run"):
        (tmp_path / ".venv" / mark).touch()
    assert dry_run(tmp_path) == ["exec .venv/bin/easel run"]
    later = (tmp_path / ".venv" / ".run").stat().st_mtime + 10
    os.utime(tmp_path / "requirements.txt", (later, later))
    _, install, project, mark, start = dry_run(tmp_path)
    assert install.endswith("install --require-hashes --requirement requirements.txt")
    assert project.endswith("install --no-deps --no-build-isolation --editable .")
    assert (mark, start) == ("touch .venv/.run", "exec .venv/bin/easel run")


def dry_run(folder: Path) -> list[str]:
    """The commands that `make run` would run there."""
    # Without what an outer `make test` hands down.
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    command = ["make", "--no-print-directory", "--dry-run", "run"]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=True).stdout.splitlines()
