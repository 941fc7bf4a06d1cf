import { z } from 'zod';
import { COLLECT_INACTIVITY_HOURS, HEARTBEAT_SECONDS, LEASE_SECONDS } from './domain/limits.ts';

const seconds = (fallback: number) => z.coerce.number().positive().default(fallback);

// Names that nobody can own, at addresses that are this machine: no setting sends a real site somewhere else.
const TestHost = z
  .string()
  .regex(
    /^([a-z0-9-]+\.)+(example|test|invalid|localhost)=(127(\.\d{1,3}){3}|\[::1\]):\d{1,5}$/,
    'name=address:port with a name under .example, .test, .invalid or .localhost and a loopback address',
  )
  .transform((entry) => {
    const [name = '', address] = entry.split('=');
    return { name, origin: `http://${address}` };
  })
  .refine(({ origin }) => URL.canParse(origin), 'an address and a port that exist');

/**
 * Every setting of every function, read from the environment once at start. `.env.example` is made from this schema
 * (`npm run env -- --example`), so a description here is the documentation of the setting.
 */
export const Config = z
  .object({
    DATABASE_URL: z
      .url({ protocol: /^postgres(ql)?$/ })
      .describe(
        'Postgres, as postgres://user:password@host:port/database. A Cloud SQL socket is written percent-encoded: postgres://user:password@%2Fcloudsql%2Fproject%3Aregion%3Ainstance/database',
      ),
    DATABASE_SET_ROLE: z
      .stringbool()
      .default(true)
      .describe(
        'Whether connections switch to wellspring_api or wellspring_worker, as the function needs. Off where the login itself is one of them, or behind a transaction pooler',
      ),
    DATABASE_POOL_SIZE: z.coerce
      .number()
      .int()
      .min(1)
      .max(20)
      .default(4)
      .describe('Connections per role and process'),
    DATABASE_TIMEOUT_SECONDS: seconds(15).describe(
      'After which a statement is given up, on the server and on our side, so that a dead connection cannot hold a delivery',
    ),

    PORT: z.coerce.number().int().min(0).max(65_535).default(8080).describe('Where the functions listen'),
    HOST: z
      .string()
      .default('0.0.0.0')
      .describe('Address the functions bind to; the local stack uses 127.0.0.1'),
    FUNCTION_TARGET: z
      .string()
      .optional()
      .describe('The one function this process serves; all of them when unset'),
    FUNCTIONS_URL: z
      .url()
      .default('http://127.0.0.1:8080')
      .describe(
        'Where Cloud Tasks finds the workers. {service} stands for a function name with dashes, as Cloud Run writes it: https://{service}-abc123-ew.a.run.app. Without it the name is appended as a path',
      ),

    GOOGLE_CLOUD_PROJECT: z.string().min(1).default('wellspring-local').describe('Project of the queues'),
    TASKS_LOCATION: z.string().min(1).default('europe-west1').describe('Region of the queues'),
    CLOUD_TASKS_TRANSPORT: z
      .enum(['grpc', 'rest'])
      .default('grpc')
      .describe('How createTask is called; rest helps where gRPC deadlines are seen'),
    CLOUD_TASKS_EMULATOR_HOST: z
      .string()
      .regex(/^[^:/]+:\d+$/, 'host:port without a scheme, such as 127.0.0.1:8081')
      .optional()
      .describe('host:port of an emulator that speaks the chosen transport; unset means Google Cloud'),
    TASKS_SERVICE_ACCOUNT: z
      .email()
      .default('tasks@wellspring-local.iam.gserviceaccount.com')
      .describe('Account whose token a delivery carries; workers accept no other'),
    SCHEDULER_SERVICE_ACCOUNT: z
      .email()
      .optional()
      .describe('Account of Cloud Scheduler, set for the scheduled function alone: nobody else lets it in')
      .meta({ examples: ['scheduler@wellspring-local.iam.gserviceaccount.com'] }),
    TASKS_OIDC_AUDIENCE: z
      .string()
      .optional()
      .describe('Audience of that token; the origin of FUNCTIONS_URL when unset'),
    TASKS_OIDC_ISSUER: z.string().default('https://accounts.google.com').describe('Issuer of that token'),
    TASKS_OIDC_JWKS_URL: z
      .url()
      .default('https://www.googleapis.com/oauth2/v3/certs')
      .describe('Keys of that issuer'),

    AUTH_ISSUER: z
      .string()
      .optional()
      .describe(
        'Issuer of the bearer tokens of people and the extension; without one nobody but programs with API keys is let in',
      )
      .meta({ examples: ['https://auth.wellspring.local'] }),
    AUTH_AUDIENCE: z.string().default('wellspring').describe('Audience of those tokens'),
    AUTH_MAX_TOKEN_AGE: z
      .string()
      .regex(/^\d+ ?[smhd]$/, 'a number and s, m, h or d, such as 1h')
      .default('1h')
      .describe('Age at which such a token is refused whatever it says of itself'),
    AUTH_JWKS_URL: z
      .url()
      .optional()
      .describe('Keys of that issuer: https:, or file: for a local key set')
      .meta({ examples: ['file:.local/keys/public.json'] }),

    EXTENSION_IDS: z
      .string()
      .default('')
      .transform((text) => text.split(',').filter((id) => id !== ''))
      .pipe(z.array(z.string().regex(/^[a-p]{32}$/, 'ids of 32 letters a to p, separated by commas')))
      .describe('Chrome extensions whose pages may read our answers, separated by commas')
      .meta({ examples: ['gjkaiobnffmobimbgglokbfhafoggpfi'] }),

    RATE_LIMIT_PER_MINUTE: z.coerce
      .number()
      .int()
      .min(0)
      .default(600)
      .describe(
        'Requests that one caller may send to one instance in a minute; 0 means any number. Deliveries of the queue are not counted',
      ),
    RATE_LIMIT_FAILURES_PER_MINUTE: z.coerce
      .number()
      .int()
      .min(0)
      .default(120)
      .describe(
        'Requests without a valid token that one address may send in that minute before it is told to wait; 0 means any number',
      ),

    STORAGE: z
      .string()
      .regex(/^(file:|gs:\/\/).+/, 'file:<folder> or gs://<bucket>')
      .default('file:.local/storage')
      .describe('Where documents are kept: file:<folder> or gs://<bucket>'),
    STORAGE_SIGNING_KEY: z
      .string()
      .min(16)
      .optional()
      .describe('Signs temporary download links of the local folder; made anew at each start when unset')
      .meta({ secret: true }),

    WEB_ACCESS: z
      .stringbool()
      .default(false)
      .describe('Whether logos and company facts may be fetched from public web sites and registers'),
    WEB_TEST_HOSTS: z
      .string()
      .default('')
      .transform((text) => text.split(',').filter((entry) => entry !== ''))
      .pipe(z.array(TestHost))
      .describe(
        'Web sites for demos and tests, as name=loopback address:port separated by commas. Only names under .example, .test, .invalid and .localhost; they are reached over plain http whatever WEB_ACCESS says',
      )
      .meta({ examples: ['nordlicht.example=127.0.0.1:8090'] }),

    FRENCH_COMPANIES_URL: z
      .url()
      .optional()
      .describe('The public search of French companies, asked by number or name; unset means nobody is asked')
      .meta({ examples: ['https://recherche-entreprises.api.gouv.fr'] }),
    VIES_URL: z
      .url()
      .optional()
      .describe('REST interface of the EU register of VAT numbers; unset means nobody is asked')
      .meta({ examples: ['https://ec.europa.eu/taxation_customs/vies/rest-api'] }),

    MODEL_PROVIDER: z
      .enum(['none', 'openai_compatible', 'vertex'])
      .default('none')
      .describe(
        'Who answers for the fields that evidence leaves open: nobody, an OpenAI-compatible endpoint, or Vertex AI with Application Default Credentials',
      ),
    MODEL_NAME: z.string().default('default').describe('Model asked there; Vertex AI needs one of its names'),
    MODEL_BASE_URL: z
      .url()
      .optional()
      .describe('The OpenAI-compatible endpoint, as https://host/v1')
      .meta({ examples: ['http://127.0.0.1:11434/v1'] }),
    MODEL_VERTEX_PROJECT: z
      .string()
      .optional()
      .describe('Project that Vertex AI is used in; GOOGLE_CLOUD_PROJECT when unset'),
    MODEL_VERTEX_LOCATION: z
      .string()
      .regex(/^[a-z0-9-]+$/, 'a region, eu, us or global')
      .default('europe-west1')
      .describe('Region in which Vertex AI reads documents'),
    MODEL_API_KEY: z
      .string()
      .optional()
      .describe('Key for the OpenAI-compatible endpoint; keep it in a secret manager')
      .meta({ secret: true }),
    MODEL_INPUT_PRICE: z.coerce
      .number()
      .min(0)
      .default(0)
      .describe('Price of a million input tokens, to record what each task cost'),
    MODEL_OUTPUT_PRICE: z.coerce.number().min(0).default(0).describe('Price of a million output tokens'),
    MODEL_TASK_CALLS_MAX: z.coerce
      .number()
      .int()
      .min(1)
      .default(6)
      .describe('Questions that one task may put to the model, all its runs together'),
    MODEL_TASK_TOKENS_MAX: z.coerce
      .number()
      .int()
      .min(1)
      .default(200_000)
      .describe(
        'Tokens of those questions, in and out; less than a question can take means that it is not asked',
      ),
    MODEL_WORKSPACE_TOKENS_PER_MONTH: z.coerce
      .number()
      .int()
      .min(1)
      .default(20_000_000)
      .describe('Tokens that one workspace may use in a calendar month, UTC'),
    MODEL_WORKSPACE_COST_PER_MONTH: z.coerce
      .number()
      .min(0)
      .default(0)
      .describe('What one workspace may cost in that month, in the currency of the prices; 0 means no limit'),

    LEASE_SECONDS: seconds(LEASE_SECONDS).describe('How long a claimed task is safe without a heartbeat'),
    HEARTBEAT_SECONDS: seconds(HEARTBEAT_SECONDS).describe('How often a running task renews its lease'),
    SWEEP_GRACE_SECONDS: seconds(30).describe('Age at which a task that was never dispatched is swept'),
    REDISPATCH_AFTER_SECONDS: seconds(600).describe(
      'Silence after which a dispatched task is dispatched again; doubles with each time',
    ),

    COLLECT_INACTIVITY_HOURS: z.coerce
      .number()
      .positive()
      .default(COLLECT_INACTIVITY_HOURS)
      .describe(
        'Hours without a change or an upload after which a collect that is still open becomes an error',
      ),

    OTEL_EXPORTER_OTLP_ENDPOINT: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe(
        'Collector that spans are sent to with OTLP over HTTP, without /v1/traces; unset means that none are made',
      )
      .meta({ examples: ['http://127.0.0.1:4318'] }),
    OTEL_EXPORTER_OTLP_HEADERS: z
      .string()
      .optional()
      .describe('Headers of that request, as name=value separated by commas; keep them in a secret manager')
      .meta({ secret: true }),
    OTEL_SERVICE_NAME: z
      .string()
      .optional()
      .describe(
        'Name of the service that spans are said to come from; the function, or wellspring, when unset',
      ),
    OTEL_TRACES_SAMPLER: z
      .enum([
        'always_on',
        'always_off',
        'traceidratio',
        'parentbased_always_on',
        'parentbased_always_off',
        'parentbased_traceidratio',
      ])
      .default('parentbased_always_on')
      .describe(
        'Which traces are recorded; parentbased_ leaves that to the caller, which on Cloud Run is a platform that asks for few',
      ),
    OTEL_TRACES_SAMPLER_ARG: z.coerce
      .number()
      .min(0)
      .max(1)
      .default(1)
      .describe('Share of the traces that the samplers by ratio record'),

    LOG_LEVEL: z
      .enum(['debug', 'info', 'warn', 'error', 'silent'])
      .default('info')
      .describe('Least severity that is logged'),
  })
  .superRefine(
    ({ MODEL_PROVIDER: provider, MODEL_BASE_URL, MODEL_NAME, AUTH_ISSUER, AUTH_JWKS_URL }, context) => {
      // What a setting cannot know by itself: which others it needs.
      const refuse = (name: string, message: string) =>
        context.addIssue({ code: 'custom', path: [name], message });
      if (provider === 'openai_compatible' && !MODEL_BASE_URL)
        refuse('MODEL_BASE_URL', 'needed by MODEL_PROVIDER=openai_compatible');
      if (provider === 'none' && MODEL_BASE_URL)
        refuse('MODEL_PROVIDER', 'has to be openai_compatible for MODEL_BASE_URL to be used');
      if (provider === 'vertex' && MODEL_NAME === 'default')
        refuse('MODEL_NAME', 'needed by MODEL_PROVIDER=vertex');
      if (AUTH_ISSUER && !AUTH_JWKS_URL) refuse('AUTH_JWKS_URL', 'needed by AUTH_ISSUER');
      if (AUTH_JWKS_URL && !AUTH_ISSUER) refuse('AUTH_ISSUER', 'needed by AUTH_JWKS_URL');
      // Whatever else is wrong: who mends settings wants to hear of all of it at once.
    },
    { when: () => true },
  );
