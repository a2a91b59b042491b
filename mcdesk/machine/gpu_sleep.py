"""Whether NVIDIA GPUs are suspended, as Linux tells it without waking them; elsewhere nobody tells."""

from pathlib import Path

PCI_DEVICES = Path("/sys/bus/pci/devices")
NVIDIA = "0x10de"
# The class of displays and 3D controllers; the sound of a GPU is another one.
DISPLAYS = "0x03"
SUSPENDED = ("suspended", "suspending")


class GpuSleep:
    """The NVIDIA GPUs on the bus when this was made.

    Args:
        pci_folder: where Linux lists the devices on the bus.
    """

    def __init__(self, pci_folder: Path = PCI_DEVICES) -> None:
        # by address on the bus, which is the driver's order too
        self._devices = sorted(device for device in _entries(pci_folder) if _is_nvidia_gpu(device))

    def sleeping_count(self) -> int:
        """How many GPUs there are, if all of them sleep; 0 if one is awake, or its state is not known."""
        all_sleep = all(_text(device / "power" / "runtime_status") in SUSPENDED for device in self._devices)
        return len(self._devices) if all_sleep else 0


def _is_nvidia_gpu(device: Path) -> bool:
    return _text(device / "vendor") == NVIDIA and (_text(device / "class") or "").startswith(DISPLAYS)


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _text(file: Path) -> str | None:
    try:
        return file.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return None
