/** Text put into a formula at a place of its own text. */
export interface Edit {
  /** Place in the text as the user wrote it, from 0. */
  at: number;
  insert: string;
  /** Ends something that began before: stands before what begins at the same place. */
  closes?: boolean;
}

const inOrder = (edits: readonly Edit[]) =>
  edits
    .map((edit, index) => ({ edit, index }))
    .sort(
      (a, b) =>
        a.edit.at - b.edit.at ||
        Number(b.edit.closes ?? false) - Number(a.edit.closes ?? false) ||
        a.index - b.index,
    )
    .map(({ edit }) => edit);

/** The text with all edits made. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = '';
  let done = 0;
  for (const { at, insert } of inOrder(edits)) {
    result += text.slice(done, at) + insert;
    done = at;
  }
  return result + text.slice(done);
}

/** Where a place of the edited text is in the text as it was written. */
export function originalPosition(place: number, edits: readonly Edit[]): number {
  let shift = 0;
  for (const { at, insert } of inOrder(edits)) {
    if (at + shift >= place) break;
    // A place inside of an insertion is where the insertion was made.
    shift += Math.min(insert.length, place - at - shift);
  }
  return place - shift;
}
