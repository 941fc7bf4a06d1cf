import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { protobuf } from 'google-gax';

/** A span as a collector was sent it, in words. */
export interface SentSpan {
  traceId: string;
  spanId: string;
  /** Empty for the first of its trace. */
  parentSpanId: string;
  name: string;
  attributes: Record<string, string | number | boolean>;
  /** Traces that it also comes from. */
  links: string[];
  failed: boolean;
  /** `service.name` of its process. */
  service: string;
}

// Of opentelemetry/proto/trace/v1/trace.proto what is read here, with the numbers that the specification gives.
const string = (id: number) => ({ type: 'string', id });
const bytes = (id: number) => ({ type: 'bytes', id });
const list = (type: string, id: number) => ({ rule: 'repeated' as const, type, id });
const messages: protobuf.INamespace = {
  nested: {
    Request: { fields: { resourceSpans: list('ResourceSpans', 1) } },
    ResourceSpans: { fields: { resource: { type: 'Resource', id: 1 }, scopeSpans: list('ScopeSpans', 2) } },
    Resource: { fields: { attributes: list('KeyValue', 1) } },
    ScopeSpans: { fields: { spans: list('Span', 2) } },
    Span: {
      fields: {
        ...{ traceId: bytes(1), spanId: bytes(2), parentSpanId: bytes(4), name: string(5) },
        ...{ attributes: list('KeyValue', 9), links: list('Link', 13), status: { type: 'Status', id: 15 } },
      },
    },
    Link: { fields: { traceId: bytes(1) } },
    Status: { fields: { code: { type: 'int32', id: 3 } } },
    KeyValue: { fields: { key: string(1), value: { type: 'AnyValue', id: 2 } } },
    AnyValue: {
      fields: {
        ...{ stringValue: string(1), boolValue: { type: 'bool', id: 2 } },
        ...{ intValue: { type: 'int64', id: 3 }, doubleValue: { type: 'double', id: 4 } },
      },
    },
  },
};
const Request = protobuf.Root.fromJSON(messages).lookupType('Request');

interface Decoded {
  resourceSpans: { resource: { attributes: KeyValue[] }; scopeSpans: { spans: DecodedSpan[] }[] }[];
}
interface KeyValue {
  key: string;
  value: Record<string, string | number | boolean>;
}
interface DecodedSpan {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  name: string;
  attributes: KeyValue[];
  links: { traceId: string }[];
  status: { code: number } | null;
}

const valuesOf = (attributes: KeyValue[]) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0] ?? '']));

const hex = (base64: string): string => Buffer.from(base64, 'base64').toString('hex');

const spansOf = (body: Buffer): SentSpan[] => {
  const { resourceSpans } = Request.toObject(Request.decode(body), {
    ...{ bytes: String, longs: Number, arrays: true, defaults: false },
  }) as Decoded;
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        traceId: hex(span.traceId),
        spanId: hex(span.spanId),
        parentSpanId: hex(span.parentSpanId ?? ''),
        name: span.name,
        attributes: valuesOf(span.attributes),
        links: span.links.map(({ traceId }) => hex(traceId)),
        failed: span.status?.code === 2,
        service: String(valuesOf(resource.attributes)['service.name']),
      })),
    ),
  );
};

/** A collector on the loopback interface that keeps what it is sent; without a status it never answers. */
export async function startCollector({ status = 200 }: { status?: number | null } = {}) {
  const spans: SentSpan[] = [];
  const headers: Record<string, unknown>[] = [];
  const raw: Buffer[] = [];
  const server = createServer(async (req, res) => {
    const body = await buffer(req);
    if (status === null) return;
    raw.push(body);
    headers.push({ path: req.url, ...req.headers });
    spans.push(...spansOf(body));
    res.writeHead(status, { 'content-type': 'application/x-protobuf' }).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    ...{ spans, headers },
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Everything that was sent, for looking for what must not be in it. */
    text: () => Buffer.concat(raw).toString('latin1'),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
