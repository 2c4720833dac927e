import type { FastifyInstance } from "fastify";

export interface HealthPorts {
  /** Whether the database answers, images can be kept, and there is room on the disk; reasons are codes, for operators. */
  readonly ready: () => Promise<{ readonly ready: boolean; readonly because: readonly string[] }>;
  /** Figures by name; labels stand in the name, `studies{state="read"}`. */
  readonly figures: () => Promise<Readonly<Record<string, number>>>;
}

/** /live: the process answers. /ready: it can take work. /metrics: figures for Prometheus (text format 0.0.4); none of the three says whose studies. */
export async function healthRoutes(app: FastifyInstance, ports: HealthPorts): Promise<void> {
  app.get("/live", async () => ({ live: true }));
  app.get("/ready", async (_request, reply) => {
    const state = await ports.ready();
    return reply.code(state.ready ? 200 : 503).send(state);
  });
  app.get("/metrics", async (_request, reply) => {
    const figures = await ports.figures();
    const lines = Object.entries(figures).map(([name, value]) => `overread_${name} ${value}\n`);
    return reply.type("text/plain; version=0.0.4; charset=utf-8").send(lines.join(""));
  });
}
