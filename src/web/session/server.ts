import type { z } from "zod";
import { Problem } from "../../api/problem.ts";
import { Me } from "../../api/session.ts";
import type { Language } from "../../words/say.ts";

/** An answer of the server that is no success, in the reader's words. */
export class Refusal extends Error {
  readonly status: number;
  constructor(status: number, words: string) {
    super(words);
    this.status = status;
  }
}

/** The server did not answer at all: what was asked may be asked again. */
export class NoAnswer extends Error {}

/** Asks the server in the name of whoever is signed in. Sign-in over: the browser goes to the sign-in page. */
export class Server {
  readonly language: Language;
  readonly #csrf: string;

  constructor(language: Language, csrf: string) {
    this.language = language;
    this.#csrf = csrf;
  }

  /** @throws Refusal, NoAnswer */
  async get<Body>(path: string, schema: z.ZodType<Body>, signal?: AbortSignal): Promise<Body> {
    const response = await this.#ask(path, { ...(signal !== undefined && { signal }) });
    return schema.parse(await response.json());
  }

  /** @throws Refusal, NoAnswer */
  async send(method: "POST" | "PUT" | "PATCH" | "DELETE", path: string, body?: unknown): Promise<unknown> {
    const headers = body === undefined ? {} : { "content-type": "application/json" };
    const response = await this.#ask(path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
    const text = await response.text();
    return text === "" ? null : (JSON.parse(text) as unknown);
  }

  async #ask(path: string, { headers, ...request }: RequestInit): Promise<Response> {
    const all = { ...headers, "accept-language": this.language, "x-overread-csrf": this.#csrf };
    const response = await fetch(path, { ...request, headers: all }).catch((error: unknown) => {
      throw error instanceof DOMException && error.name === "AbortError" ? error : new NoAnswer("no answer", { cause: error });
    });
    if (response.ok) return response;
    if (response.status === 401) location.assign("/");
    throw new Refusal(response.status, await wordsOf(response));
  }
}

/** Who is signed in; null: nobody. @throws NoAnswer */
export async function whoAmI(): Promise<Me | null> {
  const response = await fetch("/api/me").catch((error: unknown) => {
    throw new NoAnswer("no answer", { cause: error });
  });
  return response.ok ? Me.parse(await response.json()) : null;
}

async function wordsOf(response: Response): Promise<string> {
  const problem = Problem.safeParse(await response.json().catch(() => null));
  return problem.success ? problem.data.title : String(response.status);
}
