import { ApiError } from './errors.ts';
import type { Service } from './service.ts';

/** Calls a method by the name it has in the proto; it rejects with an ApiError only. */
export type Call = (method: string, request: object) => Promise<object>;

export const createCall =
  (service: Service): Call =>
  async (name, request) => {
    const key = `${name[0]?.toLowerCase()}${name.slice(1)}`;
    const method = (service as unknown as Record<string, (request: object) => object | Promise<object>>)[key];
    if (!method) throw new ApiError('UNIMPLEMENTED', `${name} is not emulated.`);
    try {
      return await method(request);
    } catch (error) {
      if (error instanceof ApiError) throw error;
      throw new ApiError(
        'INTERNAL',
        `The emulator failed: ${error instanceof Error ? error.message : error}`,
      );
    }
  };
