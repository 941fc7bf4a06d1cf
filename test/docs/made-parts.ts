const PART = /<!-- made: ([\w-]+) -->\n[\s\S]*?<!-- end -->/g;

/**
 * A page with the parts between `<!-- made: name -->` and `<!-- end -->` made anew. Throws for a part that the page
 * lacks or that nobody makes: neither would ever be checked.
 */
export function fillParts(page: string, parts: Record<string, string>): string {
  const found = [...page.matchAll(PART)].map(([, name = '']) => name);
  const wanted = Object.keys(parts);
  if (found.toSorted().join() !== wanted.toSorted().join())
    throw new Error(`the page has the parts ${found.join(', ')}, and ${wanted.join(', ')} are made`);
  return page.replaceAll(PART, (_, name: string) => `<!-- made: ${name} -->\n${parts[name]}\n<!-- end -->`);
}

/** A table in Markdown. */
export const markdownTable = (
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string => [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
