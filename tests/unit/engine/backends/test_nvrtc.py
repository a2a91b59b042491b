"""NVRTC without a device: what it compiles, what it says when it cannot, and what is kept of it."""

from pathlib import Path

import pytest

from mcdesk.engine.backends.cubin_cache import CubinCache
from mcdesk.engine.backends.cuda_text import cuda_text, program_kernels
from mcdesk.engine.backends.nvrtc import Nvrtc, architecture_for, open_nvrtc
from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.foundation.errors import RunFailed
from tests.benchmark_programs import wanted_arrays
from tests.closed_forms import CLOSED_FORMS, program_of
from tests.unit.engine.backends.random_programs import RandomProgram

_ARCHITECTURES = (75, 90, 120)
_RANDOM = 20
_ELF = b"\x7fELF"


@pytest.fixture(scope="module")
def nvrtc() -> Nvrtc:
    found = open_nvrtc()
    if found is None:
        pytest.skip("NVRTC is not installed (nvidia-cuda-nvrtc)")
    return found


@pytest.fixture(scope="module")
def random_text() -> str:
    texts: list[str] = []
    for seed in range(_RANDOM):
        made = RandomProgram(seed)
        texts += program_kernels(made.program(), made.arrays, f"p{seed}_").text_by_group.values()
    return cuda_text(texts)


@pytest.mark.parametrize("architecture", _ARCHITECTURES)
def test_that_random_programs_compile_without_a_device(
    architecture: int, nvrtc: Nvrtc, random_text: str
) -> None:
    assert nvrtc.compile(random_text, architecture).startswith(_ELF)


def test_that_a_model_compiles_without_a_device(nvrtc: Nvrtc, tmp_path: Path) -> None:
    simulated = program_of(CLOSED_FORMS[-1], tmp_path, Sampling.SOBOL, 1_000)

    kernels = program_kernels(simulated.program, wanted_arrays(simulated))

    assert nvrtc.compile(cuda_text(kernels.text_by_group.values()), 90).startswith(_ELF)


def test_that_a_complaint_is_one_line(nvrtc: Nvrtc) -> None:
    with pytest.raises(RunFailed, match=r"^NVRTC cannot compile the program for sm_90: .*error") as refused:
        nvrtc.compile('extern "C" __global__ void f( { }', 90)

    assert "\n" not in str(refused.value)


def test_that_an_architecture_it_does_not_know_is_refused(nvrtc: Nvrtc) -> None:
    with pytest.raises(RunFailed, match="for sm_20"):
        nvrtc.compile('extern "C" __global__ void f() { }', 20)


def test_that_a_driver_is_not_given_what_is_newer_than_itself() -> None:
    assert open_nvrtc(newest_major=11) is None


@pytest.mark.parametrize(
    ("capability", "architecture"), [(90, 90), (89, 89), (88, 86), (92, 90), (61, None), (130, None)]
)
def test_that_code_runs_on_its_own_generation_alone(capability: int, architecture: int | None) -> None:
    assert architecture_for(capability, (75, 80, 86, 89, 90, 120)) == architecture


class _CountingCompiler:
    """Stands for the compiler; its code is the text."""

    identity = "counting 1"

    def __init__(self) -> None:
        self.compiled: list[str] = []

    def compile(self, text: str, architecture: int) -> bytes:
        self.compiled.append(f"{architecture}: {text}")
        return text.encode()


def test_that_a_text_is_compiled_once_for_each_architecture(tmp_path: Path) -> None:
    compiler, cache = _CountingCompiler(), CubinCache(tmp_path / "cubins")

    paths = [cache.cubin(compiler, *asked) for asked in (("a", 90), ("a", 90), ("a", 75), ("b", 90))]

    assert compiler.compiled == ["90: a", "75: a", "90: b"]
    assert paths[0] == paths[1]
    assert [path.read_bytes() for path in paths] == [b"a", b"a", b"a", b"b"]
    assert not list((tmp_path / "cubins").rglob("*.unfinished"))


def test_that_another_compiler_compiles_anew(tmp_path: Path) -> None:
    compiler, cache = _CountingCompiler(), CubinCache(tmp_path)
    cache.cubin(compiler, "a", 90)
    compiler.identity = "counting 2"

    cache.cubin(compiler, "a", 90)

    assert len(compiler.compiled) == 2


def test_that_a_damaged_cubin_is_compiled_anew(tmp_path: Path) -> None:
    compiler, told = _CountingCompiler(), list[bool]()
    cache = CubinCache(tmp_path, told.append)
    cache.cubin(compiler, "a", 90).write_bytes(b"b")

    path = cache.cubin(compiler, "a", 90)

    assert path.read_bytes() == b"a"
    assert (len(compiler.compiled), told) == (2, [False, False])


def test_that_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "cubins").write_text("in the way")

    with pytest.raises(RunFailed, match=r"^Compiled kernels cannot be kept in .*cubins"):
        CubinCache(tmp_path / "cubins").cubin(_CountingCompiler(), "a", 90)
