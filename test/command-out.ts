/** Where commands say what they have to say, when nobody but a test listens. */
import type { Out, Screen } from '../src/terminal.ts';

export interface Heard extends Out {
  /** What was written so far. */
  text(): string;
  lines(): string[];
  readonly remarks: string[];
}

export function listen(screen: Partial<Screen> = {}): Heard {
  let text = '';
  const remarks: string[] = [];
  return {
    screen: { width: Infinity, isColoured: false, zone: 'UTC', ...screen },
    write: async (piece) => {
      text += piece;
    },
    remark: (remark) => void remarks.push(remark),
    text: () => text,
    lines: () => text.split('\n').slice(0, -1),
    remarks,
  };
}
