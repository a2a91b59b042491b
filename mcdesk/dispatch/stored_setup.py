"""A simulation of the history, to be run again: its set-up and plan out of what was kept of it."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mcdesk.dispatch.run_types import RunRequest
from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.engine.simulation_types import SimulationPlan
from mcdesk.formulas.setup_texts import (
    MOST_SEED,
    CorrelationText,
    InputText,
    LimitText,
    OutputText,
    SetupFile,
    ValueText,
)
from mcdesk.formulas.values import BLANK, Scalar
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.foundation.errors import RecordMissing
from mcdesk.foundation.kept_file import open_kept, write_kept
from mcdesk.history.run_record import RunRecord

if TYPE_CHECKING:
    from mcdesk.history.file_store import FileStore

_SOURCE = "the history"


def stored_setup(record: RunRecord) -> tuple[SetupFile, SimulationPlan]:
    """The set-up and the plan that a simulation was run with.

    Raises:
        RecordMissing: if what is kept cannot be understood.
    """
    try:
        document: dict[str, Any] = json.loads(record.setup_json)
        setup = SetupFile(
            inputs=tuple(
                InputText(_SOURCE, each["cell"], each["distribution"], each["name"])
                for each in document["inputs"]
            ),
            outputs=tuple(OutputText(_SOURCE, each["cell"], each["name"]) for each in document["outputs"]),
            values=tuple(
                ValueText(_SOURCE, each["cell"], value := _value(each["value"]), isinstance(value, str))
                for each in document["values"]
            ),
            limits=tuple(_limits(document["limits"])),
            correlations=tuple(
                CorrelationText(_SOURCE, each["cells"][0], each["cells"][1], each["rank"])
                for each in document["correlations"]
            ),
        )
        stop = document["stop"] or ""
        plan = SimulationPlan(document["trials"], document["seed"], Sampling(document["sampling"]), stop)
    except (ValueError, LookupError, TypeError) as error:
        raise RecordMissing(f"The set-up of {record.model_name} cannot be read again", str(error)) from error
    return setup, plan


def repeated_request(record: RunRecord, files: "FileStore", folder: Path, seed_step: int) -> RunRequest:
    """The same simulation once more, on the workbook as it was then.

    Args:
        folder: where the workbook is put under its name, if it is no longer where it was read from.
        seed_step: is added to the seed.

    Raises:
        RecordMissing: if set-up or workbook are not kept.
    """
    setup, plan = stored_setup(record)
    known = [each for each in files.files(record.user_id) if each.sha256 == record.model_sha256]
    path = next((Path(each.path) for each in known if _has_content(Path(each.path), each.sha256)), None)
    if path is None:
        source = files.content_path(record.model_sha256, record.model_name)
        path = folder / record.model_sha256[:12] / record.model_name
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with open_kept(source) as file:
                write_kept(path, file.read())
        except OSError as error:
            raise RecordMissing(f"The workbook {record.model_name} is not kept", str(error)) from error
    seed = (plan.seed + seed_step) % (MOST_SEED + 1)
    return RunRequest(path, setup, replace(plan, seed=seed), uses_cache=False)


def _has_content(path: Path, sha256: str) -> bool:
    try:
        with open_kept(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except OSError:
        return False


def _limits(entries: list[Mapping[str, Any]]) -> Iterator[LimitText]:
    for each in entries:
        yield from (LimitText(_SOURCE, each["cell"], float(value)) for value in each["values"])


def _value(value: object) -> Scalar:
    if value is None:
        return BLANK
    if isinstance(value, Mapping):
        found = ErrorCode.from_text(str(value["error"]))
        if found is None:
            raise ValueError(f"{value['error']} is no error of a sheet")
        return found
    if isinstance(value, bool | int | float):
        return value if isinstance(value, bool) else float(value)
    return str(value)
