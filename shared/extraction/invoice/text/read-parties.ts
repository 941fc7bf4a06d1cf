import { type Address, findAddresses, type Town, townIn } from './addresses.ts';
import { type Candidate, choose } from './choose.ts';
import type { Identifier } from './identifiers.ts';
import { spotsNear } from './near.ts';
import { type PartyBlock, partyBlocks, type Role } from './party-blocks.ts';
import { canonicalName, hasLegalForm, mayBeName, nameIn } from './party-names.ts';
import type { Segment, Sheet } from './sheet.ts';

/** The workspace's own company: never the supplier of a purchase. */
export interface OwnCompany {
  name?: string;
  vat_id?: string;
  iban?: string;
}

/** What the page tells about one party. */
export interface PageParty {
  name: Candidate | null;
  vatId: Identifier | null;
  town: Town | null;
  email: { value: string; segment: Segment } | null;
}

interface Scene {
  sheet: Sheet;
  blocks: PartyBlock[];
  addresses: Address[];
  /** Identifiers of the supplier: where they stand, it stands. */
  anchors: Identifier[];
  own: OwnCompany | undefined;
  /** How often each name stands on the pages. */
  counts: Map<string, number>;
}

const compact = (text: string) => text.replace(/[^\p{L}\p{N}]/gu, '').toUpperCase();

const sameName = (a: string, b: string) => canonicalName(a) !== '' && canonicalName(a) === canonicalName(b);

const isOwn = (name: string, own: OwnCompany | undefined) =>
  own?.name !== undefined && sameName(name, own.name);

/** The name a block gives: beside `Name:`, else its first line that may be one. */
const nameOfBlock = (
  sheet: Sheet,
  { lines, heading }: PartyBlock,
): { text: string; segment: Segment } | null => {
  const labelled = lines.find(({ folded }) => /^name\b/.test(folded));
  const beside = labelled && (sheet.rows[labelled.row]?.[labelled.column + 1] ?? labelled);
  if (beside) return { text: beside.text.replace(/^name\s*:?\s*/i, ''), segment: beside };
  for (const segment of lines) {
    const text = segment === heading ? segment.text.replace(/^[^:]*:\s*/, '') : segment.text;
    const name = text.replace(/^(?:attn|att|z\. ?hd\.?|c\/o)\b[.:]?\s*/i, '');
    if (mayBeName(name.toLowerCase()) || hasLegalForm(name)) return { text: name, segment };
  }
  return null;
};

const inBlock = (segment: Segment, block: PartyBlock) =>
  segment === block.heading || block.lines.includes(segment);

const blockNames = ({ sheet, blocks }: Scene, role: Role): Candidate[] =>
  blocks
    .filter((block) => block.role === role)
    .flatMap((block, index): Candidate[] => {
      const name = nameOfBlock(sheet, block);
      return name
        ? [{ value: nameIn(name.text), score: 1.2 - index * 0.1, basis: 'labelled', segment: name.segment }]
        : [];
    });

const HOLDER =
  /\b(?:account (?:holder|name)|kontoinhaber|kontoname|titulaire(?: du compte)?|t\.?n\.?v\.?|ten name van|intestatario|intestato a|titular)\b/;

const accountHolders = ({ sheet }: Scene): Candidate[] =>
  spotsNear(sheet, HOLDER, { right: 1, below: 0 }).flatMap((spot): Candidate[] => {
    const value = nameIn(spot.text);
    return mayBeName(value.toLowerCase())
      ? [{ value, score: 0.5, basis: 'labelled', segment: spot.segment }]
      : [];
  });

const CONTACT =
  /\b(?:tel|telefon|phone|fon|fax|www\.|https?:|e-?mail|siret|siren|hrb|hra|kvk|handelsreg|registergericht|capital)/;

const nameCounts = (sheet: Sheet): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const { text } of sheet.rows.flat()) {
    const name = canonicalName(nameIn(text));
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
};

