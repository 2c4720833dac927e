/** How long, and how many, images are kept; null: without a limit. */
export interface Retention {
  readonly keepMs: number | null;
  readonly quotaBytes: number | null;
}

export interface RetainPorts {
  /** Bytes of all images, those in quarantine too. */
  readonly keptBytes: () => Promise<number>;
  /** Studies with images that are neither awaited nor being read, got nothing since and of which nobody said anything since; the oldest first. */
  readonly oldest: (of: {
    readonly receivedBefore: Date;
    readonly saidBefore: Date;
    readonly limit: number;
  }) => Promise<readonly { readonly studyInstanceUid: string; readonly lastReceivedAt: Date }[]>;
  /** Removes a study's images, and notes why. @returns their bytes */
  readonly remove: (studyInstanceUid: string, because: "keep-days" | "quota") => Promise<number>;
  /** @returns how many files */
  readonly removeQuarantined: (receivedBefore: Date) => Promise<number>;
}

const dayMs = 86_400_000;
/** What came in so lately stays, whatever the quota. */
const leastKeptMs = dayMs;
/** A study that a reader said something of so lately is in work. */
const inWorkMs = 7 * dayMs;
/** The quota is kept free by so much, so that what comes in finds room. */
const fullAt = 0.95;
/** They are locked together. */
const studiesAtOnce = 20;

/**
 * Removes the images of studies that are older than they are to be kept, and of the oldest ones while all together are near the quota. Those that came in
 * during the last day, are not read yet, or were spoken of during the last week stay. What was set aside goes by its age alone.
 * @returns bytes that are kept; whether there may be more to remove
 */
export async function retainStudies(
  { keepMs, quotaBytes }: Retention,
  now: Date,
  ports: RetainPorts,
): Promise<{ readonly keptBytes: number; readonly more: boolean }> {
  const before = (ms: number): Date => new Date(now.getTime() - ms);
  if (keepMs !== null) await ports.removeQuarantined(before(keepMs));
  let keptBytes = await ports.keptBytes();
  const studies = await ports.oldest({ receivedBefore: before(leastKeptMs), saidBefore: before(inWorkMs), limit: studiesAtOnce });
  let removed = 0;
  for (const { studyInstanceUid, lastReceivedAt } of studies) {
    const tooOld = keepMs !== null && lastReceivedAt < before(keepMs);
    if (!tooOld && (quotaBytes === null || keptBytes <= quotaBytes * fullAt)) break;
    keptBytes -= await ports.remove(studyInstanceUid, tooOld ? "keep-days" : "quota");
    removed += 1;
  }
  return { keptBytes, more: removed === studiesAtOnce };
}
