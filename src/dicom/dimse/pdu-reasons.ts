/** Why a peer rejects an association, in the standard's words (PS3.8 table 9-21). */
export const rejectionOf = (source: number, reason: number): string => rejections[`${source}.${reason}`] ?? "no reason given";

const rejections: Readonly<Record<string, string>> = {
  "1.2": "application context name not supported",
  "1.3": "calling AE title not recognized",
  "1.7": "called AE title not recognized",
  "2.2": "protocol version not supported",
  "3.1": "temporary congestion",
  "3.2": "local limit exceeded",
};

/** Why a peer aborts one (PS3.8 table 9-26). */
export const abortReasonOf = (source: number, reason: number): string =>
  source === 2 ? (abortReasons[reason] ?? "reason not specified") : "service-user";

const abortReasons: Readonly<Record<number, string>> = {
  1: "unrecognized PDU",
  2: "unexpected PDU",
  4: "unrecognized PDU parameter",
  5: "unexpected PDU parameter",
  6: "invalid PDU parameter value",
};
