import type { enrichmentSources } from '../../shared/domain/field-writes.ts';
import type { Phone } from '../../shared/domain/person/read-phone.ts';
import type { PersonName } from '../../shared/domain/person/split-name.ts';

/** A value with how sure it is (0–1) and where it comes from. Nothing is known without a fact. */
export interface Fact<T> {
  value: T;
  confidence: number;
  source: (typeof enrichmentSources)[number];
  /** Where it was found: the source, and after a comma the place in it. */
  evidence: string;
}

/** Everything that is said about one person, the most trusted first. */
export interface Evidence {
  names: Fact<PersonName>[];
  jobTitles: Fact<string>[];
  emails: Fact<string>[];
  phones: Fact<Phone>[];
  linkedin: Fact<string>[];
}

/** A model's answer that the text holds too, and one that it does not: such a one is never written. */
export const MODEL_IN_TEXT = 0.75;
export const MODEL_ALONE = 0.6;
