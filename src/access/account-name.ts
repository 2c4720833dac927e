/** So that a number fits behind it. */
const longest = 56;

/**
 * A name for an account (`AccountName`) after what a person is called elsewhere.
 * @param called by preference; the first that leaves a letter or a digit is taken
 */
export function accountNameAfter(called: readonly string[]): string {
  const names = called.map((name) =>
    name
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .toLowerCase()
      .replace(/[^a-z0-9._@-]+/g, "-")
      .replace(/^[^a-z0-9]+/, "")
      .slice(0, longest)
      .replace(/-+$/, ""),
  );
  return names.find((name) => name !== "") ?? "user";
}
