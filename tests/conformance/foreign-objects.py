"""Writes structured reports and segmentations as other makers do, with pydicom, and measures segmentations with numpy: the oracle of foreign-results.test.ts.

foreign-objects.py write FOLDER   |   foreign-objects.py measure FILE...
"""
import hashlib, json, os, sys, zlib
import numpy
from pydicom import dcmread
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian, RLELossless
from pydicom.encaps import encapsulate
from pydicom.pixel_data_handlers.rle_handler import rle_encode_frame

SEG, CT = "1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.2"


def ds(**attributes):
    made = Dataset()
    for keyword, value in attributes.items():
        setattr(made, keyword, value)
    return made


def code(text):
    scheme, value, meaning = text.split("|")
    return [ds(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning=meaning)]


def save(path, sop_class, syntax=ExplicitVRLittleEndian, charset="ISO_IR 192", **attributes):
    made = ds(SpecificCharacterSet=charset, SOPClassUID=sop_class, SOPInstanceUID=f"1.2.3.{zlib.crc32(os.path.basename(path).encode())}", StudyInstanceUID="1.2.3.1",
              SeriesInstanceUID="1.2.3.2", PatientName="Secret^Name", PatientID="SECRET-ID", ContentDate="20240229", Manufacturer="Elsewhere", **attributes)
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = syntax
    made.file_meta.MediaStorageSOPClassUID, made.file_meta.MediaStorageSOPInstanceUID = sop_class, made.SOPInstanceUID
    made.is_little_endian, made.is_implicit_VR = True, syntax == ImplicitVRLittleEndian
    made.save_as(path, write_like_original=False)


def item(relationship, value_type, name, *children, **value):
    made = ds(ValueType=value_type, **value)
    if relationship:
        made.RelationshipType = relationship
    if name:
        made.ConceptNameCodeSequence = code(name)
    if children:
        made.ContentSequence = list(children)
    return made


def num(name, value, unit, *children, exact=None):
    measured = ds(NumericValue=value, MeasurementUnitsCodeSequence=code(unit))
    if exact is not None:
        measured.FloatingPointValue = exact
    return item("CONTAINS", "NUM", name, *children, MeasuredValueSequence=[measured])


def image(uid, sop_class=CT, relationship="SELECTED FROM", name=None, **more):
    return item(relationship, "IMAGE", name, ReferencedSOPSequence=[ds(ReferencedSOPClassUID=sop_class, ReferencedSOPInstanceUID=uid, **more)])


def report(path, sop_class, title, *content, **attributes):
    save(path, sop_class, Modality="SR", ValueType="CONTAINER", ConceptNameCodeSequence=code(title), ContentSequence=list(content), **attributes)


def coded(relationship, name, value, *children):
    return item(relationship, "CODE", name, *children, ConceptCodeSequence=code(value))


def text(relationship, name, value):
    return item(relationship, "TEXT", name, TextValue=value)


LONG, SHORT, VOLUME = "SRT|G-A185|Long Axis", "SRT|G-A186|Short Axis", "SRT|G-D705|Volume"


