import { CONFIDENCE_FILL } from '../../shared/domain/limits.ts';
import { foldText } from '../../shared/domain/names.ts';
import type { Phone } from '../../shared/domain/person/read-phone.ts';
import type { PersonName } from '../../shared/domain/person/split-name.ts';
import { AGREEMENT_BONUS, DOUBT_CAP } from '../../shared/extraction/invoice/confidence.ts';
import type { Evidence, Fact } from './facts.ts';
import { canBeOne } from './same-person.ts';

/** The best that the evidence says about each field. */
export interface Chosen {
  name: Fact<PersonName> | null;
  jobTitle: Fact<string> | null;
  emails: Fact<string>[];
  phones: Fact<Phone>[];
  linkedin: Fact<string> | null;
}

/** As much as a person has on a card; the rest of a long list is somebody else's. */
const CONTACTS_MAX = 5;
const JOB_TITLE_MAX = 100;

/** Chooses one value per field: the surest, the most trusted of equals, and surer when two sources agree. */
export const chooseFields = (evidence: Evidence): Chosen => {
  const jobTitle = best(evidence.jobTitles, (a, b) => foldText(a) === foldText(b));
  return {
    name: chooseName(evidence.names),
    jobTitle: jobTitle && { ...jobTitle, value: shortened(jobTitle.value) },
    emails: distinct(evidence.emails, (email) => email),
    phones: distinct(evidence.phones, ({ number }) => number),
    linkedin: best(evidence.linkedin, (a, b) => a === b),
  };
};

/** Two sure sources that name two people leave it open who is meant. Of one person's names the fullest is kept. */
function chooseName(facts: readonly Fact<PersonName>[]): Chosen['name'] {
  const isOne = (a: PersonName, b: PersonName) => canBeOne(a.full_name, b.full_name);
  const chosen = best(facts, isOne);
  if (!chosen) return null;
  const sure = facts.filter(({ confidence }) => confidence >= CONFIDENCE_FILL);
  if (sure.some(({ value }) => !isOne(value, chosen.value)))
    return { ...chosen, confidence: Math.min(chosen.confidence, DOUBT_CAP) };
  const fullest = sure.toSorted((a, b) => letters(b.value) - letters(a.value))[0];
  return fullest ? { ...fullest, confidence: chosen.confidence } : chosen;
}

const letters = ({ full_name }: PersonName) => full_name.replace(/[^\p{L}]/gu, '').length;

function best<T>(facts: readonly Fact<T>[], agree: (a: T, b: T) => boolean): Fact<T> | null {
  const [first, ...others] = facts.toSorted((a, b) => b.confidence - a.confidence);
  if (!first) return null;
  const isAgreed = others.some(
    ({ value, evidence }) => originOf(evidence) !== originOf(first.evidence) && agree(value, first.value),
  );
  return isAgreed ? { ...first, confidence: raised(first.confidence) } : first;
}

/** Two lines of one signature, or a line and what a model makes of it, are one source. */
const originOf = (evidence: string) => evidence.split(',')[0];

const raised = (confidence: number) => Math.min(1, Math.round((confidence + AGREEMENT_BONUS) * 100) / 100);

function distinct<T>(facts: readonly Fact<T>[], keyOf: (value: T) => string): Fact<T>[] {
  const groups = Map.groupBy(facts, ({ value }) => keyOf(value));
  return [...groups.values()].flatMap((group) => best(group, () => true) ?? []).slice(0, CONTACTS_MAX);
}

/** At most a hundred characters, cut between two words. */
function shortened(text: string): string {
  const plain = text.replace(/\s+/gu, ' ').trim().toWellFormed();
  if (plain.length <= JOB_TITLE_MAX) return plain;
  const cut = plain.slice(0, JOB_TITLE_MAX + 1);
  const end = cut.lastIndexOf(' ');
  return (end > 0 ? cut.slice(0, end) : cut.slice(0, JOB_TITLE_MAX))
    .replace(/[\s,;:–-]+$/u, '')
    .toWellFormed();
}
