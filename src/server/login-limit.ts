import { isIPv6 } from "node:net";

/** An attempt is paid off in so long; an address may owe so many. */
const attemptMs = 3000;
const mostOwedMs = 20 * attemptMs;
const mostAddresses = 10_000;

/** How often one address may try to sign in: a leaky bucket each, and no more memory than a fixed number of them. */
export class LoginLimit {
  /** When the attempts of an address are paid off; least recently used first. */
  readonly #paidOffAtMs = new Map<string, number>();

  /** Takes an attempt. @returns 0, or how many seconds until there is one again */
  take(address: string, nowMs: number): number {
    const key = networkOf(address);
    // Never more than is allowed to owe, as a clock may be set back.
    const owedMs = Math.min(mostOwedMs, Math.max(0, (this.#paidOffAtMs.get(key) ?? 0) - nowMs));
    const waitMs = Math.max(0, owedMs + attemptMs - mostOwedMs);
    this.#paidOffAtMs.delete(key);
    this.#paidOffAtMs.set(key, nowMs + owedMs + (waitMs === 0 ? attemptMs : 0));
    const [oldest] = this.#paidOffAtMs.keys();
    if (this.#paidOffAtMs.size > mostAddresses && oldest !== undefined) this.#paidOffAtMs.delete(oldest);
    return Math.ceil(waitMs / 1000);
  }

  /** Gives an attempt back that succeeded, so that many people behind one address can come to work. */
  giveBack(address: string): void {
    const key = networkOf(address);
    const paidOffAtMs = this.#paidOffAtMs.get(key);
    if (paidOffAtMs !== undefined) this.#paidOffAtMs.set(key, paidOffAtMs - attemptMs);
  }

  get addresses(): number {
    return this.#paidOffAtMs.size;
  }
}

/** An IPv4 address itself, also where it is written as an IPv6 one; of an IPv6 address the /64 that one subscriber has. */
function networkOf(address: string): string {
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? [];
  if (mapped !== undefined || !isIPv6(address)) return mapped ?? address;
  const [head = "", tail] = address.replace(/%.*$/, "").split("::");
  const groups = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const whole = tail === undefined ? groups : [...groups, ...Array<string>(8 - groups.length - after.length).fill("0"), ...after];
  return whole
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}