def measurement_report(path):
    """TID 1500 in the codes of 2015: SNOMED RT, cm and mL, GB18030, implicit VR."""
    line = item("INFERRED FROM", "SCOORD3D", "DCM|121055|Path", GraphicType="POLYLINE", GraphicData=[10, 20, 30, 34, 20, 30], ReferencedFrameOfReferenceUID="1.2.3.9")
    nodule = item("CONTAINS", "CONTAINER", "DCM|125007|Measurement Group",
                  text("HAS OBS CONTEXT", "DCM|112039|Tracking Identifier", "结节一"),
                  item("HAS OBS CONTEXT", "UIDREF", "DCM|112040|Tracking Unique Identifier", UID="1.2.3.77"),
                  coded("CONTAINS", "DCM|121071|Finding", "SRT|M-03010|Nodule"),
                  coded("HAS CONCEPT MOD", "SRT|G-C0E3|Finding Site", "SRT|T-28000|Lung", coded("HAS CONCEPT MOD", "SRT|G-C171|Laterality", "SRT|G-A101|Left")),
                  image("1.2.3.88", SEG, "CONTAINS", "DCM|121191|Referenced Segment", ReferencedSegmentNumber=4),
                  item("CONTAINS", "UIDREF", "DCM|121232|Source series for segmentation", UID="1.2.3.89"),
                  num(LONG, "2.4", "UCUM|cm|centimeter", line),
                  num(SHORT, "1.1", "UCUM|[in_i]|inch"),
                  num(VOLUME, "1.37", "UCUM|mL|milliliter", text("HAS CONCEPT MOD", "DCM|111001|Algorithm Name", "Snake"),
                      text("HAS CONCEPT MOD", "DCM|111003|Algorithm Version", "7.1"), exact=1.3715),
                  num("99ELSE|HU|Density", "41.5", "UCUM|[hnsf'U]|Hounsfield unit"),
                  num("DCM|111012|Certainty of Finding", "87", "UCUM|%|Percent"),
                  coded("CONTAINS", "99ELSE|EDGE|Edge", "99ELSE|SPIC|Spiculated"),
                  text("CONTAINS", "DCM|121106|Comment", "左肺上叶\\边缘毛刺"))
    axes = [num("SCT|103339001|Long Axis", value, "UCUM|mm|millimeter", coded("HAS CONCEPT MOD", "DCM|111031|Image View", plane))
            for value, plane in (("9", "SCT|30730003|Sagittal"), ("8", "SCT|24422004|Axial"), ("7", "SCT|81654009|Coronal"))]
    square = item("CONTAINS", "SCOORD", "DCM|111030|Image Region", image("1.2.3.55"), GraphicType="POLYLINE", GraphicData=[2.5, 4.5, 6.5, 4.5, 6.5, 8.5, 2.5, 8.5, 2.5, 4.5])
    planar = item("CONTAINS", "CONTAINER", "DCM|125007|Measurement Group", square, *axes,
                  num("SCT|118565006|Volume", "5", "99ELSE|mm3|cubes"), num("SCT|81827009|Diameter", "8", "UCUM|mm|millimeter"))
    report(path, "1.2.840.10008.5.1.4.1.1.88.34", "DCM|126000|Imaging Measurement Report",
           item("CONTAINS", "CONTAINER", "DCM|126010|Imaging Measurements", nodule, planar),
           charset="GB18030", syntax=ImplicitVRLittleEndian, VerificationFlag="VERIFIED", PreliminaryFlag="FINAL", CompletionFlag="COMPLETE")


def chest_cad(path):
    """TID 4100: two single image findings; one refers by reference to the image library, as CAD reports do."""
    reference = item("SELECTED FROM", "", None)
    del reference.ValueType
    reference.ReferencedContentItemIdentifier = [1, 1, 1]
    center = item("HAS PROPERTIES", "SCOORD", "DCM|111010|Center", reference, GraphicType="POINT", GraphicData=[100.5, 50.5])
    other = item("HAS PROPERTIES", "SCOORD", "DCM|111010|Center", image("1.2.3.404"), GraphicType="POINT", GraphicData=[1, 1])
    certainty = num("DCM|111012|Certainty of Finding", "62.5", "UCUM|%|Percent")
    certainty.RelationshipType = "HAS PROPERTIES"
    finding = coded("INFERRED FROM", "DCM|111059|Single Image Finding", "SCT|27925004|Nodule", certainty, center,
                    text("HAS OBS CONTEXT", "DCM|112039|Tracking Identifier", "N1"), text("HAS OBS CONTEXT", "DCM|111001|Algorithm Name", "Finder"))
    lost = coded("INFERRED FROM", "DCM|111059|Single Image Finding", "SCT|27925004|Nodule", other)
    report(path, "1.2.840.10008.5.1.4.1.1.88.65", "DCM|112000|Chest CAD Report",
           item("CONTAINS", "CONTAINER", "DCM|111028|Image Library", image("1.2.3.55", relationship="CONTAINS")),
           coded("CONTAINS", "DCM|111017|CAD Processing and Findings Summary", "DCM|111242|All algorithms succeeded; with findings",
                 item("INFERRED FROM", "CONTAINER", "DCM|111034|Individual Impression/Recommendation", finding, lost)))


