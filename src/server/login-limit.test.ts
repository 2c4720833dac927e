import { expect, test } from "vitest";
import { LoginLimit } from "./login-limit.ts";

const take = (limit: LoginLimit, address: string, times: number, nowMs = 0): number[] =>
  Array.from({ length: times }, () => limit.take(address, nowMs));

test("an address has twenty attempts, then one every three seconds", () => {
  const limit = new LoginLimit();
  expect(take(limit, "10.0.0.7", 22)).toEqual([...Array(20).fill(0), 3, 3]);
  expect(limit.take("10.0.0.7", 2000)).toBe(1);
  expect(take(limit, "10.0.0.7", 2, 3000)).toEqual([0, 3]);
  expect(take(limit, "10.0.0.7", 21, 3_600_000)).toEqual([...Array(20).fill(0), 3]);
});

test("attempts that succeed take nothing away, and one's attempts take nothing from another", () => {
  const limit = new LoginLimit();
  for (let round = 0; round < 100; round++) {
    expect(limit.take("10.0.0.7", 0)).toBe(0);
    limit.giveBack("10.0.0.7");
  }
  take(limit, "10.0.0.7", 20);
  expect(limit.take("10.0.0.7", 0)).toBe(3);
  expect(limit.take("10.0.0.8", 0)).toBe(0);
});

test("a clock set back by an hour neither gives attempts nor keeps anybody out for longer", () => {
  const limit = new LoginLimit();
  take(limit, "10.0.0.7", 20, 3_600_000);
  expect(limit.take("10.0.0.7", 0)).toBe(3);
  expect(limit.take("10.0.0.7", 3000)).toBe(0);
});

test("all addresses of one IPv6 /64 share their attempts, and an IPv4 address is one however it is written", () => {
  const same = (one: string, other: string): boolean => {
    const limit = new LoginLimit();
    take(limit, one, 20);
    return limit.take(other, 0) > 0;
  };
  expect(same("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::1")).toBe(true);
  expect(same("2001:db8::1", "2001:0db8:0:0:ffff::2")).toBe(true);
  expect(same("fe80::1%eth0", "fe80::2%eth0")).toBe(true);
  expect(same("::1", "::2")).toBe(true);
  expect(same("2001:db8:1:2::1", "2001:db8:1:3::1")).toBe(false);
  expect(same("::ffff:10.0.0.7", "10.0.0.7")).toBe(true);
  expect(same("::ffff:10.0.0.7", "10.0.0.8")).toBe(false);
});

test("thirty thousand addresses fill no more memory than ten thousand", () => {
  const limit = new LoginLimit();
  for (let number = 0; number < 30_000; number++) limit.take(`${number}`, 0);
  expect(limit.addresses).toBe(10_000);
});
