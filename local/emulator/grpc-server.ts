import { grpc } from 'google-gax';
import type { Call } from './call.ts';
import { type ApiError, grpcCode } from './errors.ts';
import { type MethodTypes, methods, plain } from './protos.ts';

const definition = ({ name, request, response }: MethodTypes) => ({
  path: `/google.cloud.tasks.v2.CloudTasks/${name}`,
  requestStream: false,
  responseStream: false,
  requestSerialize: (message: object) => Buffer.from(request.encode(request.fromObject(message)).finish()),
  requestDeserialize: (bytes: Buffer) => plain(request, request.decode(bytes)),
  responseSerialize: (message: object) => Buffer.from(response.encode(response.fromObject(message)).finish()),
  responseDeserialize: (bytes: Buffer) => plain(response, response.decode(bytes)),
});

/** Serves every method over gRPC on a port of its own. */
export const startGrpc = async (
  call: Call,
  { host, port }: { host: string; port: number },
): Promise<{ port: number; stop: () => void }> => {
  const server = new grpc.Server();
  const handler =
    (name: string): grpc.handleUnaryCall<object, object> =>
    ({ request }, reply) => {
      call(name, request).then(
        (answer) => reply(null, answer),
        (error: ApiError) => reply({ code: grpcCode(error.status), details: error.message }),
      );
    };
  server.addService(
    Object.fromEntries(methods.map((types) => [types.name, definition(types)])),
    Object.fromEntries(methods.map(({ name }) => [name, handler(name)])),
  );
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${host}:${port}`, grpc.ServerCredentials.createInsecure(), (error, actual) =>
      error ? reject(error) : resolve(actual),
    );
  });
  return { port: bound, stop: () => server.forceShutdown() };
};
