import { describe, expect, test } from 'vitest';
import { planTask, type TaskContent } from '../../../functions/provider_score/plan-task.ts';
import { scoreProvider } from '../../../functions/provider_score/score-provider.ts';
import type { ScoredTaskRow } from '../../../shared/db/tasks.ts';

const NOW = '2026-04-11T08:00:00.000Z';
const LATER = '2026-04-12T08:00:00.000Z';

const content = (parts: Partial<TaskContent> = {}): TaskContent => ({
  ...scoreProvider(
    {
      ...{ open: 1, internal: 0, unconverted: 0, base_currency: 'EUR', base_total: '100' },
      ...{ days: ['2026-04-01'], samples: [], computed_at: NOW },
    },
    {
      ...{ pk: 1, provider_id: 'p', slug: 's', name: 'n', url: null, searchable_terms: [], countries: [] },
      ...{
        has_blueprint: true,
        has_connector: false,
        is_connected: false,
        skill_status: null,
        skill_confidence: null,
      },
      ...{ is_selected: false, is_matched: false },
    },
    { match: 1, asOf: '2026-04-11', country: null },
  ),
  mode: 'agent',
  companyName: 'Volt Ltd',
  providerName: 'Volt',
  references: [{ type: 'provider', id: 'p' }],
  lastGapDay: '2026-04-01',
  ...parts,
});

/** The row that an inserted plan leaves, as the database gives it back. */
const written = (what = content(), parts: Partial<ScoredTaskRow> = {}): ScoredTaskRow => {
  const plan = planTask(null, what, NOW);
  if (!('insert' in plan)) throw new Error('nothing was inserted');
  const { score, confidence, ...columns } = plan.insert;
  return {
    ...{ pk: 1, task_id: 't', priority: 'medium', done_at: null },
    ...{ score: score.toFixed(2), confidence_score: confidence.toFixed(2) },
    ...columns,
    ...parts,
  };
};

describe('a task that is not there', () => {
  test.each([
    [49.99, 'ice_log'],
    [50, 'open'],
  ])('with a score of %d begins as %s', (score, status) => {
    expect(planTask(null, content({ score }), NOW)).toMatchObject({
      insert: {
        status,
        metadata: {
          scoring: { version: 1, mode: 'agent', computed_at: NOW, written: { status, priority: 'medium' } },
        },
      },
    });
  });

  test.each([
    ['agent', 'Fetch the missing documents of Volt Ltd from Volt'],
    ['connect', 'Connect Volt to get the missing documents of Volt Ltd'],
    ['upload', 'Upload the missing documents of Volt Ltd'],
  ] as const)('says what is to be done by %s', (mode, title) => {
    expect(planTask(null, content({ mode }), NOW)).toMatchObject({ insert: { title } });
  });
});

describe('a task that nobody touched', () => {
  test('is kept while nothing changed but the clock', () => {
    expect(planTask(written(), content(), LATER)).toMatchObject({ keep: { task_id: 't' } });
  });

  test('follows its score and its company', () => {
    const before = written(content({ score: 40 }));

    expect(planTask(before, content({ score: 60, companyName: 'Volt Plc' }), LATER)).toMatchObject({
      change: {
        status: 'open',
        title: expect.stringContaining('Volt Plc'),
        score: 60,
        metadata: { scoring: { computed_at: LATER } },
      },
    });
  });

  test('that we ended leaves room for a new one', () => {
    const ended = written(content(), { done_at: LATER });
    const scoring = (ended.metadata as { scoring: { written: object } }).scoring;
    ended.status = 'done';
    ended.metadata = { scoring: { ...scoring, written: { ...scoring.written, status: 'done' } } };

    expect(planTask(ended, content({ lastGapDay: '2020-01-01' }), LATER)).toHaveProperty('insert');
  });
});

describe('a task that somebody moved', () => {
  test.each([
    ['its status', { status: 'blocked' }],
    ['its title', { title: 'Ask Volt myself' }],
    ['its priority', { priority: 'high' }],
    ['it away', { status: 'cancelled' }],
    ['it on', { status: 'in_progress' }],
    ['it into being', { metadata: { plan: 'mine' } }],
  ] as const)('by changing %s keeps all that and gets a new score', (_what, moved) => {
    const task = written(content(), moved);

    const plan = planTask(task, content({ score: 91, companyName: 'Volt Plc' }), LATER);

    expect(plan).toMatchObject({
      change: {
        title: task.title,
        status: task.status,
        score: 91,
        metadata: { scoring: { computed_at: LATER } },
      },
    });
    expect(
      planTask({ ...task, ...applied(plan) }, content({ score: 91, companyName: 'Volt Plc' }), NOW),
    ).toHaveProperty('keep');
  });

  test('keeps what else its metadata holds', () => {
    const plan = planTask(written(content(), { metadata: { plan: 'mine' } }), content(), LATER);

    expect(plan).toMatchObject({ change: { metadata: { plan: 'mine' } } });
  });

  test('and that a person ended comes back only for an expense of later', () => {
    const done = written(content(), { status: 'done', done_at: '2026-04-05T10:00:00.000Z' });

    expect(planTask(done, content({ lastGapDay: '2026-04-05', score: 91 }), LATER)).toHaveProperty('refresh');
    expect(planTask(done, content({ lastGapDay: '2026-04-06' }), LATER)).toHaveProperty('insert');
  });
});

function applied(plan: ReturnType<typeof planTask>): Partial<ScoredTaskRow> {
  if (!('change' in plan)) throw new Error('nothing was refreshed');
  const { score, confidence, ...columns } = plan.change;
  return { ...columns, score: String(score), confidence_score: String(confidence) };
}
