"""This machine as LLVM sees it, and the functions that it makes of text."""

import ctypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import llvmlite.binding as llvm

from mcdesk.engine.backends.llvm_values import Layout

# Two at a time keep the processor busy and leave enough registers.
_PARTS = 2
# first trial, steps, seed, scratch, arrays, row length, tables
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
        self._width = 8 if features.get("avx512f") else 4 if features.get("avx") else 2

    def layout(self, lanes: int | None = None) -> Layout:
        """Parts as wide as the processor's vectors; two of them if the number of lanes is not given."""
        width = self._width if lanes is None else min(self._width, lanes)
        return Layout(width, _PARTS if lanes is None else lanes // width)

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
