"""What pydicom makes of a segmentation: segmentation-points.py SEG SOURCE_FOLDER → JSON on standard output.

Each frame is compared with the very source image (or frame of one) that it names; the points of a segment are its pixel centres in the patient, mm.
"""
import glob
import json
import os
import sys

import numpy
import pydicom

seg = pydicom.dcmread(sys.argv[1])
sources = {}
for path in glob.glob(os.path.join(sys.argv[2], "*")):
    image = pydicom.dcmread(path, stop_before_pixels=True)
    sources[image.SOPInstanceUID] = image


def geometry(image, frame):
    """Position, orientation and pixel spacing, from the functional groups where there are any."""
    def at(group, keyword):
        for place in (image.get("PerFrameFunctionalGroupsSequence", [])[frame:frame + 1], image.get("SharedFunctionalGroupsSequence", [])):
            if place and group in place[0]:
                return [float(x) for x in place[0][group][0][keyword].value]
        return [float(x) for x in image[keyword].value]
    return (at("PlanePositionSequence", "ImagePositionPatient"), at("PlaneOrientationSequence", "ImageOrientationPatient"), at("PixelMeasuresSequence", "PixelSpacing"))


frames = seg.pixel_array.reshape(-1, seg.Rows, seg.Columns)
unequal = 0
points = {}
for index, pixels in enumerate(frames):
    groups = seg.PerFrameFunctionalGroupsSequence[index]
    reference = groups.DerivationImageSequence[0].SourceImageSequence[0]
    source = sources[reference.ReferencedSOPInstanceUID]
    own = geometry(seg, index)
    theirs = geometry(source, int(reference.get("ReferencedFrameNumber", 1)) - 1)
    same = own[0] == theirs[0] and own[2] == theirs[2] and numpy.allclose(own[1], theirs[1], rtol=0, atol=1e-9)
    unequal += not (same and (seg.Rows, seg.Columns) == (source.Rows, source.Columns) and source.SOPClassUID == reference.ReferencedSOPClassUID)
    rows, columns = numpy.nonzero(pixels)
    row, column = numpy.array(own[1][:3]), numpy.array(own[1][3:])
    places = numpy.array(own[0]) + numpy.outer(columns * own[2][1], row) + numpy.outer(rows * own[2][0], column)
    number = groups.SegmentIdentificationSequence[0].ReferencedSegmentNumber
    points.setdefault(number, []).extend(places.round(2).tolist())

print(json.dumps({
    "unequalFrames": unequal,
    "emptyFrames": int(sum(not pixels.any() for pixels in frames)),
    "overlap": seg.SegmentsOverlap,
    "frameOfReference": seg.FrameOfReferenceUID == source.FrameOfReferenceUID,
    "lossy": [seg.LossyImageCompression, str(seg.get("LossyImageCompressionRatio", "")), seg.get("LossyImageCompressionMethod", "")],
    "segments": [[s.SegmentNumber, s.TrackingUID, s.TrackingID, s.SegmentAlgorithmType] for s in seg.SegmentSequence],
    "points": [points[s.SegmentNumber] for s in seg.SegmentSequence],
}))
