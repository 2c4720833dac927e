import type { BucketPlace, PixelBucket } from "./pixel-bucket.ts";
import { PixelFolder } from "./pixel-folder.ts";

/** Where images and results lie: in a folder of this machine, or in a bucket. */
export type PixelPlace = { readonly kind: "folder"; readonly folder: string } | ({ readonly kind: "bucket" } & BucketPlace);

/** @throws Fault output.not-writable, store.bucket-gone, store.bucket-refuses */
export async function openPixels(place: PixelPlace): Promise<PixelFolder | PixelBucket> {
  if (place.kind === "folder") return PixelFolder.open(place.folder);
  // The S3 client is large: only who has a bucket loads it.
  return (await import("./pixel-bucket.ts")).PixelBucket.open(place);
}
