import { z } from 'zod';
import { decodeText } from '../../shared/extraction/sniff-type.ts';
import type { Candidate } from './candidate.ts';

const Icon = z.object({
  src: z.string(),
  sizes: z.string().optional().catch(undefined),
  purpose: z.string().optional().catch(undefined),
});
const Manifest = z.object({ icons: z.array(z.unknown()) });

/** Icons that are taken from one manifest. */
const ICONS_MAX = 50;

/** The icons of a web app manifest that was found at `url`, but for those of one colour; none when it is broken. */
export const readManifest = (bytes: Uint8Array, url: string): Candidate[] => {
  const manifest = Manifest.safeParse(parse(decodeText(bytes)));
  if (!manifest.success) return [];
  return manifest.data.icons.slice(0, ICONS_MAX).flatMap((entry) => {
    const icon = Icon.safeParse(entry);
    if (!icon.success || /^\s*monochrome\s*$/i.test(icon.data.purpose ?? '')) return [];
    const address = URL.parse(icon.data.src, url);
    if (!address || !/^https?:$/.test(address.protocol)) return [];
    return [{ url: address.href, from: 'manifest' as const, sizes: icon.data.sizes?.trim() || null }];
  });
};

const parse = (text: string | null): unknown => {
  try {
    return JSON.parse(text?.replace(/^\uFEFF/, '') ?? 'null');
  } catch {
    return null; // Often the page that a server answers in place of what is missing.
  }
};
