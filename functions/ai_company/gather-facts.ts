import type { Model } from '../../shared/ai/model.ts';
import { AGREEMENT_BONUS, DOUBT_CAP } from '../../shared/extraction/invoice/confidence.ts';
import type { CompanyRegistry } from '../../shared/registry/company-registry.ts';
import type { Run, Tools } from '../../shared/tasks/define-enrichment.ts';
import type { Web } from '../../shared/web/web.ts';
import { askAboutCompany, type ModelUse } from './ask-model.ts';
import { askRegistries } from './ask-registries.ts';
import type { Clues } from './clues.ts';
import { type Evidence, type HeadField, trust } from './evidence.ts';
import type { Known } from './known.ts';
import { fitOf, ownEvidence } from './own-evidence.ts';
import { readSite } from './read-site.ts';
import type { AiCompanyInput } from './schema.ts';
import type { StatedContact } from './site-contacts.ts';
import type { Dropped } from './site-evidence.ts';
import type { Wanted } from './wanted.ts';
import { type FoundFields, sayTheSame, weigh } from './weigh.ts';

/** Who can be asked. */
export interface Sources {
  web: Web;
  registries: readonly CompanyRegistry[];
  model: Model | null;
}

/** Everything that was found about the company, and how the search went. */
export interface Gathered {
  found: FoundFields;
  contacts: StatedContact[];
  dropped: Dropped[];
  flags: string[];
  model: ModelUse | null;
  /** Somebody beside the record and the hints said something that is not in doubt. */
  isMatch: boolean;
  /** A hint said something that nothing speaks against. */
  isHinted: boolean;
  /** What could not be asked now and may be asked later; null when everything was. */
  missed: 'site' | 'registry' | null;
}

/** Asks the site, the registers and, for what they leave open, the model; in this order, and weighs what all say. */
export async function gatherFacts(
  run: Run<AiCompanyInput>,
  tools: Tools & Sources,
  { known, clues, wanted }: { known: Known; clues: Clues; wanted: Wanted },
): Promise<Gathered> {
  const own = ownEvidence(known, run.input.hints);
  const site = await siteFacts(tools.web, clues, run.signal);
  const word = await askRegistries(tools.registries, clues, weigh([...own, ...site.evidence]), run.signal);
  const evidence = [...own, ...site.evidence, ...word.evidence].map((each) =>
    doubted(each, { tax_id_value: word.refuted, domain: site.notTheirs }),
  );
  const model = run.input.allow_model === false ? null : tools.model;
  const question = { text: site.text, found: weigh(evidence), wanted: wanted.fields };
  const asked = await askAboutCompany(run, { ...tools, model }, question);
  const all = [...evidence, ...asked.evidence];
  const found = weigh(all);
  return {
    found: wanted.fields.includes('name') ? { ...found, ...displayName(found) } : found,
    contacts: [...site.contacts, ...word.places],
    dropped: site.dropped,
    flags: [...site.flags, ...word.flags, ...asked.flags],
    model: asked.use,
    isMatch: all.some(({ witness, doubt }) => witness !== 'record' && witness !== 'hint' && !doubt),
    isHinted: all.some(({ witness, doubt }) => witness === 'hint' && !doubt),
    missed: site.isUnreachable ? 'site' : word.isUnknown ? 'registry' : null,
  };
}

interface FromSite {
  evidence: Evidence[];
  contacts: StatedContact[];
  dropped: Dropped[];
  flags: string[];
  text: string;
  /** Domains that turned out to be nobody's or somebody else's. */
  notTheirs: string[];
  isUnreachable: boolean;
}

/** The site of the surest domain, as far as it is the company's: a guessed domain has to show that by its content. */
async function siteFacts(web: Web, clues: Clues, signal: AbortSignal): Promise<FromSite> {
  const nothing = { evidence: [], contacts: [], dropped: [], text: '', notTheirs: [], isUnreachable: false };
  const [target] = clues.domains;
  if (!target) return { ...nothing, flags: [] };
  const site = await readSite(web, target.domain, signal);
  if (site.status !== 'read') {
    const isUnreachable = site.status === 'unreachable';
    const notTheirs = isUnreachable || site.status === 'off' ? [] : [target.domain];
    return { ...nothing, flags: [`site_${site.status}`], notTheirs, isUnreachable };
  }

  const { facts, domain } = site;
  const fit = fitOf(clues, domain, facts.evidence);
  if (fit === 'other' && !target.isOwn)
    return { ...nothing, flags: ['site_of_another_company'], notTheirs: [domain, target.domain] };
  const isProved = fit === 'same' || (fit === 'unknown' && target.isOwn);
  const isIt: Evidence = {
    ...{ field: 'domain', value: domain, source: 'html', witness: 'site', evidence: `https://${domain}/` },
    confidence: fit === 'same' ? trust.legal : trust.site_name,
  };
  return {
    ...facts,
    // Another tax number than the company's on its own site is for a person to look at.
    evidence: [...facts.evidence, isIt].map((each) =>
      isProved || (target.isOwn && each.field === 'tax_id_value') ? each : weakened(each),
    ),
    contacts: isProved ? facts.contacts : [],
    text: isProved ? facts.text : '',
    flags: [...facts.flags, ...(isProved ? [] : ['site_not_proved'])],
    notTheirs: [],
    isUnreachable: false,
  };
}

/** A value that was refuted is doubtful, whoever says it. */
const doubted = (evidence: Evidence, refuted: Partial<Record<HeadField, readonly string[]>>): Evidence =>
  refuted[evidence.field]?.some((value) => sayTheSame(evidence.field, value, evidence.value))
    ? weakened(evidence)
    : evidence;

/** Too weak to be written even where a second page of the same kind agrees. */
const weakened = (evidence: Evidence): Evidence => ({
  ...evidence,
  confidence: Math.min(evidence.confidence, DOUBT_CAP - AGREEMENT_BONUS),
  doubt: true,
});

/** What the company is called, from what it calls itself, else from its registered name. */
const displayName = ({ trade_name: trade, registered_name: registered }: FoundFields): FoundFields => {
  const best = trade && (!registered || trade.confidence >= registered.confidence - 0.1) ? trade : registered;
  return best ? { name: { ...best, field: 'name', rivals: [] } } : {};
};
