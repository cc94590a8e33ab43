import * as grpc from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import { GetRequiredPackagesResponse, LanguageHandshakeResponse } from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";

/** A language host that is served. */
export interface ServedLanguageHost {
  /** What the Pulumi CLI must find in its environment to use it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly close: () => void;
}

/**
 * Serves a language host that runs no program. `pulumi import` asks for one, though it runs no program either; the one of
 * Node.js is not there where the CLI was built from source.
 */
export async function serveLanguageHost(): Promise<ServedLanguageHost> {
  const answer =
    <Response>(response: () => Response): grpc.handleUnaryCall<unknown, Response> =>
    (_call, callback) => {
      callback(null, response());
    };
  const server = new grpc.Server();
  server.addService(LanguageRuntimeService, {
    handshake: answer(() => new LanguageHandshakeResponse()),
    getPluginInfo: answer(() => new PluginInfo().setVersion("1.0.0")),
    getRequiredPackages: answer(() => new GetRequiredPackagesResponse()),
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return {
    environment: { PULUMI_DEBUG_LANGUAGES: `nodejs:${port}` },
    close: () => {
      server.forceShutdown();
    },
  };
}
