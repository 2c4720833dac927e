import { randomUUID } from "node:crypto";
import { Fault } from "../base/fault.ts";
import { reason } from "../base/reason.ts";
import type { SendCommand } from "../cli/arguments.ts";
import { exitCode } from "../cli/exit-code.ts";
import { formChoice, formRank } from "../dicom/dimse/report-forms.ts";
import { sopClassName } from "../dicom/dimse/sop-class-name.ts";
import { findObjects, type StorableObject } from "../dicom/dimse/storable-object.ts";
import { type Answer, hex, isStored, notSent } from "../dicom/dimse/store-answer.ts";
import { type SendOptions, storeByDimse } from "../dicom/dimse/store-scu.ts";
import { storeByWeb } from "../dicom/web/store-web.ts";
import { say } from "../words/say.ts";
import { requirePaths } from "./given-file.ts";
import { terminalProgress } from "./terminal-progress.ts";

/** One object and the last word on it; a file that could not be read has no UIDs. */
interface Line {
  readonly sopClassUid: string | null;
  readonly sopInstanceUid: string | null;
  readonly answer: Answer;
}

/**
 * `overread send`: DICOM files to a peer, with the peer's own answer for each.
 * @returns the exit code
 * @throws Fault for a mistake of the user's
 */
export async function send(command: SendCommand, signal: AbortSignal): Promise<number> {
  requirePaths(command.paths);
  const authorization = authorizationOf(process.env.OVERREAD_PEER_AUTHORIZATION);

  const progress = terminalProgress(command.language);
  const found = await findObjects(command.paths, signal, (fraction) => progress.report("intake", fraction));
  const answers = new Map<StorableObject, Answer>();
  const choice = formChoice(found.objects, answers, command.profile);
  const options: SendOptions = {
    isNeeded: (object) => choice.passedBy(object) === null,
    connectTimeoutMs: 15_000,
    idleTimeoutMs: 60_000,
    retryWaitsMs: [1000, 5000],
    signal,
  };
  // The richer form of a report has its answer before the next one's turn comes.
  const ordered = found.objects.toSorted((a, b) => formRank(a) - formRank(b));
  progress.report("send", 0);
  try {
    for await (const { object, answer } of answersOf(ordered, command.peer, authorization, options)) {
      answers.set(object, answer);
      progress.report("send", answers.size / ordered.length);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    for (const object of ordered) if (!answers.has(object)) answers.set(object, notSent(reason("send.interrupted")));
  }
  progress.end();
  const lines: Line[] = [
    ...found.objects.map((object) => ({ ...object, answer: choice.settled(object) })),
    ...found.unreadable.map((because) => ({ sopClassUid: null, sopInstanceUid: null, answer: notSent(because) })),
  ];
  if (command.json) showJson(lines, command);
  else if (found.objects.length > 0) showText(lines, command);
  else for (const { code, values } of [reason("send.nothing"), ...found.unreadable]) console.log(say(command.language, code, values));
  if (signal.aborted) return exitCode.interrupted;
  if (found.objects.length === 0) return exitCode.nothingDone;
  return lines.every(({ answer }) => isStored(answer) || answer.outcome === "not-needed") ? exitCode.done : exitCode.failed;
}

function answersOf(objects: readonly StorableObject[], peer: SendCommand["peer"], authorization: string | null, options: SendOptions) {
  if (!(peer instanceof URL)) return storeByDimse(objects, peer, options);
  const url = new URL(peer);
  // The resource that STOW-RS posts to (PS3.18 10.5.1), unless the address names it already.
  if (!/\/studies(\/[\d.]+)?\/?$/.test(url.pathname)) url.pathname = `${url.pathname.replace(/\/$/, "")}/studies`;
  return storeByWeb(objects, { url, authorization }, { ...options, batchBytes: 64 << 20, newBoundary: () => `overread-${randomUUID()}` });
}

/** `user:password`, or a whole value of the Authorization header. */
function authorizationOf(given: string | undefined): string | null {
  if (given === undefined || given === "") return null;
  if (/^[^\s:]+ [ -~]+$/.test(given)) return given;
  if (!/^[^\s:]+:/.test(given)) throw new Fault("cli.bad-authorization");
  return `Basic ${Buffer.from(given, "utf8").toString("base64")}`;
}

/** As it is shown: without the query of an address, which may hold a secret. */
const nameOf = (peer: SendCommand["peer"]): string =>
  peer instanceof URL ? `${peer.origin}${peer.pathname}` : `${peer.calledAet}@${peer.host}:${peer.port}`;

function showJson(lines: readonly Line[], { language, peer }: SendCommand): void {
  const objects = lines.map(({ sopClassUid, sopInstanceUid, answer: { outcome, status, because } }) => ({
    sopClassUid,
    sopInstanceUid,
    outcome,
    status: status === null ? null : hex(status),
    reason: because && { ...because, text: say(language, because.code, because.values) },
  }));
  console.log(JSON.stringify({ peer: nameOf(peer), objects }));
}

/** A line for each kind of object with its counts, and one for each remark with the numbers of the objects it is about. */
function showText(lines: readonly Line[], { language, peer }: SendCommand): void {
  console.log(say(language, "send.peer", { peer: nameOf(peer) }));
  const outcomeWords = ({ outcome }: Answer): string => say(language, `send.outcome.${outcome}`);
  for (const [uid, ofClass] of Map.groupBy(lines, ({ sopClassUid }) => sopClassUid)) {
    const counts = [...Map.groupBy(ofClass, ({ answer }) => outcomeWords(answer))];
    const said = counts.map(([outcome, { length }]) => say(language, "send.count", { count: length, outcome }));
    const className = uid === null ? say(language, "send.unreadable") : sopClassName(uid);
    console.log(`  ${say(language, "send.class-line", { name: className, counts: said.join(say(language, "send.and")) })}`);
  }
  const remarks = lines.flatMap(({ answer }, index) =>
    answer.because === null
      ? []
      : [{ number: index + 1, outcome: outcomeWords(answer), text: say(language, answer.because.code, answer.because.values) }],
  );
  for (const alike of Map.groupBy(remarks, ({ outcome, text }) => `${outcome} ${text}`).values()) {
    const { outcome, text } = alike[0] as (typeof remarks)[number];
    const numbers = ranges(alike.map(({ number }) => number)).join(say(language, "send.and"));
    console.log(`  ${say(language, "send.object-line", { numbers, outcome, reason: text })}`);
  }
  console.log(say(language, "send.total", { stored: lines.filter(({ answer }) => isStored(answer)).length, count: lines.length }));
}

/** Ascending numbers, neighbours joined: 1, 2, 3, 7 → "1–3", "7". */
function ranges(numbers: readonly number[]): string[] {
  const runs: [first: number, last: number][] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] === number - 1) run[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`));
}
