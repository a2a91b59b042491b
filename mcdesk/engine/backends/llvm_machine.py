"""This machine as LLVM sees it, and the functions that it makes of text."""

import ctypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import llvmlite.binding as llvm

# first trial, vectors, seed, scratch, arrays, row length, tables
_SIGNATURE = ctypes.CFUNCTYPE(
    None,
    ctypes.c_int64,
    ctypes.c_int64,
    ctypes.c_int64,
    ctypes.c_void_p,
    ctypes.c_void_p,
    ctypes.c_int64,
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
        self.lanes = 16 if features.get("avx512f") else 8 if features.get("avx2") else 4

    def compile(self, text: str, names: Sequence[str]) -> CompiledFunctions:
        """The functions of a text, ready to be called."""
        module = llvm.parse_assembly(text)
        module.verify()
        target = llvm.Target.from_default_triple()
        machine = target.create_target_machine(cpu=self._cpu, features=self._features, opt=2)
        engine = llvm.create_mcjit_compiler(module, machine)
        engine.finalize_object()
        by_name = {name: _SIGNATURE(engine.get_function_address(name)) for name in names}
        return CompiledFunctions(by_name, engine)
