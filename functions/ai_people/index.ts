import type { Model } from '../../shared/ai/model.ts';
import { listContacts } from '../../shared/db/contact-atoms.ts';
import { findPerson } from '../../shared/db/peoples.ts';
import type { Db } from '../../shared/db/sql.ts';
import { findProcessingSettings } from '../../shared/db/workspaces.ts';
import { CONFIDENCE_FILL } from '../../shared/domain/limits.ts';
import { failed, halted } from '../../shared/domain/outcomes.ts';
import { defineEnrichment } from '../../shared/tasks/define-enrichment.ts';
import { completeEvidence } from './ask-signature.ts';
import { chooseFields } from './choose-fields.ts';
import { gatherEvidence } from './gather-evidence.ts';
import { addressesOf, nameOnFile } from './person-fields.ts';
import { readAddress } from './read-address.ts';
import { recordPerson } from './record-person.ts';
import { approvePerson, keepPerson } from './resolve-person.ts';
import { AiPeopleInput, AiPeopleOutput } from './schema.ts';

export const aiPeople = defineEnrichment<AiPeopleInput, { model: Model | null }>({
  type: 'ai_people',
  input: AiPeopleInput,
  output: AiPeopleOutput,

  async run(run, tools) {
    const { input, task, workspacePk, targetFields } = run;
    const { entity_id: personId } = task;
    if (input.person_id !== undefined && input.person_id !== personId)
      return failed('INPUT_INVALID', 'the input names another person than the task');
    const subject = await tools.read((db) => findSubject(db, { workspacePk, personId }));
    if (!subject) return failed('NOT_FOUND', 'there is no such person');

    const { person, emails, phones, country } = subject;
    const hints = input.hints ?? {};
    const given = hints.email ? readAddress(hints.email) : null;
    const addresses = given ? [...emails, given.email] : emails;
    const name = nameOnFile(person, addresses);
    const isHinted = Object.values(hints).some((hint) => hint?.trim());
    const isWhole = name !== null && person.first_name === '' && person.last_name === '';
    if (!isHinted && emails.length === 0 && !isWhole)
      return halted('insufficient_features', 'nothing is given, and nothing on file leads further');

    const gathered = gatherEvidence({ hints, given, addresses, name, country });
    const { evidence, modelRefused } = await completeEvidence(run, tools, gathered, {
      ...{ name, phones, jobTitle: person.job_title },
    });
    const chosen = chooseFields(evidence);
    const isNamed = name !== null || (chosen.name?.confidence ?? 0) >= CONFIDENCE_FILL;
    if (gathered.hasRoleMailbox && gathered.mailboxes.length === 0 && !isNamed)
      return halted('no_match', 'a shared mailbox is nobody, and nothing names who reads it');
    const job = {
      ...{ workspacePk, personId, targetFields, chosen, modelRefused },
      ...{ addresses, companyId: hints.company_id ?? null, force: input.force ?? false },
    };
    return (db) => recordPerson(db, job);
  },

  resolve: { approve: approvePerson, reject: keepPerson },
});

/** Everything that is read before the work; null when the person is gone. */
async function findSubject(db: Db, { workspacePk, personId }: { workspacePk: number; personId: string }) {
  const person = await db.maybeOne(findPerson({ workspacePk, personId }));
  if (!person) return null;
  const settings = await db.maybeOne(findProcessingSettings({ workspacePk }));
  const owner = { kind: 'person', pk: person.pk } as const;
  const phones = await db.any(listContacts({ workspacePk, owner, kind: 'phone' }));
  return {
    person,
    emails: addressesOf(await db.any(listContacts({ workspacePk, owner, kind: 'email' }))),
    phones: phones.length,
    country: settings?.country ?? null,
  };
}
