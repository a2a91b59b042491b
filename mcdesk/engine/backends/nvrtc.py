"""NVIDIA's run-time compiler, asked directly: CUDA text in, machine code for one kind of GPU out.

CuPy's own way to it needs a device; this one compiles without.
"""

import ctypes
import importlib.util
import os
import re
import sys
from collections.abc import Iterator, Mapping
from ctypes.util import find_library
from pathlib import Path

from mcdesk.foundation.errors import RunFailed

OLDEST_ARCHITECTURE = 75
_OPTIONS = ("--fmad=false", "--std=c++17", "--disable-warnings")
_MAJORS = (13, 12)
_SUCCESS = 0


class Nvrtc:
    """One loaded compiler.

    Args:
        library: name or path of the shared library.

    Raises:
        OSError: if it cannot be loaded.
    """

    def __init__(self, library: str) -> None:
        self._library = ctypes.CDLL(library)
        self._library.nvrtcGetErrorString.restype = ctypes.c_char_p
        major, minor = ctypes.c_int(), ctypes.c_int()
        self._ask("nvrtcVersion", ctypes.byref(major), ctypes.byref(minor))
        self.version = (major.value, minor.value)

    @property
    def identity(self) -> str:
        """What beside the text decides the machine code."""
        return f"NVRTC {self.version[0]}.{self.version[1]} {' '.join(_OPTIONS)}"

    def architectures(self) -> tuple[int, ...]:
        """What it compiles for: 90 stands for compute capability 9.0."""
        count = ctypes.c_int()
        self._ask("nvrtcGetNumSupportedArchs", ctypes.byref(count))
        found = (ctypes.c_int * count.value)()
        self._ask("nvrtcGetSupportedArchs", found)
        return tuple(found)

    def compile(self, text: str, architecture: int) -> bytes:
        """The machine code ("cubin") of a module.

        Raises:
            RunFailed: with the compiler's first complaint.
        """
        program = ctypes.c_void_p()
        self._ask("nvrtcCreateProgram", ctypes.byref(program), text.encode(), b"kernels.cu", 0, None, None)
        try:
            options = [f"--gpu-architecture=sm_{architecture}".encode(), *map(str.encode, _OPTIONS)]
            given = (ctypes.c_char_p * len(options))(*options)
            status = self._library.nvrtcCompileProgram(program, len(options), given)
            if status != _SUCCESS:
                complaint = _first_complaint(self._bytes("ProgramLog", program)) or self._word_for(status)
                raise RunFailed(f"NVRTC cannot compile the program for sm_{architecture}: {complaint}")
            return self._bytes("CUBIN", program)
        finally:
            self._library.nvrtcDestroyProgram(ctypes.byref(program))

    def _bytes(self, what: str, program: ctypes.c_void_p) -> bytes:
        size = ctypes.c_size_t()
        self._ask(f"nvrtcGet{what}Size", program, ctypes.byref(size))
        found = ctypes.create_string_buffer(size.value)
        self._ask(f"nvrtcGet{what}", program, found)
        return found.raw

    def _ask(self, function: str, *arguments: object) -> None:
        status = getattr(self._library, function)(*arguments)
        if status != _SUCCESS:
            raise RunFailed(f"NVRTC failed in {function}: {self._word_for(status)}")

    def _word_for(self, status: int) -> str:
        return str(self._library.nvrtcGetErrorString(status).decode(errors="replace"))


def open_nvrtc(newest_major: int | None = None) -> Nvrtc | None:
    """The newest compiler there is, or None.

    Args:
        newest_major: that of the driver, which does not take what a later compiler makes.
    """
    for major in _MAJORS:
        if newest_major is not None and major > newest_major:
            continue
        for library in _libraries(major, os.environ):
            try:
                return Nvrtc(library)
            except OSError:
                continue
    return None


def architecture_for(capability: int, architectures: tuple[int, ...]) -> int | None:
    """The architecture whose machine code runs on a GPU of this compute capability, or None."""
    fitting = [each for each in architectures if each // 10 == capability // 10 and each <= capability]
    return max(fitting, default=None)


def _libraries(major: int, environment: Mapping[str, str]) -> Iterator[str]:
    """Where the compiler of a major version may be: NVIDIA's packages for Python first, then the system's."""
    pattern = f"**/nvrtc64_{major}*.dll" if sys.platform == "win32" else f"**/libnvrtc.so.{major}"
    folders = [Path(folder) for folder in _package_folders()]
    folders += [Path(environment[name]) for name in ("CUDA_PATH", "CUDA_HOME") if environment.get(name)]
    for folder in folders:
        yield from (str(path) for path in sorted(folder.glob(pattern)) if "builtins" not in path.name)
    system = find_library(f"nvrtc64_{major}0_0") if sys.platform == "win32" else f"libnvrtc.so.{major}"
    if system is not None:
        yield system


def _package_folders() -> list[str]:
    found = importlib.util.find_spec("nvidia")
    return [] if found is None else list(found.submodule_search_locations or [])


def _first_complaint(log: bytes) -> str:
    lines = log.rstrip(b"\0").decode(errors="replace").splitlines()
    complaints = [line.strip() for line in lines if re.search(r"\berror\b", line)]
    return next(iter(complaints or [line.strip() for line in lines if line.strip()]), "")
