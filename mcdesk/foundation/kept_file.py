"""Files of a data folder that tell of people's work: sealed where the folder is encrypted, else as they are.

A sealed file says so itself, so that reading asks no setting:

    "mcdesk", 0, 1 | kind | id of the key, 16 bytes | salt, 16 bytes | records
    record: length of the text, 4 bytes, the highest bit for the last one | nonce, 12 bytes | AES-GCM

Each file has a key of its own, derived from its head. The number of a record, and whether it is the last
one, are authenticated with it: none can be exchanged, moved or cut off. A file that is added to has no
last record; whoever reads it knows how much it has to hold.
"""

import errno
import io
import json
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from mcdesk.foundation.errors import KeyMissing, RecoveryKeyInvalid
from mcdesk.foundation.vault import ID_BYTES, Key, find_key, vault_of
from mcdesk.foundation.whole_file import write_whole

MAGIC = b"mcdesk\0\1"
RECORD_BYTES = 1 << 20
_WHOLE, _GROWING = b"W", b"G"
_SALT_BYTES, _NONCE_BYTES, _TAG_BYTES = 16, 12, 16
_HEAD_BYTES = len(MAGIC) + 1 + ID_BYTES + _SALT_BYTES
_LENGTH = struct.Struct("<I")
_LAST = 1 << 31

KeptFile = io.BufferedReader | io.BytesIO


def open_kept(path: Path) -> KeptFile:
    """A file for reading; one that is sealed is in memory.

    Raises:
        OSError: if it cannot be read, is damaged, or its key cannot be had.
    """
    file = path.open("rb")
    try:
        return unsealed(file)
    except BaseException:
        file.close()
        raise


def unsealed(file: io.BufferedReader) -> KeptFile:
    """What is in an open file: the file itself, or the text of a sealed one, which is closed.

    Raises:
        OSError: as `open_kept`.
    """
    # a pipe cannot be wound back
    if not file.peek(len(MAGIC)).startswith(MAGIC):
        return file
    with file:
        return io.BytesIO(b"".join(_texts(file)))


def is_sealed(path: Path) -> bool:
    """Whether a file is encrypted.

    Raises:
        OSError: if it cannot be read.
    """
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def write_kept(path: Path, data: bytes) -> None:
    """Put data in its place whole, as `write_whole`, sealed where its data folder is encrypted.

    Raises:
        OSError: if it cannot be written, or the key cannot be had.
    """
    key = sealing_key(path)
    write_whole(path, data if key is None else sealed(data, key))


def append_kept(path: Path, data: memoryview, item_bytes: int) -> None:
    """Write what a file does not hold yet of data that only ever grows by whole items.

    Raises:
        OSError: if it cannot be written, or the key cannot be had.
    """
    with path.open("a+b") as file:
        file.seek(0)
        head = file.read(_HEAD_BYTES)
        key = sealing_key(path) if not head else None
        if key is None and not head.startswith(MAGIC):
            whole_bytes = file.seek(0, os.SEEK_END) // item_bytes * item_bytes
            file.truncate(whole_bytes)
            file.write(data[whole_bytes:])
            return
        if key is not None:
            head = _head(_GROWING, key)
            file.write(head)
        held, number, end = _held(file)
        # what a process that was ended has left of a record
        file.truncate(end)
        if held < len(data):
            file.write(_Cipher(head, key).record(bytes(data[held:]), number, is_last=False))


def sealed(data: bytes, key: Key, is_growing: bool = False) -> bytes:
    """The content of a sealed file."""
    sink = io.BytesIO()
    writer = SealingWriter(sink, key, is_growing)
    writer.write(data)
    writer.finish()
    return sink.getvalue()


def sealing_key(path: Path) -> Key | None:
    """The key with which a new file is to be sealed; None where it is not.

    Raises:
        OSError: if it is, and the key cannot be had.
    """
    try:
        vault = vault_of(path)
        return vault.key() if vault is not None and vault.is_on else None
    except (KeyMissing, RecoveryKeyInvalid) as error:
        raise OSError(errno.EACCES, error.title, str(path)) from error


