import type { protobuf } from 'google-gax';
import { fromProto3JSON, toProto3JSON } from 'proto3-json-serializer';
import { invalid } from './errors.ts';
import { plain } from './protos.ts';

type Json = Parameters<typeof fromProto3JSON>[1];

// A field of the API that gcloud sets and the client library's proto does not have yet.
const notEmulated: Record<string, string> = {
  'queue.httpTarget': 'routing of a whole queue is not emulated; give each task its URL.',
};

// gcloud passes on what was typed, such as 1h.
const checkDuration = (value: unknown, at: string): void => {
  if (typeof value === 'string' && !/^-?\d+(\.\d{1,9})?s$/.test(value)) {
    throw invalid(`Invalid value at "${at}": "${value}" is no duration: seconds that must end with "s".`);
  }
};

// What the serializer lets pass and the service does not, names and enum values that do not exist; and what it refuses
// in words of its own.
const check = (type: protobuf.Type, value: unknown, at: string): void => {
  if (type.fullName === '.google.protobuf.Duration') checkDuration(value, at);
  if (value === null || value === undefined || type.fullName.startsWith('.google.protobuf.')) return;
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw invalid(`Invalid JSON payload received. "${at || 'the body'}" must be an object.`);
  }
  for (const [name, inner] of Object.entries(value)) {
    const path = at ? `${at}.${name}` : name;
    const field = type.fields[name] ?? type.fieldsArray.find((known) => snakeCase(known.name) === name);
    if (!field && notEmulated[path]) throw invalid(`${path}: ${notEmulated[path]}`);
    if (!field) throw invalid(`Invalid JSON payload received. Unknown name "${path}".`);
    if (field.map) continue;
    const { resolvedType } = field.resolve();
    for (const item of field.repeated && Array.isArray(inner) ? inner : [inner]) {
      if (!resolvedType) continue;
      if ('fields' in resolvedType) check(resolvedType, item, path);
      else if (item !== null && !(String(item) in { ...resolvedType.values, ...resolvedType.valuesById })) {
        throw invalid(
          `Invalid value at "${path}": "${item}" is not one of the values of ${resolvedType.name}.`,
        );
      }
    }
  }
};

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

// The serializer knows camelCase only; a proto parser reads the names of the proto as well.
const camelCased = (type: protobuf.Type, value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  if (type.fullName.startsWith('.google.protobuf.')) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const field = type.fields[name] ?? type.fieldsArray.find((known) => snakeCase(known.name) === name);
      const resolved = field?.resolve().resolvedType;
      const nested =
        field && !field.map && !field.repeated && resolved && 'fields' in resolved ? resolved : null;
      return [field?.name ?? name, nested ? camelCased(nested, inner) : inner];
    }),
  );
};

/** A request's JSON as the plain message the service takes; INVALID_ARGUMENT when it does not fit the type. */
export const readJson = (type: protobuf.Type, json: Record<string, unknown>): Record<string, unknown> => {
  check(type, json, '');
  try {
    const message = fromProto3JSON(type, camelCased(type, json) as Json);
    return message ? plain(type, message) : {};
  } catch (error) {
    throw invalid(`Invalid JSON payload received. ${error instanceof Error ? error.message : error}`);
  }
};

/** An answer of the service as proto3 JSON. */
export const writeJson = (type: protobuf.Type, message: object, numericEnums: boolean): Json =>
  toProto3JSON(type.fromObject(message), { numericEnums });
