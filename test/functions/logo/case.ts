import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { WebError } from '../../../shared/web/web.ts';
import { insertCompany, insertCompanyLogo } from '../../support/factories.ts';
import type { Scene, WorkerCase } from '../worker-case.ts';
import { outside, siteWithIcon } from './sites.ts';

const domain = 'nordlicht.example';

/** A company with a domain, and the web around it; each scene says what is there. */
const scene =
  (
    extra: () => ReturnType<typeof outside> | Promise<ReturnType<typeof outside>>,
    expected: Partial<Awaited<ReturnType<Scene>>['expected']>,
    {
      columns = { domain_normalized: domain },
      input = {},
      hasLogo = false,
    }: { columns?: Record<string, string>; input?: Record<string, unknown>; hasLogo?: boolean } = {},
  ): Scene =>
  async ({ client, workspacePk }) => {
    const company = await insertCompany(client, workspacePk, columns);
    if (hasLogo) await insertCompanyLogo(client, workspacePk, company);
    return {
      task: {
        enrichment_type: 'logo',
        entity_type: 'company',
        entity_id: company.company_id,
        input: { company_id: company.company_id, ...input },
      },
      extra: await extra(),
      expected: { status: 'completed', followUps: [], ...expected },
    };
  };

const nowhere = () => outside({});

export const logoCase: WorkerCase = {
  type: 'logo',
  success: scene(() => siteWithIcon(domain), {
    output: {
      source: `https://${domain}/touch.png`,
      content_type: 'image/png',
      path: expect.stringMatching(/^[0-9a-f-]{36}\/logos\/[0-9a-f]{64}\.png$/),
    },
  }),
  halts: {
    domain_missing: scene(nowhere, {}, { columns: {} }),
    already_has_logo: scene(nowhere, {}, { hasLogo: true }),
    logo_not_found: scene(() => outside({ [`https://${domain}/`]: '<p>No picture at all</p>' }), {}),
    web_access_off: scene(
      () => outside({ [`https://${domain}/`]: new WebError('off', 'the web is off') }),
      {},
    ),
  },
  failures: {
    'a private host': scene(
      () => outside({ 'https://intranet.internal/': new WebError('refused', 'it is a private host') }),
      { status: 'failed', error: 'INPUT_INVALID: it is a private host' },
      { input: { domain: 'intranet.internal' } },
    ),
    'what is no domain': scene(
      nowhere,
      { status: 'failed', error: 'INPUT_INVALID: domain is not the name of a public site' },
      { input: { domain: '10.0.0.1' } },
    ),
    'a company that is gone': async (world) => ({
      ...(await scene(nowhere, { status: 'failed', error: 'NOT_FOUND: there is no company' })(world)),
      meanwhile: () =>
        world.client.query('update companies set deleted_at = now() where workspace_pk = $1', [
          world.workspacePk,
        ]),
    }),
    'another company': scene(
      nowhere,
      { status: 'failed', error: 'INPUT_INVALID: company_id is not the company of this task' },
      { input: { company_id: randomUUID() } },
    ),
  },
};
