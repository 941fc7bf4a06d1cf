import { readFileSync } from 'node:fs';
import { protobuf } from 'google-gax';

// The package hides protos.json behind its exports; the folder of a file it does export leads there.
const folder = import.meta.resolve('@google-cloud/tasks/build/protos');
const json: protobuf.INamespace = JSON.parse(readFileSync(new URL('protos.json', folder), 'utf8'));

const root = protobuf.Root.fromJSON(json);

const service = root.lookupService('google.cloud.tasks.v2.CloudTasks');

export const taskType = root.lookupType('google.cloud.tasks.v2.Task');

export interface MethodTypes {
  /** As in the proto: `CreateTask`. */
  name: string;
  request: protobuf.Type;
  response: protobuf.Type;
}

/** The message types of every method of the service. */
export const methods: readonly MethodTypes[] = service.methodsArray.map(
  ({ name, requestType, responseType }) => ({
    name,
    request: service.lookupType(requestType),
    response: service.lookupType(responseType),
  }),
);

/** A message in the plain form that the service works with. */
export const plain = (type: protobuf.Type, message: protobuf.Message): Record<string, unknown> =>
  type.toObject(message, { longs: Number, enums: String });
