import { isIP } from "node:net";

/** An IPv4 address as such where the system shows it within IPv6. */
export const plainAddress = (address: string): string => {
  const inner = address.replace(/^::ffff:/i, "");
  return isIP(inner) === 4 ? inner : address;
};
