"""What a client made of pydicom, urllib and email gets from a DICOMweb server, as JSON: of each object its file as stored and in Explicit VR Little
Endian, its first frame, and how its metadata differ from its file."""
import hashlib
import json
import sys
import urllib.request
from email import message_from_bytes
from io import BytesIO

import pydicom

base = sys.argv[1]


def get(path, accept):
    request = urllib.request.Request(path if path.startswith("http") else base + path, headers={"Accept": accept})
    with urllib.request.urlopen(request) as answer:
        return answer.headers["Content-Type"], answer.read()


def parts(path, accept):
    kind, body = get(path, accept)
    message = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    assert message.is_multipart(), kind
    return [(part["Content-Type"], part.get_payload(decode=True)) for part in message.get_payload()]


def sha(data):
    return hashlib.sha256(data).hexdigest()


def plain(element):
    if element.VR == "SQ":
        return [{e.tag: plain(e) for e in item} for item in element.value]
    value = element.value
    if element.VR in ("DS", "IS") and value not in (None, ""):
        return [float(v) for v in (value if isinstance(value, pydicom.multival.MultiValue) else [value])]
    if isinstance(value, bytes):
        return sha(value)
    return str(value if value not in (None, b"", []) else "")


def compared(stored, told):
    """Tags in which the metadata say otherwise than the file."""
    stored.decode()
    tags = {e.tag for e in stored} | {e.tag for e in told}
    return [str(tag) for tag in sorted(tags) if tag != 0x00080005 and (tag not in stored or tag not in told or plain(stored[tag]) != plain(told[tag]))]


out = {}
for study in json.loads(get("/studies", "application/dicom+json")[1]):
    url = "/studies/" + study["0020000D"]["Value"][0]
    files = {}
    for kind, data in parts(url, 'multipart/related; type="application/dicom"; transfer-syntax=*'):
        dataset = pydicom.dcmread(BytesIO(data))
        files[dataset.SOPInstanceUID] = dataset
        out[dataset.SOPInstanceUID] = {"type": kind, "file": sha(data), "name": str(dataset.PatientName)}
    for kind, data in parts(url, 'multipart/related; type="application/dicom"'):
        dataset = pydicom.dcmread(BytesIO(data))
        entry = out[dataset.SOPInstanceUID]
        entry["plainSyntax"] = dataset.file_meta.TransferSyntaxUID
        entry["plainPixels"] = sha(dataset.PixelData) if "PixelData" in dataset else None
        entry["plainDiffers"] = [tag for tag in compared(files[dataset.SOPInstanceUID], dataset) if tag != "(7fe0, 0010)"]
    for metadata in json.loads(get(url + "/metadata", "application/dicom+json")[1]):
        told = pydicom.Dataset.from_json(metadata, lambda tag, vr, uri: get(uri, "application/octet-stream")[1])
        entry = out[told.SOPInstanceUID]
        entry["metadataDiffers"] = [tag for tag in compared(files[told.SOPInstanceUID], told) if tag != "(7fe0, 0010)"]
        if "Rows" in told:
            instance = url + "/series/" + told.SeriesInstanceUID + "/instances/" + told.SOPInstanceUID
            [(kind, data)] = parts(instance + "/frames/1", 'multipart/related; type="application/octet-stream"')
            entry["frame"] = sha(data)
            entry["frameType"] = kind
print(json.dumps(out))
