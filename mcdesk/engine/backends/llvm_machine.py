"""This machine as LLVM sees it, and the functions that it makes of text."""

import ctypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import llvmlite
import llvmlite.binding as llvm

from mcdesk.engine.backends.llvm_values import Layout

# first trial, steps, seed, scratch, arrays, their row lengths, tables
_SIGNATURE = ctypes.CFUNCTYPE(
    None,
    ctypes.c_int64,
    ctypes.c_int64,
    ctypes.c_int64,
    ctypes.c_void_p,
    ctypes.c_void_p,
    ctypes.c_void_p,
    ctypes.c_void_p,
)


@dataclass(frozen=True, slots=True)
class CompiledFunctions:
    """Functions by name; they live as long as this does."""

    by_name: Mapping[str, object]
    engine: object

    def call(self, name: str, *arguments: int) -> None:
        """Call one; other threads run meanwhile."""
        self.by_name[name](*arguments)  # type: ignore[operator]


class Machine:
    """The processor of this machine."""

    def __init__(self) -> None:
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        self._cpu = llvm.get_host_cpu_name()
        features = llvm.get_host_cpu_features()
        self._features = features.flatten()
        self.width = 8 if features.get("avx512f") else 4 if features.get("avx") else 2
        # those of MXCSR; whether a library that stands in for `fma` raises them nobody promises
        self.has_flags = llvm.get_default_triple().startswith("x86_64") and bool(features.get("fma"))
        # whether it makes whole numbers of vectors of numbers, or lacks what else would do
        self.has_conversion = bool(features.get("avx512dq") or not features.get("sse4.1"))
        # whoever keeps an object has to know it by this
        self.identity = f"{llvmlite.__version__} {llvm.llvm_version_info} {self._cpu} {self._features}"

    def layout(self, lanes: int) -> Layout:
        """Parts as wide as the processor's vectors, or as there are lanes."""
        width = min(self.width, lanes)
        return Layout(width, lanes // width, self.has_conversion)

    def object_code(self, text: str, is_optimised: bool, is_brief: bool = False) -> bytes:
        """An object file of a text; optimised it takes twice as long to make and a tenth less to run.

        What runs for moments is `is_brief`: it takes half as long to make and several times as long to run.
        """
        module = llvm.parse_assembly(text)
        module.verify()
        machine = self._target_machine(0 if is_brief else 2)
        if is_optimised:
            self._optimise(module, machine)
        return bytes(machine.emit_object(module))

    def functions(self, text: str, names: Sequence[str]) -> CompiledFunctions:
        """The functions of a text, compiled as it stands."""
        return self.load(self.object_code(text, is_optimised=False), names)

    def load(self, code: bytes, names: Sequence[str]) -> CompiledFunctions:
        """The functions of an object file, ready to be called."""
        engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), self._target_machine())
        engine.add_object_file(llvm.ObjectFileRef.from_data(code))
        engine.finalize_object()
        by_name = {name: _SIGNATURE(engine.get_function_address(name)) for name in names}
        return CompiledFunctions(by_name, engine)

    def _target_machine(self, level: int = 2) -> llvm.TargetMachine:
        target = llvm.Target.from_default_triple()
        return target.create_target_machine(cpu=self._cpu, features=self._features, opt=level, jit=True)

    def _optimise(self, module: llvm.ModuleRef, machine: llvm.TargetMachine) -> None:
        """LLVM's own passes over the text; nothing that unrolls or vectorises: that is done."""
        options = llvm.create_pipeline_tuning_options(speed_level=1)
        options.loop_unrolling = options.loop_interleaving = False
        options.loop_vectorization = options.slp_vectorization = False
        builder = llvm.create_pass_builder(machine, options)
        builder.getModulePassManager().run(module, builder)


@cache
def this_machine() -> Machine:
    """The one of this process: each question to LLVM waits while it compiles something else."""
    return Machine()