class SealingWriter:
    """Seals what is written to it, in records; `finish` ends the file."""

    def __init__(self, sink: BinaryIO, key: Key, is_growing: bool = False) -> None:
        head = _head(_GROWING if is_growing else _WHOLE, key)
        self._sink = sink
        self._cipher = _Cipher(head, key)
        self._is_growing = is_growing
        self._waiting = bytearray()
        self._number = 0
        sink.write(head)

    def write(self, data: bytes) -> int:
        """Take in the next bytes."""
        self._waiting += data
        while len(self._waiting) > RECORD_BYTES:
            self._put(bytes(self._waiting[:RECORD_BYTES]), is_last=False)
            del self._waiting[:RECORD_BYTES]
        return len(data)

    def finish(self) -> None:
        """Write the last record."""
        self._put(bytes(self._waiting), is_last=not self._is_growing)

    def _put(self, text: bytes, is_last: bool) -> None:
        self._sink.write(self._cipher.record(text, self._number, is_last))
        self._number += 1


def read_json(path: Path) -> object:
    """What a file holds as JSON; None where it is gone, damaged, or sealed with a key that cannot be had."""
    try:
        with open_kept(path) as file:
            found: object = json.loads(file.read().decode())
    except (OSError, ValueError, RecursionError):
        return None
    return found


def write_json(path: Path, value: object) -> None:
    """Put a value in its place as JSON, as `write_kept`; the folder is made if it is missing.

    Raises:
        OSError: if it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_kept(path, json.dumps(value).encode())


class _Cipher:
    """What seals and opens the records of one file."""

    def __init__(self, head: bytes, key: Key | None = None) -> None:
        # loaded where the first file is sealed: nobody else needs it
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._head = head
        self._broken = InvalidTag
        self._aead: AESGCM = AESGCM((key or _key_in(head)).derived(b"file" + head))

    def record(self, text: bytes, number: int, is_last: bool) -> bytes:
        length = _LENGTH.pack(len(text) | (_LAST if is_last else 0))
        nonce = os.urandom(_NONCE_BYTES)
        return length + nonce + self._aead.encrypt(nonce, text, self._context(length, number))

    def text(self, length: bytes, nonce: bytes, encrypted: bytes, number: int) -> bytes:
        try:
            return self._aead.decrypt(nonce, encrypted, self._context(length, number))
        except self._broken as error:
            raise _damaged() from error

    def _context(self, length: bytes, number: int) -> bytes:
        return self._head + length + number.to_bytes(8, "little")


def _head(kind: bytes, key: Key) -> bytes:
    return MAGIC + kind + bytes.fromhex(key.id) + os.urandom(_SALT_BYTES)


def _key_in(head: bytes) -> Key:
    place = len(MAGIC) + 1
    try:
        return find_key(head[place : place + ID_BYTES].hex())
    except (KeyMissing, RecoveryKeyInvalid) as error:
        raise OSError(errno.EACCES, error.title) from error


def _texts(file: BinaryIO) -> Iterator[bytes]:
    head = file.read(_HEAD_BYTES)
    if len(head) < _HEAD_BYTES:
        raise _damaged()
    is_growing = head[len(MAGIC) : len(MAGIC) + 1] == _GROWING
    cipher = _Cipher(head)
    for number, (length, body) in enumerate(_records(file)):
        yield cipher.text(length, body[:_NONCE_BYTES], body[_NONCE_BYTES:], number)
        if _LENGTH.unpack(length)[0] & _LAST:
            return
    if not is_growing:
        raise _damaged()


def _records(file: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """The whole ones that are left in a file: length as it is written, and what follows it."""
    while len(length := file.read(_LENGTH.size)) == _LENGTH.size:
        byte_count = (_LENGTH.unpack(length)[0] & ~_LAST) + _NONCE_BYTES + _TAG_BYTES
        body = file.read(byte_count)
        if len(body) < byte_count:
            return
        yield length, body


def _held(file: BinaryIO) -> tuple[int, int, int]:
    """Of a file that grows: the bytes of text it holds, the number of its records, and where they end."""
    held, number, end = 0, 0, _HEAD_BYTES
    file.seek(end)
    for length, body in _records(file):
        held += len(body) - _NONCE_BYTES - _TAG_BYTES
        number += 1
        end += len(length) + len(body)
    return held, number, end


def _damaged() -> OSError:
    return OSError(errno.EBADMSG, "it is encrypted and was damaged")
