type Members = Record<string, unknown>;

/**
 * A JSON:API document without the members that the specification has no word for, which its readers ignore: beside
 * `data`, beside `attributes`, in relationships and identifiers, and whatever begins with an `@` where fields stand.
 * Attributes themselves are the door's to know. What is no document with `data` is returned as it is.
 */
export const compliantMembers = (body: unknown): unknown => {
  if (!isMembers(body) || !Object.hasOwn(body, 'data')) return body;
  const { data } = body;
  return only(body, topLevel, { data: Array.isArray(data) ? data.map(resource) : resource(data) });
};

// `errors` stays, to be refused: a document has one or the other.
const topLevel = ['data', 'errors', 'meta', 'jsonapi', 'links', 'included'];
const ofResource = ['type', 'id', 'lid', 'attributes', 'relationships', 'links', 'meta'];
const ofRelationship = ['data', 'links', 'meta'];
const ofIdentifier = ['type', 'id', 'lid', 'meta'];

const resource = (value: unknown): unknown => {
  if (!isMembers(value)) return value;
  const { attributes, relationships } = value;
  return only(value, ofResource, {
    attributes: isMembers(attributes) ? fields(attributes, (attribute) => attribute) : attributes,
    relationships: isMembers(relationships) ? fields(relationships, relationship) : relationships,
  });
};

const relationship = (value: unknown): unknown => {
  if (!isMembers(value)) return value;
  const { data } = value;
  return only(value, ofRelationship, { data: Array.isArray(data) ? data.map(identifier) : identifier(data) });
};

const identifier = (value: unknown): unknown => (isMembers(value) ? only(value, ofIdentifier) : value);

/** The named members in the order they came, some of them read; what was not there stays away. */
const only = (value: Members, names: readonly string[], read: Members = {}): Members =>
  Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => names.includes(name))
      .map(([name, member]) => [name, Object.hasOwn(read, name) ? read[name] : member]),
  );

const fields = (value: Members, read: (field: unknown) => unknown): Members =>
  Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !name.startsWith('@'))
      .map(([name, field]) => [name, read(field)]),
  );

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
