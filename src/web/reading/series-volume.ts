import { cache, Enums, eventTarget, type Types, volumeLoader } from "@cornerstonejs/core";
import { wadors } from "@cornerstonejs/dicom-image-loader";
import { z } from "zod";
import type { Server } from "../session/server.ts";

/** A series as the viewer holds it. */
export interface SeriesVolume {
  readonly seriesInstanceUid: string;
  readonly volumeId: string;
  readonly images: number;
  /** Images whose pixels are here. */
  readonly onLoaded: (heard: (images: number) => void) => () => void;
  readonly forget: () => void;
}

/** An object of DICOM JSON (PS3.18 F.2). */
const Metadata = z.record(z.string(), z.looseObject({ vr: z.string() }));
type Metadata = z.infer<typeof Metadata>;

const sopInstanceUidTag = "00080018";
const framesTag = "00280008";
const positionTag = "00200032";
const orientationTag = "00200037";

/**
 * Opens a series over DICOMweb. Its pixels come in afterwards, those in the middle first.
 * @throws Refusal, NoAnswer
 * @returns null where the series has no images that lie in space
 */
export async function openSeries(server: Server, studyInstanceUid: string, seriesInstanceUid: string): Promise<SeriesVolume | null> {
  const path = `/dicom-web/studies/${studyInstanceUid}/series/${seriesInstanceUid}`;
  const all = await server.get(`${path}/metadata`, z.array(Metadata));
  const placed = all.filter((each) => numbersAt(each, positionTag).length === 3 && numbersAt(each, orientationTag).length === 6);
  const single = placed.filter((each) => (numbersAt(each, framesTag)[0] ?? 1) === 1);
  const imageIds = headToFeet(single).map((each) => {
    const imageId = `wadors:${location.origin}${path}/instances/${textAt(each, sopInstanceUidTag)}/frames/1`;
    wadors.metaDataManager.add(imageId, each as unknown as Parameters<typeof wadors.metaDataManager.add>[1]);
    return imageId;
  });
  if (imageIds.length < 2) return null;
  const volumeId = `cornerstoneStreamingImageVolume:${seriesInstanceUid}`;
  const volume = (await volumeLoader.createAndCacheVolume(volumeId, { imageIds })) as Types.IStreamingImageVolume;
  const loaded = new Set<string>();
  const wanted = new Set(imageIds);
  const hearers = new Set<(images: number) => void>();
  const arrived = (event: Event): void => {
    const { imageId } = (event as CustomEvent<{ image: { imageId: string } }>).detail.image;
    if (!wanted.has(imageId) || loaded.has(imageId)) return;
    loaded.add(imageId);
    for (const heard of hearers) heard(loaded.size);
  };
  eventTarget.addEventListener(Enums.Events.IMAGE_LOADED, arrived);
  volume.load();
  return {
    seriesInstanceUid,
    volumeId,
    images: imageIds.length,
    onLoaded: (heard) => {
      hearers.add(heard);
      heard(loaded.size);
      return () => hearers.delete(heard);
    },
    forget: () => {
      eventTarget.removeEventListener(Enums.Events.IMAGE_LOADED, arrived);
      volume.cancelLoading?.();
      cache.removeVolumeLoadObject(volumeId);
      for (const imageId of imageIds)
        if (cache.getImageLoadObject(imageId) !== undefined) cache.removeImageLoadObject(imageId, { force: true });
    },
  };
}

/** Images in the order in which readers scroll; equal positions keep the first. */
function headToFeet(images: readonly Metadata[]): Metadata[] {
  const [first] = images;
  if (first === undefined) return [];
  const [rx = 1, ry = 0, rz = 0, cx = 0, cy = 1, cz = 0] = numbersAt(first, orientationTag);
  const normal = [ry * cz - rz * cy, rz * cx - rx * cz, rx * cy - ry * cx];
  const along = (image: Metadata): number => numbersAt(image, positionTag).reduce((sum, mm, axis) => sum + mm * (normal[axis] ?? 0), 0);
  const sorted = images.map((image) => ({ image, atMm: along(image) })).sort((a, b) => b.atMm - a.atMm);
  return sorted
    .filter(({ atMm }, index) => index === 0 || Math.abs(atMm - (sorted[index - 1]?.atMm ?? 0)) > 1e-3)
    .map(({ image }) => image);
}

function numbersAt(image: Metadata, tag: string): number[] {
  const values = image[tag]?.Value;
  return Array.isArray(values) ? values.map(Number).filter(Number.isFinite) : [];
}

function textAt(image: Metadata, tag: string): string {
  const values = image[tag]?.Value;
  return Array.isArray(values) ? String(values[0]) : "";
}