/** How much the rest of the page says for a line being the sender's name. */
const senderScore = (scene: Scene, segment: Segment, name: string): number => {
  const { sheet, blocks, addresses, anchors, own, counts } = scene;
  const first = sheet.rows[0]?.[0]?.page;
  const top = segment.page === first ? Math.max(0, 1 - segment.row / 14) : 0;
  const customer = blocks.some((block) => block.role === 'customer' && inBlock(segment, block));
  const near = ({ segment: at }: { segment: Segment }) =>
    at.page === segment.page && Math.abs(at.row - segment.row) <= 8 && Math.abs(at.x - segment.x) < 220;
  const followers = sheet.rows.slice(segment.row + 1, segment.row + 8).flat();
  const contact = followers.some((other) => Math.abs(other.x - segment.x) < 60 && CONTACT.test(other.folded));
  const sender = /\s[-–—●•·|]\s|[●•·|]/.test(segment.text) && /\d{4,}/.test(segment.text);
  const repeats = (counts.get(canonicalName(name)) ?? 1) - 1;
  const ownAddress = addresses.some(
    (address) => address.name === segment && own?.name && isOwn(address.name.text, own),
  );
  return (
    (hasLegalForm(name) ? 0.35 : 0.1) +
    0.25 * top +
    (anchors.some(near) ? 0.2 : 0) +
    (contact ? 0.15 : 0) +
    (sender ? 0.3 : 0) +
    (addresses.some((address) => address.name === segment) ? 0.1 : 0) +
    0.1 * Math.min(3, repeats) -
    (customer || ownAddress ? 0.6 : 0)
  );
};

const SENTENCE =
  /^(?:in|on|of|the|all|bei|von|der|die|das|de|le|la|les|il|to|for|by|wir|we|nous|this|please|bitte)\b/i;

/** Rows below a name in which an identifier still belongs to it. */
const IDENTIFIER_ROWS = 5;

/**
 * Names that stand with an identifier whose checksum is right: on its line, as in a footer, or above it in one column.
 * Such an identifier is as good as a label.
 */
const namesWithIdentifier = ({ sheet, anchors }: Scene): Set<string> => {
  const proved = anchors.filter((anchor) => anchor.proved);
  const stands = (segment: Segment) =>
    proved.some(
      ({ segment: at }) =>
        at.page === segment.page &&
        (at.row === segment.row ||
          (at.row > segment.row &&
            at.row - segment.row <= IDENTIFIER_ROWS &&
            Math.abs(at.x - segment.x) < 60)),
    );
  return new Set(
    sheet.rows
      .flat()
      .filter((segment) => hasLegalForm(nameIn(segment.text)) && stands(segment))
      .map(({ text }) => canonicalName(nameIn(text))),
  );
};

/** Lines with a legal form anywhere, and lines high on the first page, as names of the sender. */
const letterheadNames = (scene: Scene): Candidate[] => {
  const identified = namesWithIdentifier(scene);
  return scene.sheet.rows.flat().flatMap((segment): Candidate[] => {
    const value = nameIn(segment.text);
    const legal = hasLegalForm(value);
    const words = value.split(/\s+/).length;
    if (
      canonicalName(value) === '' ||
      (SENTENCE.test(value) && !(legal && words <= 5)) ||
      value.length > 70 ||
      words > 9
    )
      return [];
    if (!legal && (segment.row > 12 || !mayBeName(value.toLowerCase()))) return [];
    const basis = identified.has(canonicalName(value)) ? 'labelled' : 'placed';
    return [{ value, score: senderScore(scene, segment, value), basis, segment }];
  });
};

/** Who gets the bill when no heading says so: the other address of the first page. */
const addressees = ({ sheet, addresses }: Scene, supplier: string): Candidate[] =>
  addresses.flatMap(({ name }, index): Candidate[] => {
    if (!name || name.page !== sheet.rows[0]?.[0]?.page || name.row > 40) return [];
    const value = nameIn(name.text);
    if (sameName(value, supplier) || canonicalName(value) === '') return [];
    return [{ value, score: 0.5 - index * 0.02, basis: 'placed', segment: name }];
  });