export type Config = z.output<typeof Config>;

/** Reads the environment; throws one sentence per wrong setting, with its name and how to mend it. */
export function readConfig(environment: Record<string, string | undefined> = process.env): Config {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = Config.safeParse(set);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => {
    const name = issue.path.join('.');
    const meaning = Config.shape[name as keyof Config]?.description;
    return `${name}: ${issue.message}${meaning ? ` (${meaning})` : ''}`;
  });
  throw new Error(`Settings are not usable:\n  ${problems.join('\n  ')}`);
}

/** A setting as a process has it; `value` is null where none is set, and without its secrets. */
export interface EffectiveSetting {
  name: string;
  value: unknown;
  from: 'environment' | 'default';
}

/**
 * Every setting and where it comes from, for people: secrets and passwords are masked. Throws as `readConfig` does.
 */
export function effectiveSettings(
  environment: Record<string, string | undefined> = process.env,
): EffectiveSetting[] {
  const config = readConfig(environment);
  return Object.entries(Config.shape).map(([name, schema]) => {
    const value = config[name as keyof Config] ?? null;
    const isSecret = value !== null && schema.meta()?.secret === true;
    return {
      name,
      value: isSecret ? MASK : typeof value === 'string' ? maskPasswords(value) : value,
      from: environment[name] ? 'environment' : 'default',
    };
  });
}

