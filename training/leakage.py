"""Keeps what is evaluated out of training: every training program loads its data through `refuse_leaks`."""

import json
import pathlib

SPLITS = pathlib.Path(__file__).resolve().parent.parent / "benchmarks" / "accuracy" / "splits.json"
# Whole scans that figures are measured on (benchmarks/accuracy/backgrounds.ts).
TEST_SCANS = ("lidc-0001", "lidc-0002", "normal002")


def refuse_leaks(index, splits=None):
    """Raises ValueError when packed data hold a calibration or test patient, or a test scan. `index`: training/.packed/index.json, parsed."""
    splits = splits or json.loads(SPLITS.read_text())
    kept_out = {*splits["calibration"], *splits["test"], *TEST_SCANS}
    scans = {entry["name"].rsplit("-", 1)[0] for entry in index["backgrounds"]}
    patients = {entry["patient"] for entry in index["nodules"]}
    leaks = {name for name in scans | patients if kept_out & {name, name.replace("lidc", "LIDC-IDRI"), name.replace("LIDC-IDRI", "lidc")}}
    if leaks:
        raise ValueError(f"the packed data hold what must not train: {', '.join(sorted(leaks))}")
