import { findLogoFile, insertLogoFile, type LogoRow, lockLogos } from '../../shared/db/media.ts';
import type { Db } from '../../shared/db/sql.ts';
import { decideWrites, enrichmentSources } from '../../shared/domain/field-writes.ts';
import { completed, halted, type Outcome } from '../../shared/domain/outcomes.ts';
import type { Picture } from './choose-picture.ts';
import type { LogoHolder } from './owners.ts';

/** How sure a picture is the logo: named by the page, or found where browsers look by themselves. */
const CONFIDENCE = { named: 0.8, guessed: 0.7 };

/** Whether a person or somebody unknown chose it. */
export const isUsers = ({ source }: LogoRow): boolean =>
  source === null || !(enrichmentSources as readonly string[]).includes(source);

/** A logo that is stored and about to be given to its owner. */
export interface StoredLogo {
  path: string;
  label: string;
  picture: Picture;
  force: boolean;
}

/** Gives the logo to its owner unless somebody else did meanwhile; the end of the run, in its transaction. */
export async function recordLogo(
  db: Db,
  holder: LogoHolder,
  { path, label, picture: { candidate, raster }, force }: StoredLogo,
): Promise<Outcome> {
  await db.query(lockLogos({ ownerId: holder.record.entity_id }));
  const logos = await holder.listLogos(db);
  const there = logos.find(isUsers) ?? logos[0];
  const proposal = {
    value: path,
    confidence: candidate.from === 'default' ? CONFIDENCE.guessed : CONFIDENCE.named,
    source: candidate.from === 'default' ? 'rule' : candidate.from.startsWith('jsonld:') ? 'jsonld' : 'html',
  };
  const setBy =
    there?.source && !isUsers(there)
      ? { source: there.source, confidence: Number(there.confidence ?? 1) }
      : null;
  const current = there ? (there.path ?? there.media_id) : null;
  const { write, skipped } = decideWrites([{ field: 'logo', current, setBy, proposal }], { force });
  if (skipped.length > 0) return halted('already_has_logo', 'a logo was added meanwhile');

  const file = { workspacePk: holder.mediaWorkspacePk, path };
  const media = (await db.maybeOne(insertLogoFile({ ...file, label }))) ?? (await db.one(findLogoFile(file)));
  if (write.length > 0)
    await holder.replaceLogos(
      db,
      media.pk,
      logos.filter((logo) => logo.pk !== media.pk),
    );
  const output = {
    media_id: media.media_id,
    path,
    source: candidate.url,
    content_type: raster.mediaType,
    bytes: raster.bytes.byteLength,
  };
  const { confidence, source } = proposal;
  return completed(output, {
    provenance: write.length > 0 ? [{ ...holder.record, field: 'logo', source, confidence }] : [],
  });
}
