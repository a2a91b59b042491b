"""Random programs as CUDA text, without a GPU: compiled by NVRTC, compared with the reference by way of g++.

python -m tests.benchmarks.nvrtc_programs [--compiled 1000] [--compared 10000] [names of benchmark models]
"""

import argparse
import statistics
import struct
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from mcdesk.engine.backends import cuda_layout
from mcdesk.engine.backends.backend import ChunkRequest
from mcdesk.engine.backends.cuda_layout import MOST_LOCAL_BYTES
from mcdesk.engine.backends.cuda_text import ProgramKernels, cuda_text, program_kernels
from mcdesk.engine.backends.nvrtc import Nvrtc, open_nvrtc
from mcdesk.engine.backends.reference import ReferenceBackend
from mcdesk.engine.ir import Program
from tests.benchmark_programs import benchmark_program, quick_kernels
from tests.host_cuda import HostModule, compile_for_host
from tests.unit.engine.backends.random_programs import RandomProgram
from tests.unit.engine.backends.same_bits import bits

_ARCHITECTURES = (75, 90, 120)
_PROGRAMS_IN_MODULE = 100
_WITH_PAYLOAD, _REGISTER_COUNT = 0x04, 0x2F  # of an attribute in a cubin
_TRIALS = 130  # one tile, and a little of the next


def main() -> None:
    """Print counts and seconds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--compiled", type=int, default=1000)
    parser.add_argument("--compared", type=int, default=10_000)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    compiler = open_nvrtc()
    if compiler is None:
        print("NVRTC is not installed (nvidia-cuda-nvrtc): nothing is compiled")
    else:
        compile_models(compiler, options.names)
        if options.compiled:
            compile_programs(compiler, options.compiled)
    if options.compared:
        compare_programs(options.compared)


def compile_models(compiler: Nvrtc, names: list[str]) -> None:
    """Compile benchmark models, each a module of its own."""
    for name in names:
        text = _module_text([quick_kernels(benchmark_program(name))])
        for architecture in _ARCHITECTURES:
            seconds, cubin = _compiled(compiler, text, architecture)
            print(
                f"{name} for sm_{architecture}: {len(text) / 1000:.0f} kB of text, {seconds:.2f} s of CPU,"
                f" {len(cubin) / 1000:.0f} kB, {registers(cubin)[0]} registers",
                flush=True,
            )


def compile_programs(compiler: Nvrtc, count: int) -> None:
    """Compile random programs, a hundred to a module."""
    for architecture in _ARCHITECTURES:
        total, used = 0.0, []
        for numbers in _modules(count):
            kernels = [_random_program(number)[1] for number in numbers]
            seconds, cubin = _compiled(compiler, _module_text(kernels), architecture)
            total += seconds
            used += registers(cubin)
        print(
            f"sm_{architecture}: {len(used)} of {count} random programs compiled in {total:.1f} s of CPU,"
            f" registers {min(used)} to {max(used)}, median {statistics.median(used):.0f}",
            flush=True,
        )


def compare_programs(count: int) -> None:
    """Run random programs through g++ and compare every bit with the reference."""
    began = time.process_time()
    same = values = 0
    different: list[int] = []
    with tempfile.TemporaryDirectory() as folder:
        for numbers in _modules(count):
            programs = {number: _random_program(number) for number in numbers}
            library = Path(folder) / f"programs{numbers.start}.so"
            compile_for_host(_module_text([kernels for _, kernels, _ in programs.values()]), library)
            module = HostModule(library)
            for number, (program, kernels, wanted) in programs.items():
                request = ChunkRequest(2**63 + number, number, _TRIALS, wanted)
                found, expected = (
                    module.run(kernels, request),
                    ReferenceBackend(program, ()).run(request),
                )
                if all(np.array_equal(bits(found[array]), bits(expected[array])) for array in wanted):
                    same += 1
                else:
                    different.append(number)
                values += sum(each.size for each in expected.values())
    print(
        f"g++: {same} of {count} random programs have the reference's bits in all of {values:,} values,"
        f" {time.process_time() - began:.0f} s of CPU beside the compiler's; different: {different or 'none'}"
    )


def registers(cubin: bytes) -> list[int]:
    """Registers of each kernel, as the attributes of the ELF file's section `.nv.info` have them."""
    (table,) = struct.unpack_from("<Q", cubin, 0x28)
    size, count, names_at = struct.unpack_from("<HHH", cubin, 0x3A)
    headers = [struct.unpack_from("<IIQQQQ", cubin, table + size * i) for i in range(count)]
    names = headers[names_at][4]
    return [
        used
        for name, _, _, _, begin, length in headers
        if cubin.startswith(b".nv.info\0", names + name)
        for used in _register_counts(cubin[begin : begin + length])
    ]


def _register_counts(attributes: bytes) -> Iterator[int]:
    at = 0
    while at < len(attributes):
        form, attribute, size = struct.unpack_from("<BBH", attributes, at)
        at += 4
        if attribute == _REGISTER_COUNT:
            yield struct.unpack_from("<II", attributes, at)[1]
        if form == _WITH_PAYLOAD:
            at += size


def _random_program(number: int) -> tuple[Program, ProgramKernels, tuple[int, ...]]:
    made = RandomProgram(number)
    # half of them without room in the threads, so that their arrays go the way of large ones
    cuda_layout.MOST_LOCAL_BYTES = MOST_LOCAL_BYTES * (number % 2)
    program, wanted = made.program(), tuple(made.arrays)
    return program, program_kernels(program, wanted, f"p{number}_"), wanted


def _module_text(kernels: list[ProgramKernels]) -> str:
    return cuda_text(text for each in kernels for text in each.text_by_group.values())


def _modules(count: int) -> Iterator[range]:
    for start in range(0, count, _PROGRAMS_IN_MODULE):
        yield range(start, min(start + _PROGRAMS_IN_MODULE, count))


def _compiled(compiler: Nvrtc, text: str, architecture: int) -> tuple[float, bytes]:
    began = time.process_time()
    cubin = compiler.compile(text, architecture)
    return time.process_time() - began, cubin


if __name__ == "__main__":
    main()