def slice_of_ct(path):
    save(path, CT, Modality="CT", Rows=128, Columns=128, BitsAllocated=16, BitsStored=16, HighBit=15, PixelRepresentation=0, SamplesPerPixel=1,
         PhotometricInterpretation="MONOCHROME2", PixelSpacing=[0.5, 0.75], ImagePositionPatient=[-40, -30, 12], ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
         FrameOfReferenceUID="1.2.3.9", RescaleSlope=1, RescaleIntercept=0, PixelData=bytes(2 * 128 * 128))
    made = dcmread(path)
    made.SOPInstanceUID = made.file_meta.MediaStorageSOPInstanceUID = "1.2.3.55"
    made.save_as(path)


def segmentation(path, masks, orientation, origin, step, spacing=(0.7, 0.9), fractional=False, order=None, heights=None, syntax=ExplicitVRLittleEndian):
    """masks: (segments, planes, rows, columns) of 0 … 1; empty frames are left out."""
    row, column = numpy.array(orientation[:3]), numpy.array(orientation[3:])
    normal = numpy.cross(row, column)
    frames = [(s, k) for s in range(len(masks)) for k in range(masks.shape[1]) if masks[s, k].any()]
    frames = [frames[n] for n in (order(len(frames)) if order else range(len(frames)))]
    groups = [ds(FrameContentSequence=[ds(DimensionIndexValues=[s + 1, k + 1])], SegmentIdentificationSequence=[ds(ReferencedSegmentNumber=s + 1)],
                 PlanePositionSequence=[ds(ImagePositionPatient=[round(float(x), 10) for x in origin + normal * (heights[k] if heights else k * step)])])
              for s, k in frames]
    stored = numpy.stack([masks[s, k] for s, k in frames])
    stored = numpy.rint(stored * 200).astype(numpy.uint8) if fractional else (stored > 0.5).astype(numpy.uint8)
    packed = numpy.packbits(stored.reshape(-1), bitorder="little").tobytes()
    data = stored.tobytes() if fractional else packed + b"\0" * (len(packed) % 2)
    if syntax == RLELossless:
        data = encapsulate([rle_encode_frame(frame) for frame in stored])
    described = [ds(SegmentNumber=s + 1, SegmentLabel=f"Lesion {s + 1}", SegmentAlgorithmType="MANUAL", TrackingID=f"T{s + 1}", TrackingUID=f"1.2.3.70{s + 1}",
                    SegmentedPropertyCategoryCodeSequence=code("SCT|49755003|Morphologically Abnormal Structure"),
                    SegmentedPropertyTypeCodeSequence=code("SCT|27925004|Nodule"),
                    AnatomicRegionSequence=[ds(CodeValue="39607008", CodingSchemeDesignator="SCT", CodeMeaning="Lung",
                                               AnatomicRegionModifierSequence=code("SCT|24028007|Right"))]) for s in range(len(masks))]
    more = dict(MaximumFractionalValue=200, SegmentationFractionalType="OCCUPANCY") if fractional else {}
    made = dict(Modality="SEG", FrameOfReferenceUID="1.2.3.9", Rows=masks.shape[2], Columns=masks.shape[3], NumberOfFrames=len(frames), SamplesPerPixel=1,
                PhotometricInterpretation="MONOCHROME2", PixelRepresentation=0, BitsAllocated=8 if fractional else 1, BitsStored=8 if fractional else 1,
                HighBit=7 if fractional else 0, SegmentationType="FRACTIONAL" if fractional else "BINARY", SegmentSequence=described, **more,
                SharedFunctionalGroupsSequence=[ds(PlaneOrientationSequence=[ds(ImageOrientationPatient=[float(x) for x in orientation])],
                                                   PixelMeasuresSequence=[ds(PixelSpacing=list(spacing), SliceThickness=5)])],
                PerFrameFunctionalGroupsSequence=groups, PixelData=data)
    save(path, SEG, syntax, **made)


