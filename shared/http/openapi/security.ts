/** How a caller proves who they are: either is sent as `Authorization: Bearer …`. */
export const securitySchemes = {
  userToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'Token of a signed-in person, as the extension holds one.',
  },
  apiKey: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'wsk_…',
    description: 'API key of one workspace; it acts as the member who made it.',
  },
} as const;

/** What every operation but the public ones asks for: one of the two. */
export const bearerSecurity: readonly Record<string, readonly string[]>[] = [
  { userToken: [] },
  { apiKey: [] },
];
