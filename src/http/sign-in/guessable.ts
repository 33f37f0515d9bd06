/** Whether a password is soon guessed: by lists of what people choose, and by the patterns that they follow. */
import type { ZxcvbnFactory } from '@zxcvbn-ts/core';

/** Of 4: a hundred million guesses and more, of which scrypt makes a year of a processor; over the network it is for ever. */
const enough = 3;

let loading: Promise<ZxcvbnFactory> | undefined;

/** @param name what the password belongs to, which is guessed first */
export async function isSoonGuessed(password: string, name: string): Promise<boolean> {
  // Its lists are large, and wanted on one day of a year.
  loading ??= load();
  return (await loading).check(password, [name, 'roombridge']).score < enough;
}

async function load(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory }, { dictionary, adjacencyGraphs }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ]);
  return new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
}
