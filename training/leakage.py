"""Keeps what is evaluated out of training: every training program loads its data through `refuse_leaks`."""

import json
import pathlib

SPLITS = pathlib.Path(__file__).resolve().parent.parent / "benchmarks" / "accuracy" / "splits.json"
# Whole scans that figures are measured on (benchmarks/accuracy/backgrounds.ts).
TEST_SCANS = ("lidc-0001", "lidc-0002", "normal002")


def trained_by(index):
    """Patients and whole scans of packed data, by name."""
    patients = {entry["patient"] for entry in (*index["nodules"], *index["backgrounds"]) if entry.get("patient")}
    return patients, {entry.get("scan") or entry["name"].rsplit("-", 1)[0] for entry in index["backgrounds"]}


def kept_out_by(index):
    """Who must not train: a fold of luna16_recipe.py says it itself, for all else it is who the project's own figures are measured on."""
    if "keptOut" in index:
        return set(index["keptOut"])
    splits = json.loads(SPLITS.read_text())
    return {*splits["calibration"], *splits["test"], *TEST_SCANS}


def refuse_leaks(index):
    """Raises ValueError when packed data hold a patient or a scan that must not train. `index`: training/.packed/index.json, parsed."""
    kept_out = kept_out_by(index)
    patients, scans = trained_by(index)
    leaks = {name for name in scans | patients if kept_out & {name, name.replace("lidc", "LIDC-IDRI"), name.replace("LIDC-IDRI", "lidc")}}
    if leaks:
        raise ValueError(f"the packed data hold what must not train: {', '.join(sorted(leaks))}")
