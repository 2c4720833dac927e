/** How a value must be (DICOM PS3.4 C.2.2.2), for attributes by keyword. See dicom/web/search-query for what each kind means. */
export type SearchMatch = { readonly key: string } & (
  | { readonly kind: "one-of"; readonly values: readonly string[] }
  | { readonly kind: "text"; readonly patterns: readonly string[]; readonly ignoreCase: boolean }
  | { readonly kind: "range"; readonly from: string | null; readonly to: string | null }
  | { readonly kind: "number"; readonly value: number }
);

/** What is looked for among the objects that came in. */
export interface ObjectSearch {
  readonly level: "study" | "series" | "instance";
  readonly matches: readonly SearchMatch[];
  readonly offset: number;
  readonly limit: number;
}
