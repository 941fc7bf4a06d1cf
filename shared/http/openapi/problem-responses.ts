import { type ProblemCode, problemCodes } from '../../domain/problem-codes.ts';
import { JSON_API, PROBLEM_JSON } from '../media-types.ts';
import { headerRefs } from './answers.ts';
import type { ComponentSchemas, JsonSchema } from './component-schemas.ts';
import { JsonApiErrors, Problem, ProblemDetails } from './problem-schemas.ts';

/** Answers that say what went wrong. */
export interface ProblemResponses {
  /** Those that many operations share, by name. */
  components: Record<string, JsonSchema>;
  /** The answers of one operation by status, for the codes it may answer with. */
  of(codes: readonly ProblemCode[]): Record<string, JsonSchema>;
}

/** Describes errors in the three forms they come in. */
export const describeProblems = (schemas: ComponentSchemas): ProblemResponses => {
  const content = {
    'application/json': { schema: schemas.of(Problem, 'output') },
    [JSON_API]: { schema: schemas.of(JsonApiErrors, 'output') },
    [PROBLEM_JSON]: { schema: schemas.of(ProblemDetails, 'output') },
  };
  const components: Record<string, JsonSchema> = {};

  const responseOf = (status: number, codes: readonly ProblemCode[]): JsonSchema => ({
    description: codes.map((code) => `\`${code}\`: ${problemCodes[code].means}`).join('\n\n'),
    headers: headersOf(status),
    content,
  });

  return {
    components,
    of(codes) {
      const byStatus = Map.groupBy([...new Set(codes)].sort(), (code) => problemCodes[code].status);
      return Object.fromEntries(
        [...byStatus].map(([status, those]) => {
          const [code, another] = those;
          // Several codes have no name between them, and mostly belong to one operation.
          if (!code || another) return [String(status), responseOf(status, those)];
          const name = pascal(code);
          components[name] ??= responseOf(status, those);
          return [String(status), { $ref: `#/components/responses/${name}` }];
        }),
      );
    },
  };
};

const headersOf = (status: number): JsonSchema => {
  const waits = status === 409 || status === 429 || status === 503;
  return headerRefs([
    'RequestId',
    ...(waits ? (['RetryAfter'] as const) : []),
    ...(status === 401 ? (['Authenticate'] as const) : []),
  ]);
};

const pascal = (code: string): string =>
  code.toLowerCase().replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
