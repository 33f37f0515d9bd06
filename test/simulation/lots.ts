/** All chance of a run comes from its seed, in streams of their own: what one of them draws does not change the others. */
import { createHash } from 'node:crypto';

/** A number from 0 on, below 1. */
export type Lots = () => number;

/** sfc32, well mixed by the digest that it begins with. */
export function lotsOf(seed: number | string, stream: string): Lots {
  const digest = createHash('sha256').update(`${seed} ${stream}`).digest();
  let [a, b, c, d] = [0, 4, 8, 12].map((at) => digest.readInt32LE(at)) as [number, number, number, number];
  return () => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
}

export function among<T>(draw: Lots, all: readonly T[]): T {
  return all[Math.floor(draw() * all.length)] as T;
}

export function bytes(draw: Lots, into: Uint8Array): Uint8Array {
  for (let at = 0; at < into.length; at += 1) into[at] = Math.floor(draw() * 256);
  return into;
}
