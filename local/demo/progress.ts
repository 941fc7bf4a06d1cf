/** Where the demo tells what happens. */
export interface Progress {
  /** A line that stays. */
  line(text: string): void;
  /** A line that stays, one step inside the line above. */
  branch(text: string): void;
  /** The last line inside. */
  end(text: string): void;
  /** What is under way right now: on a terminal until the next line, elsewhere nothing. */
  working(text: string): void;
}

interface Output {
  isTTY?: boolean;
  write(text: string): unknown;
}

const CLEAR_LINE = '\r\u001b[K';

/** Tells progress to a terminal, or line by line to a file or pipe. */
export function createProgress(output: Output): Progress {
  let isOpen = false;
  const write = (text: string) => {
    output.write(isOpen ? `${CLEAR_LINE}${text}` : text);
    isOpen = false;
  };
  return {
    line: (text) => write(`${text}\n`),
    branch: (text) => write(`  ├ ${text}\n`),
    end: (text) => write(`  └ ${text.split('\n').join('\n    ')}\n`),
    working(text) {
      if (!output.isTTY) return;
      write(`  … ${text}`);
      isOpen = true;
    },
  };
}
