const table = {
  CANCELLED: [1, 499],
  UNKNOWN: [2, 500],
  INVALID_ARGUMENT: [3, 400],
  DEADLINE_EXCEEDED: [4, 504],
  NOT_FOUND: [5, 404],
  ALREADY_EXISTS: [6, 409],
  PERMISSION_DENIED: [7, 403],
  RESOURCE_EXHAUSTED: [8, 429],
  FAILED_PRECONDITION: [9, 400],
  ABORTED: [10, 409],
  OUT_OF_RANGE: [11, 400],
  UNIMPLEMENTED: [12, 501],
  INTERNAL: [13, 500],
  UNAVAILABLE: [14, 503],
  UNAUTHENTICATED: [16, 401],
} as const;

export type StatusName = keyof typeof table;

export const statusNames = Object.keys(table) as [StatusName, ...StatusName[]];

/** The number gRPC uses for a status. */
export const grpcCode = (status: StatusName): number => table[status][0];

/** The HTTP status the REST surface answers with. */
export const httpCode = (status: StatusName): number => table[status][1];

/** What a caller of the API sees, over either transport. */
export class ApiError extends Error {
  readonly status: StatusName;

  constructor(status: StatusName, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
  }
}

export const invalid = (message: string): ApiError => new ApiError('INVALID_ARGUMENT', message);
export const notFound = (message: string): ApiError => new ApiError('NOT_FOUND', message);

const statusOfHttp: Record<number, StatusName> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  416: 'OUT_OF_RANGE',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  501: 'UNIMPLEMENTED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** How an attempt that was answered with this HTTP status reads in `lastAttempt` and in the log. */
export const attemptStatus = (http: number): StatusName | 'OK' => {
  if (http >= 200 && http < 300) return 'OK';
  const known = statusOfHttp[http];
  if (known) return known;
  if (http >= 500) return 'INTERNAL';
  return http >= 400 ? 'FAILED_PRECONDITION' : 'UNKNOWN';
};
