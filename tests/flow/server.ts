import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const launcher = fileURLToPath(new URL("../../bin/overread", import.meta.url));

/** A running `overread serve`, and a browser that is signed in to it. */
export interface RunningServer {
  readonly process: ChildProcess;
  readonly url: string;
  readonly dicomPort: number;
  /** What it said so far. */
  readonly said: () => string;
  readonly ask: (path: string, more?: RequestInit) => Promise<Response>;
  readonly json: <Body>(path: string) => Promise<Body>;
  readonly signIn: (password: string) => Promise<void>;
  /** Of who is signed in. */
  readonly cookie: () => string;
  readonly kill: (signal: NodeJS.Signals) => Promise<number | null>;
}

/**
 * Starts a server over a folder and waits until it answers; it is reached on loopback, at ports of its own choice.
 * @param program without the launcher a kill hits the server itself
 */
export async function startServer(
  data: string,
  settings: Readonly<Record<string, string>> = {},
  [program, ...words]: readonly [string, ...string[]] = [launcher],
): Promise<RunningServer> {
  const env = {
    ...process.env,
    OVERREAD_DATA: data,
    OVERREAD_PORT: "0",
    OVERREAD_DICOM_PORT: "0",
    OVERREAD_QUIET_SECONDS: "2",
    ...settings,
  };
  const child = spawn(program, [...words, "serve"], { env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  const ended = once(child, "exit");
  let over = false;
  void ended.then(() => {
    over = true;
  });
  while (!/certified/.test(said)) {
    if (over) throw new Error(`the server ended: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const url = /http:\/\/[\d.]+:\d+/.exec(said)?.[0] ?? "";
  const dicomPort = Number(/OVERREAD at [\d.]+:(\d+)/.exec(said)?.[1]);
  let cookie = "";
  let csrf = "";
  const ask: RunningServer["ask"] = (path, more = {}) =>
    fetch(url + path, {
      ...more,
      redirect: "manual",
      headers: { cookie, "x-overread-csrf": csrf, ...(more.headers as Record<string, string>) },
    });
  const json = async <Body>(path: string): Promise<Body> => (await (await ask(path)).json()) as Body;
  const post = (path: string, body: object) =>
    ask(path, { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } });
  return {
    process: child,
    url,
    dicomPort,
    said: () => said,
    ask,
    json,
    cookie: () => cookie,
    signIn: async (password) => {
      const token = /first-password\?token=(\S+)/.exec(said)?.[1];
      const answer =
        token === undefined
          ? await post("/api/login", { account: "admin", password })
          : await post("/api/first-password", { token, password });
      if (answer.status !== 200) throw new Error(`not signed in: ${answer.status} ${said}`);
      cookie = answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";
      csrf = ((await answer.json()) as { csrf: string }).csrf;
    },
    kill: async (signal) => {
      if (!over) child.kill(signal);
      await ended;
      return child.exitCode;
    },
  };
}
