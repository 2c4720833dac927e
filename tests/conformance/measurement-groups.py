"""Prints as JSON what pydicom reads in structured reports: header, groups, numbers, references."""

import json
import sys

import pydicom


def code(sequence):
    return f"{sequence[0].CodingSchemeDesignator} {sequence[0].CodeValue}"


def children(item):
    return item.get("ContentSequence", [])


def named(item, name):
    return [c for c in children(item) if "ConceptNameCodeSequence" in c and code(c.ConceptNameCodeSequence) == name]


def everything(item):
    return [item] + [below for c in children(item) for below in everything(c)]


def numbers(item):
    found = {}
    for num in children(item):
        if num.ValueType != "NUM":
            continue
        modifiers = [code(c.ConceptCodeSequence) for c in children(num) if c.ValueType == "CODE"]
        measured = num.MeasuredValueSequence[0]
        drawn = [list(c.GraphicData) for c in children(num) if c.ValueType.startswith("SCOORD")]
        found[" ".join([code(num.ConceptNameCodeSequence), *modifiers])] = {
            "value": float(measured.get("FloatingPointValue", measured.NumericValue)),
            "unit": measured.MeasurementUnitsCodeSequence[0].CodeValue,
            "drawn": drawn,
        }
    return found


def group(item):
    kind = named(item, "DCM 121071")
    site = named(item, "SCT 363698007")[0]
    side = [code(c.ConceptCodeSequence) for c in children(site)]
    segment = named(item, "DCM 121191")
    center = named(item, "DCM 111010")
    texture = named(item, "RADLEX RID6037")
    return {
        "template": item.ContentTemplateSequence[0].TemplateIdentifier,
        "name": named(item, "DCM 112039")[0].TextValue,
        "trackingUid": named(item, "DCM 112040")[0].UID,
        "kind": code(kind[0].ConceptCodeSequence) if kind else None,
        "side": side[0] if side else None,
        "segment": segment[0].ReferencedSOPSequence[0].ReferencedSegmentNumber if segment else None,
        "texture": code(texture[0].ConceptCodeSequence) if texture else None,
        "center": list(center[0].GraphicData) if center else None,
        "comments": [c.TextValue for c in named(item, "DCM 121106")],
        "change": (named(item, "DCM 111021") or [{"TextValue": None}])[0].get("TextValue"),
        "numbers": numbers(item),
    }


def measured_in_lungs(num):
    """Concept, side, value and unit of a study-level measurement."""
    side = named(named(num, "SCT 363698007")[0], "SCT 272741003")[0]
    measured = num.MeasuredValueSequence[0]
    value = float(measured.get("FloatingPointValue", measured.NumericValue))
    return [code(num.ConceptNameCodeSequence), code(side.ConceptCodeSequence), value, measured.MeasurementUnitsCodeSequence[0].CodeValue]


def report(path):
    root = pydicom.dcmread(path)
    items = everything(root)
    evidence = [
        sop.ReferencedSOPInstanceUID
        for study in root.get("CurrentRequestedProcedureEvidenceSequence", [])
        for series in study.ReferencedSeriesSequence
        for sop in series.ReferencedSOPSequence
    ]
    return {
        "patient": str(root.PatientName),
        "flags": [root.CompletionFlag, root.VerificationFlag, root.PreliminaryFlag],
        "titles": [code(c.ConceptNameCodeSequence) for c in children(root) if c.ValueType == "CONTAINER"],
        "uids": [[code(i.ConceptNameCodeSequence), i.UID] for i in items if i.ValueType == "UIDREF"],
        "outcome": [code(c.ConceptCodeSequence) for i in items for c in named(i, "DCM 111017")],
        "texts": [i.TextValue for i in items if i.ValueType == "TEXT"],
        "evidence": evidence,
        "referenced": [r.ReferencedSOPInstanceUID for i in items for r in i.get("ReferencedSOPSequence", [])],
        "frames": [
            int(r.ReferencedFrameNumber) for i in items for r in i.get("ReferencedSOPSequence", []) if "ReferencedFrameNumber" in r
        ],
        "valueTypes": sorted({i.ValueType for i in items}),
        "study": [measured_in_lungs(n) for c in named(root, "UMLS C0034375") for n in children(c) if n.ValueType == "NUM"],
        "groups": [group(i) for i in items if i.ValueType == "CONTAINER" and code(i.ConceptNameCodeSequence) == "DCM 125007"],
    }


print(json.dumps([report(path) for path in sys.argv[1:]]))