def balls():
    """Two ellipsoids, the second hollow between its ends; 11 × 13 pixels, so that frames do not end at bytes."""
    k, j, i = numpy.mgrid[0:9, 0:11, 0:13]
    first = numpy.clip(1.5 - numpy.sqrt(((i - 6) / 4) ** 2 + ((j - 5) / 3) ** 2 + ((k - 4) / 3) ** 2), 0, 1)
    second = ((abs(i - 3) < 2) & (abs(j - 3) < 2) & ((k == 1) | (k == 4))).astype(float)
    return numpy.stack([first, second])


def write(folder):
    at = lambda name: os.path.join(folder, name)
    measurement_report(at("tid1500.dcm"))
    chest_cad(at("cad.dcm"))
    slice_of_ct(at("ct.dcm"))
    report(at("prose.dcm"), "1.2.840.10008.5.1.4.1.1.88.11", "LN|18748-4|Diagnostic imaging report", text("CONTAINS", "DCM|121071|Finding", "Nothing"))
    axial, oblique = [1, 0, 0, 0, 1, 0], [0.8, 0.6, 0, 0, 0, -1]
    origin = numpy.array([-12.5, 8.25, 100.0])
    backwards = lambda count: range(count - 1, -1, -1)
    segmentation(at("binary.dcm"), balls(), axial, origin, 2.5)
    segmentation(at("oblique.dcm"), balls(), oblique, origin, 1.25, order=backwards)
    segmentation(at("fractional.dcm"), balls(), oblique, origin, 2.5, fractional=True)
    segmentation(at("rle.dcm"), balls(), axial, origin, 2.5, fractional=True, syntax=RLELossless)
    segmentation(at("deflated.dcm"), balls(), axial, origin, 2.5, order=backwards, syntax=DeflatedExplicitVRLittleEndian)
    segmentation(at("irregular.dcm"), balls(), axial, origin, 2.5, heights=[0, 2, 5, 6, 8.5, 11, 12, 15, 17])
    segmentation(at("one-plane.dcm"), balls()[1:, 1:2], axial, origin, 2.5)


def measure(path):
    """By segment: voxels, volume with the distance of neighbouring planes, mean voxel centre, SHA-256 of the box that holds it (k, j, i)."""
    d = dcmread(path)
    pixels = d.pixel_array.reshape(d.NumberOfFrames, d.Rows, d.Columns)
    pixels = 2 * pixels.astype(int) >= d.MaximumFractionalValue if "MaximumFractionalValue" in d else pixels > 0
    shared, frames = d.SharedFunctionalGroupsSequence[0], d.PerFrameFunctionalGroupsSequence
    row, column = numpy.array(shared.PlaneOrientationSequence[0].ImageOrientationPatient, float).reshape(2, 3)
    dy, dx = map(float, shared.PixelMeasuresSequence[0].PixelSpacing)
    positions = numpy.array([f.PlanePositionSequence[0].ImagePositionPatient for f in frames], float)
    heights = positions @ numpy.cross(row, column)
    distances = numpy.diff(numpy.unique(numpy.round(heights, 6)))
    step = distances.min() if len(distances) else float("nan")
    numbers = numpy.array([(f if "SegmentIdentificationSequence" in f else shared).SegmentIdentificationSequence[0].ReferencedSegmentNumber for f in frames])
    result = {}
    for number in numpy.unique(numbers):
        own = [n for n in numpy.argsort(heights) if numbers[n] == number]
        n, j, i = numpy.nonzero(pixels[own])
        points = positions[own][n] + numpy.outer(i * dx, row) + numpy.outer(j * dy, column)
        planes = numpy.rint((heights[own] - heights.min()) / step).astype(int) if len(distances) else numpy.zeros(len(own), int)
        k = planes[n]
        box = numpy.zeros((k.max() - k.min() + 1, j.max() - j.min() + 1, i.max() - i.min() + 1), numpy.uint8)
        box[k - k.min(), j - j.min(), i - i.min()] = 1
        result[int(number)] = dict(voxels=len(i), volumeMm3=len(i) * dx * dy * step if len(distances) else None, centerMm=points.mean(0).tolist(),
                                   box=list(box.shape[::-1]), sha256=hashlib.sha256(box.tobytes()).hexdigest())
    return result


if sys.argv[1] == "write":
    write(sys.argv[2])
else:
    print(json.dumps([measure(path) for path in sys.argv[2:]]))
