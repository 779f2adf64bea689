/** What is wrong with a JSON text, as a key of the texts. */
export type JsonProblem =
  | 'empty'
  | 'notObject'
  | 'unexpectedEnd'
  | 'unexpectedCharacter'
  | 'badString'
  | 'badNumber'
  | 'missingComma'
  | 'missingColon'
  | 'trailingComma'
  | 'textAfterEnd';

export interface JsonError {
  readonly problem: JsonProblem;
  /** Position in the text. */
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** Thrown inside the reader only. */
class Found extends Error {
  constructor(
    readonly problem: JsonProblem,
    readonly offset: number,
  ) {
    super(problem);
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;
const WORD = /true|false|null/y;

/**
 * Returns the first error of a text that must be a JSON object, with its place. Browsers report the place of an error in
 * different words, or not at all.
 */
export function jsonErrorOf(text: string): JsonError | null {
  try {
    new Reader(text).readDocument();
    return null;
  } catch (error) {
    if (!(error instanceof Found)) throw error;
    const before = text.slice(0, error.offset).split('\n');
    const last = before.at(-1) ?? '';
    return {
      problem: error.problem,
      offset: error.offset,
      line: before.length,
      // As an editor counts: a character outside the basic plane is one column.
      column: Array.from(last).length + 1,
    };
  }
}

/** Reads a text by the grammar of RFC 8259. */
class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  readDocument(): void {
    this.skipBlanks();
    if (this.at === this.text.length) throw new Found('empty', 0);
    const start = this.at;
    this.readValue();
    this.skipBlanks();
    if (this.at < this.text.length) throw new Found('textAfterEnd', this.at);
    if (this.text[start] !== '{') throw new Found('notObject', start);
  }

  private readValue(): void {
    this.skipBlanks();
    const first = this.text[this.at];
    if (first === undefined) throw new Found('unexpectedEnd', this.at);
    if (first === '{') this.readMembers('}', () => this.readMember());
    else if (first === '[') this.readMembers(']', () => this.readValue());
    else if (first === '"') this.readString();
    else if (/[-\d]/.test(first)) this.match(NUMBER, 'badNumber');
    else this.match(WORD, 'unexpectedCharacter');
  }

  private readMembers(end: '}' | ']', read: () => void): void {
    this.at += 1;
    this.skipBlanks();
    if (this.skip(end)) return;
    for (;;) {
      read();
      this.skipBlanks();
      if (this.skip(end)) return;
      const comma = this.at;
      if (!this.skip(',')) throw this.unexpected('missingComma');
      this.skipBlanks();
      if (this.text[this.at] === end) throw new Found('trailingComma', comma);
    }
  }

  private readMember(): void {
    this.skipBlanks();
    this.readString();
    this.skipBlanks();
    if (!this.skip(':')) throw this.unexpected('missingColon');
    this.readValue();
  }

  private readString(): void {
    if (this.text[this.at] !== '"') throw this.unexpected('unexpectedCharacter');
    this.match(STRING, 'badString');
  }

  private match(pattern: RegExp, problem: JsonProblem): void {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (!found) throw new Found(problem, this.at);
    this.at = pattern.lastIndex;
  }

  /** Returns the error of another character, or of the end of the text. */
  private unexpected(problem: JsonProblem): Found {
    return new Found(this.at === this.text.length ? 'unexpectedEnd' : problem, this.at);
  }

  private skip(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  private skipBlanks(): void {
    while (/[ \t\r\n]/.test(this.text[this.at] ?? '')) this.at += 1;
  }
}
