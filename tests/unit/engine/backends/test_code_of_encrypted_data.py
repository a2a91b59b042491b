"""Where the data is encrypted, machine code, which has the numbers of the sheet, is not kept on the disk."""

from pathlib import Path

import pytest

from mcdesk.engine.backends import cuda, tiered
from mcdesk.foundation.paths import HOME_VARIABLE
from tests.encrypted_folder import encrypted, use_keyring


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    monkeypatch.setenv(HOME_VARIABLE, str(folder))
    use_keyring(monkeypatch, tmp_path)
    return folder


def test_that_code_is_kept_where_nothing_is_encrypted(home: Path) -> None:
    cache = tiered._code_cache(lambda _: None)

    assert cache is not None and cache.folder == home / "cache" / "code"
    assert cuda._cubin_folder() == home / "cache" / "cubins"


def test_that_code_of_encrypted_data_is_not_kept(home: Path) -> None:
    encrypted(home)

    folder = cuda._cubin_folder()

    assert tiered._code_cache(lambda _: None) is None
    assert not folder.is_relative_to(home)
    # one for the whole process, for nobody but its owner
    assert folder == cuda._cubin_folder()
    assert folder.stat().st_mode & 0o077 == 0
