/** A place in a tree: for each step down from the root, whether it is the last one of its siblings. */
export type Place = readonly boolean[];

/** Where the demo tells what happens. */
export interface Progress {
  /** A line that stays. */
  line(text: string): void;
  /** A line of a tree that stays; further lines of its text stand below it. */
  node(text: string, place: Place): void;
  /** What is under way right now: on a terminal until the next line, elsewhere nothing. */
  working(text: string): void;
}

interface Output {
  isTTY?: boolean;
  write(text: string): unknown;
}

const CLEAR_LINE = '\r\u001b[K';
const INDENT = '  ';

/** Tells progress to a terminal, or line by line to a file or pipe. */
export function createProgress(output: Output): Progress {
  let isOpen = false;
  const write = (text: string) => {
    output.write(isOpen ? `${CLEAR_LINE}${text}` : text);
    isOpen = false;
  };
  return {
    line: (text) => write(`${text}\n`),
    node(text, place) {
      const above = INDENT + place.slice(0, -1).map(trunk).join('');
      const isLast = place.at(-1) ?? true;
      write(`${above}${isLast ? '└ ' : '├ '}${text.split('\n').join(`\n${above}${trunk(isLast)}`)}\n`);
    },
    working(text) {
      if (!output.isTTY) return;
      write(`${INDENT}… ${text}`);
      isOpen = true;
    },
  };
}

const trunk = (isLast: boolean) => (isLast ? '  ' : '│ ');