const MASK = '***';

/**
 * An address without its password, in front of the host or in the query. It goes by the text and to the last @: a
 * password that nobody percent-encoded ends an address early for a parser, and would be shown as its path.
 */
const maskPasswords = (text: string): string =>
  text
    .replace(/^([a-z][a-z0-9+.-]*:\/\/[^:@/?#]*):.*@/is, `$1:${MASK}@`)
    .replace(/([?&][^=&#]*(?:pass|secret|key|token)[^=&#]*=)[^&#]*/gi, `$1${MASK}`);

/** The text of `.env.example`: each setting with its meaning and its default. */
export function exampleEnvironment(): string {
  const lines = Object.entries(Config.shape).map(([name, schema]) => {
    const { success, data } = schema.safeParse(undefined);
    const [example] = (schema.meta()?.examples ?? []) as unknown[];
    const value = String(example ?? (success ? data : undefined) ?? '');
    return `# ${schema.description}\n${success ? '# ' : ''}${name}=${value}`;
  });
  return `# Settings of Wellspring, made from shared/config.ts. A line that is commented out shows the default, or\n# an example where there is none.\n\n${lines.join('\n\n')}\n`;
}

/** Where a worker is called: its URL and the audience its token must carry. */
export function functionTarget(config: Pick<Config, 'FUNCTIONS_URL' | 'TASKS_OIDC_AUDIENCE'>, name: string) {
  const service = name.replaceAll('_', '-');
  const base = config.FUNCTIONS_URL.replaceAll('%7B', '{')
    .replaceAll('%7D', '}')
    .replaceAll('{service}', service);
  return {
    url: `${base.replace(/\/$/, '')}/${name}`,
    audience: config.TASKS_OIDC_AUDIENCE ?? new URL(base).origin,
  };
}
