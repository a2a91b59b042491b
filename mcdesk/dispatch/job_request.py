"""A run as the JSON text of its job, and back: all that decides its bits, but for the workbook itself."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.engine.simulation_types import KeptTrials, SimulationPlan
from mcdesk.formulas.setup_texts import (
    CorrelationText,
    InputText,
    LimitText,
    OutputText,
    SetupFile,
    ValueText,
)
from mcdesk.formulas.values import BLANK, Scalar
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.foundation.errors import RunFailed
from mcdesk.history.content_folder import ContentFolder

_VERSION = 1


@dataclass(frozen=True, slots=True)
class JobRequest:
    """What a job runs.

    Attributes:
        model_sha256, model_suffix: which workbook of the library.
        now: what NOW() shows, local time with its zone.
        kept: which trials stay in memory.
    """

    model_sha256: str
    model_suffix: str
    setup: SetupFile
    plan: SimulationPlan
    backend: str
    now: datetime
    kept: KeptTrials


def request_text(request: JobRequest) -> str:
    """The request as JSON."""
    setup = request.setup
    document = {
        "version": _VERSION,
        "model": {"sha256": request.model_sha256, "suffix": request.model_suffix},
        "inputs": [asdict(each) for each in setup.inputs],
        "outputs": [asdict(each) for each in setup.outputs],
        "values": [asdict(each) | {"value": _value_document(each.value)} for each in setup.values],
        "limits": [asdict(each) for each in setup.limits],
        "correlations": [asdict(each) for each in setup.correlations],
        # a seed of 64 bits is more than many readers of JSON take
        "plan": asdict(request.plan)
        | {"sampling": request.plan.sampling.value, "seed": str(request.plan.seed)},
        "backend": request.backend,
        "now": request.now.isoformat(),
        "kept": asdict(request.kept),
    }
    return json.dumps(document, ensure_ascii=False)


def request_of(text: str) -> JobRequest:
    """The request that `request_text` wrote.

    Raises:
        RunFailed: if it is something else.
    """
    try:
        document: dict[str, Any] = json.loads(text)
        if document["version"] != _VERSION:
            raise RunFailed("The job was handed in by another version of mcdesk", "Run it again.")
        return JobRequest(
            model_sha256=document["model"]["sha256"],
            model_suffix=document["model"]["suffix"],
            setup=_setup(document),
            plan=_plan(document["plan"]),
            backend=document["backend"],
            now=datetime.fromisoformat(document["now"]),
            kept=KeptTrials(**document["kept"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise RunFailed("The job in the queue cannot be read", "Run it again.") from error


def model_path(folder: Path, request: JobRequest) -> Path:
    """Where the library keeps the workbook."""
    return ContentFolder(folder).path(request.model_sha256, request.model_suffix)


def _setup(document: dict[str, Any]) -> SetupFile:
    plan = document["plan"]
    return SetupFile(
        inputs=tuple(InputText(**each) for each in document["inputs"]),
        outputs=tuple(OutputText(**each) for each in document["outputs"]),
        values=tuple(ValueText(**(each | {"value": _value(each["value"])})) for each in document["values"]),
        limits=tuple(LimitText(**each) for each in document["limits"]),
        correlations=tuple(CorrelationText(**each) for each in document["correlations"]),
        trials=plan["trials"],
        seed=int(plan["seed"]),
        sampling=Sampling(plan["sampling"]),
        stop=plan["stop"] or None,
    )


def _plan(document: dict[str, Any]) -> SimulationPlan:
    return SimulationPlan(
        trials=document["trials"],
        seed=int(document["seed"]),
        sampling=Sampling(document["sampling"]),
        stop=document["stop"],
    )


def _value_document(value: Scalar) -> object:
    if isinstance(value, ErrorCode):
        return {"error": int(value)}
    if value is BLANK:
        return None
    # all digits, and the infinities that JSON lacks
    return {"number": value.hex()} if isinstance(value, float) else value


def _value(document: object) -> Scalar:
    if document is None:
        return BLANK
    if isinstance(document, dict):
        if "error" in document:
            return ErrorCode(document["error"])
        return float.fromhex(document["number"])
    if isinstance(document, str | bool):
        return document
    raise ValueError(f"{document!r} is no value of a cell")
