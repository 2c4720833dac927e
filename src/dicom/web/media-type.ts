/** A media type with its parameters (RFC 9110 8.3.1); names in lower case. */
export interface MediaType {
  /** type/subtype */
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const parameterPattern = new RegExp(`\\s*;\\s*(${token})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;,"]+))`, "y");
const typePattern = new RegExp(`\\s*(${token}/${token})`, "y");

/** All media types of a Content-Type (one) or Accept (several, separated by commas) header; null when it is malformed. */
export function mediaTypes(header: string): readonly MediaType[] | null {
  const found: MediaType[] = [];
  for (let at = 0; at < header.length; ) {
    typePattern.lastIndex = at;
    const type = typePattern.exec(header)?.[1];
    if (type === undefined) return null;
    at = typePattern.lastIndex;
    const parameters: Record<string, string> = {};
    for (;;) {
      parameterPattern.lastIndex = at;
      const match = parameterPattern.exec(header);
      if (match === null) break;
      const [, name = "", quoted, plain = ""] = match;
      parameters[name.toLowerCase()] = quoted?.replaceAll(/\\(.)/g, "$1") ?? plain;
      at = parameterPattern.lastIndex;
    }
    found.push({ type: type.toLowerCase(), parameters });
    const rest = /^\s*(,|;?\s*$)/.exec(header.slice(at));
    if (rest === null) return null;
    at += rest[0].length;
  }
  return found.length > 0 ? found : null;
}

/** What an Accept header asks for, one choice after another as the client prefers them. */
export interface Wanted {
  /** What is inside of multipart/related where `multipart`. */
  readonly type: string;
  readonly multipart: boolean;
  /** "*": as it is stored; null: not said. */
  readonly transferSyntaxUid: string | null;
}

/**
 * The choices of an Accept header (PS3.18 8.7.5), best first; those of quality 0 are left out. Without a header anything is wanted.
 * Null when it is malformed.
 */
export function wantedOf(accept: string | undefined): readonly Wanted[] | null {
  const types = accept === undefined || accept.trim() === "" ? [{ type: "*/*", parameters: {} }] : mediaTypes(accept);
  if (types === null) return null;
  const quality = ({ parameters }: MediaType): number => {
    const q = Number(parameters.q ?? 1);
    return Number.isFinite(q) ? q : 1;
  };
  return types
    .filter((type) => quality(type) > 0)
    .sort((a, b) => quality(b) - quality(a))
    .map(({ type, parameters }) => {
      const multipart = type === "multipart/related";
      return {
        type: multipart ? (parameters.type ?? "*/*").toLowerCase() : type,
        multipart,
        transferSyntaxUid: parameters["transfer-syntax"] ?? null,
      };
    });
}

/** Whether a type is, or is covered by a range such as image/* of, what is wanted. */
export const covers = (wanted: string, type: string): boolean =>
  wanted === "*/*" || wanted === type || (wanted.endsWith("/*") && type.startsWith(wanted.slice(0, -1)));
