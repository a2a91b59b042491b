"""Encryption with the Secret Service of GNOME itself: on a bus and in a home of the test's own."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

pytest.importorskip("secretstorage", reason="the library of the Secret Service is for Linux")
from jeepney.io.blocking import open_dbus_connection
from secretstorage import check_service_availability

from mcdesk.foundation.paths import resources_folder
from tests.encrypted_folder import files_with
from tests.functional.people import PATIENCE_SECONDS, ROOT, wait_until

TOOLS = ("dbus-daemon", "gnome-keyring-daemon")
PASSWORD = "a password of the session"
# no service is started by this bus: a test is asked for nothing, and finds no keyring but its own
BUS = """<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy></busconfig>"""
LOCK = """import secretstorage
with __import__("contextlib").closing(secretstorage.dbus_init()) as bus:
    secretstorage.get_default_collection(bus).lock()"""
FORGET = "import keyring; keyring.delete_password('mcdesk', '{}')"
MODEL = "newsvendor"

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("device")]


@dataclass(frozen=True, slots=True)
class Session:
    """A person who signed in: a home, a bus, and a keyring that opened with their password."""

    home: Path
    bus: str

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def environment(self) -> dict[str, str]:
        # a screen would be asked for the password of a locked keyring
        hidden = ("DISPLAY", "WAYLAND_DISPLAY", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "PYTHON_KEYRING_BACKEND")
        return {name: text for name, text in os.environ.items() if name not in hidden} | {
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(self.home),
            "DBUS_SESSION_BUS_ADDRESS": self.bus,
            "MCDESK_HOME": str(self.data),
            "MCDESK_LOCKS": str(self.home / "locks"),
            "PYTHONPATH": str(ROOT),
        }

    def told(self, *words: str, code: int = 0) -> str:
        """What a command prints, on both streams."""
        return self.python("-m", "mcdesk", *words, code=code)

    def python(self, *words: str, code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, *words],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        assert done.returncode == code, done.stdout
        assert "Traceback" not in done.stdout
        return done.stdout

    def run(self, seed: int) -> str:
        model, setup = (str(resources_folder() / "examples" / f"{MODEL}.{kind}") for kind in ("xlsx", "toml"))
        options = ("--trials", "2000", "--seed", str(seed), "--quiet")
        return self.told("run", model, "--setup", setup, *options)


@pytest.fixture
def session() -> Iterator[Session]:
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"{' and '.join(missing)} is not installed")
    # names of sockets have at most 107 letters, which folders of tests go beyond
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="mcdesk-") as folder:
        rules = Path(folder) / "bus.conf"
        rules.write_text(BUS, encoding="utf-8")
        command = ["dbus-daemon", "--nofork", "--print-address", f"--config-file={rules}"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as bus:
            assert bus.stdout is not None
            try:
                yield from _signed_in(Session(Path(folder), bus.stdout.readline().decode().strip()))
            finally:
                bus.terminate()


def _signed_in(session: Session) -> Iterator[Session]:
    command = ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"]
    with subprocess.Popen(
        command,
        env=session.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as daemon:
        assert daemon.stdin is not None
        daemon.stdin.write(PASSWORD.encode())
        daemon.stdin.close()
        try:
            with closing(open_dbus_connection(session.bus)) as connection:
                wait_until(lambda: check_service_availability(connection))
            yield session
        finally:
            daemon.terminate()


def test_that_gnome_keeps_the_key_of_a_folder_until_it_is_locked(session: Session) -> None:
    session.told("encryption", "on")

    session.run(seed=1)

    assert MODEL in session.told("history", "list")
    assert files_with(session.data, [MODEL.encode()]) == []

    session.python("-c", LOCK)

    told = session.told("encryption", "status", code=1)
    assert told.startswith("mcdesk: The data is encrypted, and its key cannot be had: Failed to unlock")
    assert told.count("\n") == 1
    assert "The run is not kept in the history" in session.run(seed=2)
    assert files_with(session.data, [MODEL.encode()]) == []


def test_that_gnome_keeps_the_key_of_a_decrypted_folder_for_copies(session: Session) -> None:
    first = session.told("encryption", "on")
    key_id = json.loads((session.data / "encryption.json").read_text())["key_id"]

    session.told("encryption", "off")

    assert "is not encrypted" in session.told("encryption", "status")
    assert session.told("encryption", "key").strip() in first
    session.python("-c", FORGET.format(key_id))
    told = session.told("encryption", "key", code=1)
    assert told.startswith("mcdesk: The data is encrypted, and the keyring of the system has no key for it.")
    assert told.count("\n") == 1


def test_that_without_a_bus_one_line_says_that_there_is_no_keyring(tmp_path: Path) -> None:
    told = Session(tmp_path, "").told("encryption", "on", code=1)

    assert told.startswith("mcdesk: The keyring of the system keeps no key: no keyring was found.")
    assert told.count("\n") == 1
    assert not (tmp_path / "data").exists()
