import { createHash } from 'node:crypto';
import { getWorker } from '../../shared/domain/catalogue.ts';
import { failed, halted } from '../../shared/domain/outcomes.ts';
import type { readImage } from '../../shared/extraction/read-image.ts';
import { defineEnrichment } from '../../shared/tasks/define-enrichment.ts';
import type { Web } from '../../shared/web/web.ts';
import { chooseHost } from './choose-domain.ts';
import { findLogo } from './find-logo.ts';
import { findHolder } from './owners.ts';
import { isUsers, recordLogo } from './record-logo.ts';
import { LogoInput, LogoOutput } from './schema.ts';

/** Refusals that an operator sees in the output of one task. */
const DROPPED_MAX = 20;
const FILE_ENDING = { 'image/png': 'png', 'image/jpeg': 'jpg', 'image/webp': 'webp' } as const;

export const logo = defineEnrichment<LogoInput, { web: Web; images: { read: typeof readImage } }>({
  type: 'logo',
  input: LogoInput,
  output: LogoOutput,

  async run({ input, task, workspacePk, signal }, { read, storage, web, images }) {
    const { entity_type: entityType, entity_id: entityId } = task;
    if (input.company_id && input.company_id !== entityId)
      return failed('INPUT_INVALID', 'company_id is not the company of this task');
    const found = await read(async (db) => {
      const holder = await findHolder(db, { workspacePk, entityType, entityId });
      return holder && { holder, logos: await holder.listLogos(db) };
    });
    if (!found) return failed('NOT_FOUND', `there is no ${entityType} ${entityId}`);
    const { holder, logos } = found;
    if (logos.some(isUsers)) return halted('already_has_logo', 'it has a logo that was chosen by hand');
    if (logos.length > 0 && !input.force) return halted('already_has_logo', 'its logo was found before');

    const site = chooseHost(input.domain, holder);
    if (!site && input.domain !== undefined)
      return failed('INPUT_INVALID', 'domain is not the name of a public site');
    if (!site) return halted('domain_missing', `nothing says where the site of this ${entityType} is`);

    const { host, isAsked } = site;
    const addresses = [`https://${host}/`, `http://${host}/`, `https://www.${host}/`];
    const search = await findLogo(addresses, { web, readImage: images.read, signal });
    switch (search.kind) {
      case 'off':
        return halted('web_access_off', 'this installation fetches nothing from the web');
      case 'refused':
        if (isAsked) return failed('INPUT_INVALID', search.detail);
        return halted('logo_not_found', search.detail);
      case 'unreachable':
        if (task.attempt < getWorker('logo').maxRuns) throw new Error(search.detail);
        return halted('logo_not_found', search.detail);
      case 'none': {
        const dropped = search.dropped.slice(0, DROPPED_MAX).map(({ url, reason }) => ({ url, reason }));
        return halted('logo_not_found', search.detail, { dropped });
      }
    }

    const { picture } = search;
    const { bytes, mediaType } = picture.raster;
    const hash = createHash('sha256').update(bytes).digest('hex');
    const path = `${holder.folder}/${hash}.${FILE_ENDING[mediaType]}`;
    await storage.put({ path, bytes, contentType: mediaType });
    const stored = { path, label: host, picture, force: input.force ?? false };
    return (db) => recordLogo(db, holder, stored);
  },
});
