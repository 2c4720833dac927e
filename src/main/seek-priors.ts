import { reason } from "../base/reason.ts";
import { readHeader } from "../dicom/read-header.ts";
import { tag } from "../dicom/tags.ts";
import type { Indexed, ReceivedInstance } from "../findings/received-instance.ts";
import { sourceOf } from "../server/dicom-web-ports.ts";
import { saying } from "../words/say.ts";
import { fetchPrior, type PriorSource } from "../workflow/fetch-priors.ts";
import type { ReadJob } from "../workflow/read-job.ts";
import type { ArrivingObject, Received } from "../workflow/receive-object.ts";
import type { Config } from "./config.ts";
import type { DicomTls } from "./dicom-tls.ts";
import { priorSources } from "./prior-sources.ts";
import { programEvent } from "./program-event.ts";
import { logLine, logUnexpected } from "./server-log.ts";
import type { Station } from "./station.ts";

const mostAtOnce = 4;

/**
 * Looks for an earlier study at the peers before a study is read, once for each of its revisions: what came of it stands in the index, so that a process
 * that dies in between leaves a study for which it is done again. Only a server can do so, as peers send to it.
 */
export class PriorSeeker {
  readonly #station: Station;
  readonly #config: Config;
  readonly #tls: DicomTls;
  readonly #stop: AbortSignal;
  /** Since when studies wait for an earlier one, by study and revision. */
  readonly #since = new Map<string, number>();
  readonly #running = new Map<string, Promise<void>>();
  /** Studies that peers are sending at this moment, and which. */
  readonly #asked = new Map<string, string>();

  constructor(station: Station, config: Config, tls: DicomTls, stop: AbortSignal) {
    this.#station = station;
    this.#config = config;
    this.#tls = tls;
    this.#stop = stop;
  }

  /** Files an instance; one of a study that its sender was asked for is a prior, also where the sender does not say on whose behalf it sends. */
  readonly add = (instance: ReceivedInstance): Promise<Indexed> => {
    const { receivedBy, study } = instance;
    const wasAsked = receivedBy.way === "dimse" && this.#asked.get(study.studyInstanceUid) === receivedBy.from;
    return this.#station.index.add(wasAsked ? { ...instance, receivedBy: { ...receivedBy, way: "prior" } } : instance);
  };

  /** Whether a study may be read now; where not, an earlier one is being looked for, or will be. To be asked anew for every round. */
  async round(receive: (object: ArrivingObject) => Promise<Received>): Promise<(job: ReadJob) => Promise<boolean>> {
    const { dicom, priors } = this.#config;
    if (priors.years === 0) return async () => true;
    const at = { aeTitle: dicom.aeTitle, tls: this.#tls, idleTimeoutMs: priors.waitMs };
    const sources = priorSources(await this.#station.peers.list(), at, receive).map((source) => this.#noting(source));
    if (sources.length === 0) return async () => true;
    return async (job) => {
      const key = `${job.studyInstanceUid}/${job.revision}`;
      if (this.#running.has(key)) return false;
      if ((await this.#station.index.priorsSought(job)) !== null) return true;
      const since = this.#since.get(key) ?? Date.now();
      this.#since.set(key, since);
      const leftMs = Math.max(0, since + priors.waitMs - Date.now());
      if (this.#running.size < mostAtOnce || leftMs === 0) {
        const seeking = this.#seek(job, sources, leftMs)
          .catch(logUnexpected)
          .finally(() => this.#running.delete(key));
        this.#running.set(key, seeking);
      }
      return false;
    };
  }

  /** Resolves when what was under way at the stop has ended. */
  async ended(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  async #seek(job: ReadJob, sources: readonly PriorSource[], leftMs: number): Promise<void> {
    const { index, audit } = this.#station;
    const signal = AbortSignal.any([this.#stop, AbortSignal.timeout(leftMs)]);
    const missing = await fetchPrior(
      job.studyInstanceUid,
      {
        sources,
        index,
        issuerOf: (uid) => this.#issuerOf(uid),
        fetched: async (uid, peer) => {
          await index.fetchedWhole(uid, [saying(this.#config.language)(reason("prior.fetched"))]);
          await audit.append(programEvent("received", { about: { studyInstanceUid: uid, peer }, because: "prior" }));
        },
        failed: (peer, because) => logLine("prior-not-fetched", { peer, because }),
      },
      { years: this.#config.priors.years, signal },
    ).catch((error: unknown) => {
      logUnexpected(error);
      return reason("prior.failed");
    });
    if (this.#stop.aborted) return;
    await index.setPriorsSought(job, missing);
    this.#since.delete(`${job.studyInstanceUid}/${job.revision}`);
  }

  #noting(source: PriorSource): PriorSource {
    const retrieve: PriorSource["retrieve"] = async (uid, signal) => {
      this.#asked.set(uid, source.name);
      try {
        await source.retrieve(uid, signal);
      } finally {
        this.#asked.delete(uid);
      }
    };
    return { ...source, retrieve };
  }

  /** By whom the patient's ID was given (0010,0021), as the first image says. */
  async #issuerOf(studyInstanceUid: string): Promise<string | null> {
    const { index, pixels } = this.#station;
    const [instance] = await index.instances({ studyInstanceUid });
    if (instance === undefined) return null;
    const reading = await readHeader(sourceOf(instance, pixels));
    return reading.kind === "header" ? reading.header.attributes.text(tag.issuerOfPatientId) : null;
  }
}
