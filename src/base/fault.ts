/** Values that a message in words/ may need; never a patient's name or id, never a pixel. */
export type FaultValues = Readonly<Record<string, string | number>>;

/**
 * An outside fault: a file, a peer, a disk or a model that is not as it should be. The code is a message key of words/,
 * so that a shell can say it in the user's language. Caught once a shell, never inside.
 */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly code: string;
  readonly values: FaultValues;

  constructor(code: string, values: FaultValues = {}, cause?: unknown) {
    super(`${code} ${JSON.stringify(values)}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.values = values;
  }
}
