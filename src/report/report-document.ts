/** A picture that is already encoded as PNG. */
export interface Picture {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** How a text is to be seen: warnings stand out, quiet text steps back. */
export type Tone = "plain" | "strong" | "quiet" | "good" | "warning" | "bad";

/** A table cell; `lines` stand one under the other. `boxes` are empty boxes for a pen, each with its label. */
export interface Cell {
  readonly lines: readonly string[];
  readonly tone?: Tone;
  readonly boxes?: readonly string[];
}

export interface Column {
  readonly label: string;
  readonly align: "left" | "right";
  /** Share of the table's width; shares of all columns are put in proportion. */
  readonly share: number;
}

export type Block =
  | { readonly kind: "paragraph"; readonly text: string; readonly tone: Tone }
  | { readonly kind: "facts"; readonly facts: readonly { readonly label: string; readonly value: string }[] }
  | { readonly kind: "list"; readonly label?: string; readonly items: readonly string[] }
  | { readonly kind: "table"; readonly columns: readonly Column[]; readonly rows: readonly (readonly Cell[])[] }
  | { readonly kind: "figure"; readonly picture: Picture; readonly alt: string; readonly caption: string }
  /** Blocks under a small heading that stay together on a page. */
  | { readonly kind: "group"; readonly heading: string; readonly blocks: readonly Block[] }
  /** Empty lines to write on. */
  | { readonly kind: "signature"; readonly labels: readonly string[] };

export interface Section {
  readonly heading: string;
  readonly blocks: readonly Block[];
}

/** A report in one language, laid out as sections; html.ts and pdf.ts only draw it. */
export interface ReportDocument {
  readonly language: "en" | "zh";
  readonly title: string;
  /** Who and when, in one line, for page heads. */
  readonly subject: string;
  readonly status: string;
  readonly statusDetail: string;
  readonly footer: string;
  readonly studyInstanceUid: string;
  /** As the headers give it. */
  readonly studyDate: string | null;
  readonly sections: readonly Section[];
}
