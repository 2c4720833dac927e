import { lookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { Fault } from "../base/fault.ts";

/**
 * Addresses that no peer has: this host in no network (0.0.0.0/8, ::), link-local, where clouds answer with credentials (169.254.169.254, and its likes
 * fd00:ec2::254 and 100.100.100.200), multicast, broadcast and reserved ones, and IPv6 forms that hide an IPv4 address from this list (NAT64, 6to4,
 * Teredo, IPv4-compatible). IPv4-mapped ones are judged as what they hold.
 */
const refused = new BlockList();
for (const [net, prefix] of [
  ["0.0.0.0", 8],
  ["169.254.0.0", 16],
  ["224.0.0.0", 3],
  ["100.100.100.200", 32],
] as const)
  refused.addSubnet(net, prefix, "ipv4");
for (const [net, prefix] of [
  ["64:ff9b::", 96],
  ["64:ff9b:1::", 48],
  ["2001::", 32],
  ["2002::", 16],
  ["fe80::", 10],
  ["fec0::", 10],
  ["ff00::", 8],
  ["fd00:ec2::254", 128],
] as const)
  refused.addSubnet(net, prefix, "ipv6");
/** ::/96 but ::1. */
const compatible = new BlockList();
compatible.addSubnet("::", 96, "ipv6");

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

const isIn = (list: BlockList, address: string): boolean => list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");

/** Whether a peer may be at an address: of this machine and of private networks too, where an administrator names it. Nothing but an address may. */
export function mayBePeer(address: string): boolean {
  const plain = address.replace(/^\[(.*)\]$/, "$1");
  if (isIP(plain) === 0 || isIn(refused, plain)) return false;
  return isIP(plain) === 4 || isIn(loopback, plain) || !isIn(compatible, plain);
}

/** Whether a DICOMweb service may be at a URL, as far as can be told before its name is looked up: http or https, no credentials, no query. */
export function mayBePeerUrl(url: URL): boolean {
  const { protocol, username, password, search, hash, hostname } = url;
  if (protocol !== "http:" && protocol !== "https:") return false;
  if (username !== "" || password !== "" || search !== "" || hash !== "") return false;
  return isIP(hostname.replace(/^\[(.*)\]$/, "$1")) === 0 ? hostname !== "" : mayBePeer(hostname);
}

/**
 * Looks a name up for a connection, which is then made to what was found here: a name that answers otherwise a moment later changes nothing. A name that
 * leads to an address no peer has, or to this machine without being `localhost`, is refused, whatever else it leads to.
 */
export const lookUpPeer: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const isOwn = hostname === "localhost" || hostname.endsWith(".localhost");
    const wrong = addresses?.some(({ address }) => !mayBePeer(address) || (!isOwn && isIn(loopback, address)));
    const [first] = addresses ?? [];
    if (error !== null) callback(error, "");
    else if (wrong || first === undefined) callback(new Fault("send.address-refused"), "");
    else if (options.all) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};
