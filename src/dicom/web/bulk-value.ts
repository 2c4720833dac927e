import { Fault } from "../../base/fault.ts";
import { type DataSetPlace, readElements, readItems } from "../read-elements.ts";
import type { Header } from "../read-header.ts";
import { isPixelData, swapped, valueBytes } from "./dicom-json.ts";
import { headerPlace } from "./stored-image.ts";

/**
 * The value that a BulkDataURI of dicom-json.ts names, little endian; "pixels" where that is the pixel data.
 * @param path of tags and item numbers, `52009229/1/00281234`
 * @throws Fault dicom-web.no-such-object
 */
export async function bulkValue(header: Header, path: string): Promise<Uint8Array | "pixels"> {
  const steps = path.split("/");
  const isPath = steps.length % 2 === 1 && steps.every((step, n) => (n % 2 === 0 ? /^[0-9A-Fa-f]{8}$/ : /^[1-9]\d{0,5}$/).test(step));
  if (!isPath) throw new Fault("dicom-web.no-such-object");
  let place: DataSetPlace | undefined = await headerPlace(header);
  for (let n = 0; place !== undefined; n += 2) {
    const read = readElements(place);
    const tag = Number.parseInt(steps[n] ?? "", 16);
    const element = typeof read === "string" ? undefined : read.elements.get(tag);
    if (element === undefined) break;
    if (n === steps.length - 1) {
      if (isPixelData(tag)) return "pixels";
      const value = place.bytes.subarray(element.offset, element.offset + element.length);
      return place.encoding.littleEndian ? value : swapped(value, valueBytes[element.vr ?? ""] ?? 1);
    }
    place = readItems(place.bytes, element, place.encoding)[Number(steps[n + 1]) - 1];
  }
  throw new Fault("dicom-web.no-such-object");
}
