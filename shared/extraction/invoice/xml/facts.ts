import { parseAmount } from '../../../domain/money.ts';
import { isoDay } from '../iso-day.ts';
import { firstElement, pathOf, type XmlElement } from './tree.ts';

/** A value of the XML and the path of the element that states it. */
export interface Fact {
  value: string;
  at: string;
}

/** Facts by field path, in the order found; undefined where the XML says nothing. */
export type Facts = [path: string, fact: Fact | undefined][];

const fact = (node: XmlElement, value: string | null | undefined): Fact | undefined =>
  value ? { value, at: pathOf(node) } : undefined;

/** The text of the first element at `path`. */
export const textAt = (from: XmlElement | undefined, path: string): Fact | undefined => {
  const node = firstElement(from, path);
  return node && fact(node, node.text);
};

/** The text of the first of several elements that has one. */
export const firstText = (nodes: XmlElement[]): Fact | undefined => {
  const node = nodes.find((candidate) => candidate.text !== '');
  return node && fact(node, node.text);
};

/** The text of the first element at `path`, without white space, for IBAN and BIC. */
export const compactAt = (from: XmlElement | undefined, path: string): Fact | undefined => {
  const found = textAt(from, path);
  return found && { ...found, value: found.value.replace(/\s/g, '').toUpperCase() };
};

/** The amount of an element; undefined when its text is none. */
export const amountOf = (node: XmlElement | undefined): Fact | undefined =>
  node && fact(node, parseAmount(node.text));

/** The amount of the first element at `path`. */
export const amountAt = (from: XmlElement | undefined, path: string): Fact | undefined =>
  amountOf(firstElement(from, path));

/** The ISO day of the first element at `path`, written as format 102 (`20240131`) or ISO, with or without a time. */
export const dateAt = (from: XmlElement | undefined, path: string): Fact | undefined => {
  const node = firstElement(from, path);
  const parts = node && /^(\d{4})-?(\d\d)-?(\d\d)/.exec(node.text);
  if (!parts) return undefined;
  return fact(node, isoDay(Number(parts[1]), Number(parts[2]), Number(parts[3])));
};

/** The quantity a price is for; undefined for the usual one. */
export const baseQuantity = (from: XmlElement | undefined, path: string): Fact | undefined => {
  const quantity = amountAt(from, path);
  return quantity?.value === '1' ? undefined : quantity;
};
