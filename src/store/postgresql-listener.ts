import pg from "pg";

const retryMs = 1000;

/** One connection that hears notifications; while the server is away it is tried again and again. What is said meanwhile is not heard. */
export class PostgresqlListener {
  readonly #config: pg.ClientConfig;
  readonly #heard = new Map<string, Set<(text: string) => void>>();
  #client: Promise<pg.Client> | undefined;
  #closed = false;

  constructor(config: pg.ClientConfig) {
    this.#config = config;
  }

  readonly listen = async (channel: string, heard: (text: string) => void): Promise<() => Promise<void>> => {
    const client = await this.#connected();
    await client.query(`listen "${channel}"`);
    const others = this.#heard.get(channel) ?? new Set();
    this.#heard.set(channel, others.add(heard));
    return async () => {
      others.delete(heard);
    };
  };

  readonly close = async (): Promise<void> => {
    this.#closed = true;
    await (await this.#client?.catch(() => undefined))?.end();
  };

  #connected(): Promise<pg.Client> {
    this.#client ??= this.#connect().catch((error: unknown) => {
      this.#client = undefined;
      throw error;
    });
    return this.#client;
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client(this.#config);
    client.on("error", () => undefined);
    client.on("notification", ({ channel, payload }) => {
      for (const heard of this.#heard.get(channel) ?? []) heard(payload ?? "");
    });
    await client.connect();
    client.on("end", () => {
      this.#client = undefined;
      this.#tryAgain();
    });
    for (const channel of this.#heard.keys()) await client.query(`listen "${channel}"`);
    return client;
  }

  #tryAgain(): void {
    setTimeout(() => {
      if (!this.#closed && this.#heard.size > 0) this.#connected().catch(() => this.#tryAgain());
    }, retryMs).unref();
  }
}
