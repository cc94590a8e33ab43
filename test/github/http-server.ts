import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** A request that a {@link LocalServer} got. */
export interface Received {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

export interface LocalServer {
  readonly url: string;
  readonly requests: readonly Received[];
  readonly close: () => Promise<void>;
}

/** Serves answers on a port of this machine. An object is sent as JSON. */
export async function serveLocally(
  answer: (request: Received) => readonly [status: number, body: string | object],
): Promise<LocalServer> {
  const requests: Received[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const { method = "", url: path = "", headers } = request;
      const received = { method, path, authorization: headers.authorization, body };
      requests.push(received);
      const [status, content] = answer(received);
      response.statusCode = status;
      response.end(typeof content === "string" ? content : JSON.stringify(content));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString("utf8");
}
