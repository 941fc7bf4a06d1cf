// The package has no types of its own; this is what the test of published clients uses of it.
declare module 'devour-client' {
  interface Answer<T> {
    data: T;
    meta?: Record<string, unknown>;
  }
  interface Resource {
    id: string;
    [attribute: string]: unknown;
  }
  // biome-ignore lint/style/noDefaultExport: it is what the package exports.
  export default class JsonApi {
    constructor(options: { apiUrl: string; logger?: boolean });
    headers: Record<string, string>;
    define(model: string, attributes: object, options?: object): void;
    create(model: string, resource: object, params?: object, meta?: object): Promise<Answer<Resource>>;
    find(model: string, id: string, params?: object): Promise<Answer<Resource>>;
    findAll(model: string, params?: object): Promise<Answer<Resource[]>>;
    update(model: string, resource: object): Promise<Answer<Resource>>;
    destroy(model: string, id: string): Promise<unknown>;
  }
}
