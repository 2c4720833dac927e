import { once } from "node:events";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { lookUpPeer, mayBePeer, mayBePeerUrl } from "./peer-address.ts";

test.each(["10.0.0.1", "172.16.3.4", "192.168.1.1", "127.0.0.1", "8.8.8.8", "::1", "fd12::1", "2001:db8::1", "::ffff:10.0.0.1"])(
  "a peer may be at %s",
  (address) => expect(mayBePeer(address)).toBe(true),
);

test.each([
  ...["0.0.0.0", "0.1.2.3", "169.254.169.254", "100.100.100.200", "224.0.0.1", "240.0.0.1", "255.255.255.255"],
  ...["::", "fe80::1", "fe80::1%eth0", "ff02::1", "fd00:ec2::254", "2002:a9fe:a9fe::1", "64:ff9b::a9fe:a9fe", "::a9fe:a9fe"],
  ...["::ffff:169.254.169.254", "::ffff:a9fe:a9fe", "[::ffff:0:0]", "localhost", "pacs.example", "2852039166", "0x7f.1", ""],
])("no peer is at %s", (address) => expect(mayBePeer(address)).toBe(false));

test.each(["http://pacs.example/dicom-web", "https://10.0.0.1:8443/dicom-web", "http://[::1]:8042/dicom-web", "http://127.0.0.1/"])(
  "a service may be at %s",
  (url) => expect(mayBePeerUrl(new URL(url))).toBe(true),
);

test.each([
  ...["ftp://10.0.0.1/", "file:///etc/passwd", "http://user:word@10.0.0.1/", "http://10.0.0.1/?a=b", "http://10.0.0.1/#a"],
  // As the URL standard reads these, they are 169.254.169.254.
  ...["http://169.254.169.254/latest", "http://2852039166/", "http://0xa9fea9fe/", "http://0251.0376.0251.0376/"],
  ...["http://[::ffff:169.254.169.254]/", "http://[fe80::1]/", "http://0/"],
])("no service is at %s", (url) => expect(mayBePeerUrl(new URL(url))).toBe(false));

/** What a connection to a name fails with. */
const refusalOf = async (host: string): Promise<string> => {
  const socket = connect({ host, port: 9, lookup: lookUpPeer });
  const [error] = (await once(socket, "error")) as [NodeJS.ErrnoException];
  return error.code ?? "";
};

test("a name that leads to this machine is connected to only when it says so", async () => {
  // The name of this machine is that of an address of its own; that of loopback is localhost alone.
  expect(await refusalOf("localhost")).toBe("ECONNREFUSED");
  expect(await refusalOf("ip6-loopback")).toMatch(/send.address-refused|ENOTFOUND/);
  expect(await refusalOf("ip6-allnodes")).toMatch(/send.address-refused|ENOTFOUND/);
});
