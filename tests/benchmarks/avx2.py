"""Compares code for AVX2 with code for AVX-512, and with NumPy kept to AVX2, on a processor that has both.

python -m tests.benchmarks.avx2 [--models ABC] [--rounds 5] [--seconds 0.25]
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import numpy as np
from llvmlite import binding

from mcdesk.engine.backends.llvm_machine import this_machine
from mcdesk.engine.backends.timed_choice import long_run_backend
from tests.benchmarks.back_ends import (
    TAPE,
    TAPE_BLOCKS,
    asked,
    chunked,
    only_best,
    require_same_bits,
    tape_contender,
)
from tests.benchmarks.bench_program import read_bench_program
from tests.benchmarks.interleaved import Contender, nanoseconds_per_trial

_KEPT_BACK = "NPY_DISABLE_CPU_FEATURES"
# as NumPy calls what lies beyond AVX2
_BEYOND = "X86_V4 AVX512_ICL AVX512_SPR"
_WIDE, _NARROW = "AVX-512", "AVX2"
_COMPARED_TRIALS = 16_384


def main() -> None:
    """Print a row for each model; NumPy has to be started anew to be kept to AVX2."""
    options = asked()
    if not binding.get_host_cpu_features().get("avx512f"):
        sys.exit("this processor has no AVX-512: `back_ends` measures AVX2")
    if os.environ.get(_KEPT_BACK) != _BEYOND:
        command = [sys.executable, "-m", "tests.benchmarks.avx2", *sys.argv[1:]]
        sys.exit(subprocess.run(command, env=os.environ | {_KEPT_BACK: _BEYOND}, check=False).returncode)
    print(f"| CPU ns/trial | {_WIDE} | {_NARROW} | share of the speed | {TAPE} | times {TAPE} |")
    print("|---|---:|---:|---:|---:|---:|")
    for name in options.models:
        found = dict(nanoseconds_per_trial(list(_contenders(name)), options.rounds, options.seconds))
        tape, wide, narrow = only_best(found, TAPE), found[_WIDE], found[_NARROW]
        costs = f"{wide:,.4g} | {narrow:,.4g} | {100 * wide / narrow:.0f} % | {tape:,.4g}"
        print(f"| {name} | {costs} | {tape / narrow:.2f} |", flush=True)


def _contenders(name: str) -> Iterator[Contender]:
    program = read_bench_program(name)
    wide = long_run_backend(program.simulated.program, (), threads=1)
    with kept_to_avx2():
        narrow = long_run_backend(program.simulated.program, (), threads=1)
        narrow.build(program.wanted)
    expected = program.outputs(wide.run(program.request(_COMPARED_TRIALS)))
    require_same_bits(program, expected, narrow.run)
    yield chunked(_WIDE, program, wide.run)
    yield chunked(_NARROW, program, narrow.run)
    for block in TAPE_BLOCKS:
        tape = program.recorded_tape(block)
        tape.run(np.random.Generator(np.random.SFC64(1)), block)
        yield tape_contender(TAPE, tape, block)


@contextmanager
def kept_to_avx2() -> Iterator[None]:
    """Code that is compiled meanwhile is for this processor as if it had no AVX-512."""
    features = binding.get_host_cpu_features()
    for feature in features:
        if feature.startswith("avx512") or feature in ("evex512", "avx10.1-512", "avx10.1-256"):
            features[feature] = False
    with (
        patch.object(binding, "get_host_cpu_features", lambda: features),
        patch.object(binding, "get_host_cpu_name", lambda: "alderlake"),
    ):
        this_machine.cache_clear()
        yield
    this_machine.cache_clear()


if __name__ == "__main__":
    main()
