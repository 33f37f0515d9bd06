/** What the demo prints: short aligned lines, each with its time and one word for what happened; colour for people only. */
import { styleText } from 'node:util';

export type Colour = 'cyan' | 'green' | 'red' | 'yellow' | 'dim' | 'bold';

const wordWidth = 12;

export class Terminal {
  readonly #out: NodeJS.WriteStream;
  readonly #colours: boolean;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
    // NO_COLOR and TERM=dumb are obeyed by `hasColors`.
    this.#colours = out.isTTY && out.hasColors();
  }

  /** Something happened at `at` (epoch ms); further lines of the text stand below its first. */
  tell(at: number, word: string, text: string, colour: Colour = 'cyan'): void {
    const [first = '', ...more] = text.split('\n');
    this.print(`${this.#paint('dim', clock(at))}  ${this.#paint(colour, word.padEnd(wordWidth))}  ${first}`);
    for (const line of more) this.print(`${' '.repeat(8 + 2 + wordWidth + 2)}${line}`);
  }

  /** What belongs to no time. */
  entry(word: string, text: string): void {
    this.print(`  ${this.#paint('dim', word.padEnd(wordWidth - 2))}  ${text}`);
  }

  heading(text: string, colour: Colour = 'bold'): void {
    this.print(`\n${this.#paint(colour, text)}`);
  }

  print(line: string): void {
    this.#out.write(`${line}\n`);
  }

  #paint(colour: Colour, text: string): string {
    return this.#colours ? styleText(colour, text) : text;
  }
}

/** Local wall-clock time, HH:MM:SS. */
export function clock(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}