const emailIn = (lines: Segment[]): PageParty['email'] => {
  for (const segment of lines) {
    const value = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/.exec(segment.text)?.[0];
    if (value) return { value, segment };
  }
  return null;
};

const firstTown = (lines: Segment[]): Town | null => lines.map(townIn).find((town) => town !== null) ?? null;

/** Lines that belong to a party: its block, its address, else what follows its name. */
const linesOf = ({ sheet, blocks, addresses }: Scene, role: Role, name: Candidate | null): Segment[] => {
  if (!name) return [];
  const block = blocks.find((each) => each.role === role && inBlock(name.segment, each));
  const address = addresses.find(
    (each) => each.name !== null && sameName(nameIn(each.name.text), name.value),
  );
  const after = sheet.rows
    .slice(name.segment.row, name.segment.row + 8)
    .flat()
    .filter((other) => other.page === name.segment.page && Math.abs(other.x - name.segment.x) < 60);
  return [...(block?.lines ?? []), name.segment, ...(address?.lines ?? []), ...after];
};

const YOURS = /\b(?:ihre?|votre|vos|your|customer|client|kunden?|klant|uw|vostr[ao]|cliente|buyer|kaufer)\b/;

const isCustomers = ({ blocks, own }: Scene, id: Identifier) =>
  YOURS.test(id.before) ||
  (own?.vat_id !== undefined && compact(own.vat_id) === compact(id.value)) ||
  blocks.some((block) => block.role === 'customer' && inBlock(id.segment, block));

/** Supplier and customer of the page, by heading, by letterhead and by the identifiers they stand with. */
export const readParties = (
  sheet: Sheet,
  vatIds: Identifier[],
  ibans: Identifier[],
  own?: OwnCompany,
): { supplier: PageParty; customer: PageParty } => {
  const blank: Scene = {
    sheet,
    blocks: partyBlocks(sheet),
    addresses: findAddresses(sheet),
    anchors: [],
    own,
    counts: nameCounts(sheet),
  };
  const theirs = vatIds.filter((id) => !isCustomers(blank, id));
  const scene = { ...blank, anchors: [...theirs, ...ibans] };
  const headed = theirs.find((id) =>
    scene.blocks.some((block) => block.role === 'supplier' && inBlock(id.segment, block)),
  );
  const supplierVat = headed ?? theirs.find(({ proved }) => proved) ?? theirs[0] ?? null;

  const names = [...blockNames(scene, 'supplier'), ...accountHolders(scene), ...letterheadNames(scene)];
  const supplier = choose(
    names.filter(({ value }) => value !== '' && !isOwn(value, own)),
    0,
  );
  const ownLine = own?.name ? sheet.rows.flat().find(({ text }) => isOwn(nameIn(text), own)) : undefined;
  const customer = ownLine
    ? ({ value: nameIn(ownLine.text), score: 2, basis: 'labelled', segment: ownLine } satisfies Candidate)
    : choose(
        [...blockNames(scene, 'customer'), ...addressees(scene, supplier?.value ?? '')].filter(
          ({ value }) => value !== '' && !sameName(value, supplier?.value ?? ''),
        ),
        0,
      );

  const supplierLines = linesOf(scene, 'supplier', supplier);
  const customerLines = linesOf(scene, 'customer', customer);
  return {
    supplier: {
      name: supplier,
      vatId: supplierVat,
      town: firstTown(supplierLines),
      email: emailIn(supplierLines),
    },
    customer: {
      name: customer,
      vatId: vatIds.find((id) => isCustomers(scene, id)) ?? null,
      town: firstTown(customerLines),
      email: emailIn(customerLines),
    },
  };
};
