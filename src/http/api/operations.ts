/** What operators order of a conference, and what came of it. */
import { z } from 'zod';
import { address, instant, list } from './words.ts';

const text = (expected: string, most: number) =>
  z.string({ error: expected }).trim().min(1, { error: expected }).max(most, { error: expected });
const flag = z.boolean({ error: 'expected true or false' });
const id = z
  .string({ error: 'expected ids of participants' })
  .regex(/^[0-9a-z][0-9a-z-]{0,99}$/i, { error: 'expected ids of participants' });
const some = z
  .array(id, { error: 'expected a list of ids of participants' })
  .min(1, { error: 'expected at least one id' })
  .max(200, { error: 'expected 200 ids at most' });
const who = z.union([z.literal('all'), some], {
  error: 'expected all, or a list of 1 to 200 ids of participants',
});
const sipAddress = 'expected a SIP address such as boardroom@video.example.com';
const seconds = 'expected a whole number of seconds from 1 to 3600';
const minutes = 'expected a whole number of minutes from 1 to 480';
const importance = 'expected a whole number from 0 to 2147483647, or null';

const ordered = {
  request: text('expected a text of 1 to 64 characters', 64).optional(),
  by: text('expected who orders it, in 1 to 100 characters', 100)
    .optional()
    .meta({ description: 'Who orders it, where nobody signs in; else whoever has signed in does.' }),
};

/** What may be ordered, by the word in `do`. @param layouts names of those that call bridges know */
export function orderSchemas(layouts: readonly string[]) {
  return [
    z.strictObject({
      ...ordered,
      do: z.literal('dial'),
      address: text(sipAddress, 250).regex(/^(?:sips?:)?[^\s@<>,;:"/]+@[^\s@<>,;"/]+$/i, {
        error: sipAddress,
      }),
    }),
    z.strictObject({
      ...ordered,
      do: z.literal('redial'),
      room: text("expected a room's mailbox", 250).toLowerCase(),
    }),
    z.strictObject({ ...ordered, do: z.literal('drop'), who }),
    z.strictObject({
      ...ordered,
      do: z.literal('mute'),
      who,
      audio: flag.optional(),
      video: flag.optional(),
    }),
    z.strictObject({
      ...{ ...ordered, do: z.literal('layout'), who },
      layout: z.enum(layouts as [string, ...string[]], { error: `expected one of ${layouts.join(', ')}` }),
    }),
    z.strictObject({
      ...{ ...ordered, do: z.literal('importance'), who: some },
      importance: z
        .number({ error: importance })
        .int({ error: importance })
        .min(0, { error: importance })
        .max(2_147_483_647, { error: importance })
        .nullable(),
    }),
    z.strictObject({ ...ordered, do: z.literal('lock'), locked: flag }),
    z.strictObject({ ...ordered, do: z.literal('admit'), who }),
    z.strictObject({ ...ordered, do: z.literal('send-to-lobby'), who: some }),
    z.strictObject({
      ...{ ...ordered, do: z.literal('message') },
      text: text('expected a text of 1 to 500 characters', 500),
      seconds: z
        .number({ error: seconds })
        .int({ error: seconds })
        .min(1, { error: seconds })
        .max(3_600, { error: seconds }),
    }),
    z.strictObject({ ...ordered, do: z.literal('record'), on: flag }),
    z.strictObject({ ...ordered, do: z.literal('stream'), on: flag }),
    z.strictObject({ ...ordered, do: z.literal('start') }),
    z.strictObject({ ...ordered, do: z.literal('end') }),
    z.strictObject({
      ...{ ...ordered, do: z.literal('extend') },
      minutes: z
        .number({ error: minutes })
        .int({ error: minutes })
        .min(1, { error: minutes })
        .max(480, { error: minutes }),
    }),
    z.strictObject({
      ...{ ...ordered, do: z.literal('move'), who: some },
      to: text('expected the key of the other meeting', 2_000),
      number: text("expected the other meeting's number, for certainty", 20),
      pastLobby: flag.optional(),
    }),
    z.strictObject({ ...ordered, do: z.literal('tell-again') }).meta({
      description: 'The organizer is told once more what holds, in the way in which that was told.',
    }),
    z
      .strictObject({
        ...{ ...ordered, do: z.literal('place-again') },
        number: text('expected the number that is to be given up, for certainty', 20).optional(),
      })
      .meta({ description: 'Its number is given up for another one; not while it runs.' }),
    z
      .strictObject({
        ...{ ...ordered, do: z.literal('move-bridge') },
        to: text('expected the address of a call bridge', 250)
          .optional()
          .meta({ description: 'Left out for the first that is well and in service.' }),
      })
      .meta({
        description: 'What runs goes on at another call bridge of its cluster; people dial in again.',
      }),
  ] as const;
}

export const outcome = z
  .object({
    request: z.string(),
    state: z.enum(['done', 'partly', 'refused', 'failed']),
    refusal: z.string().optional(),
    did: z
      .object({
        what: z.enum([
          'invitation-written',
          'organizer-mailed',
          'organizer-answered',
          'placed',
          'moved-over',
        ]),
        number: z.string().optional().meta({ description: 'The number that it has now.' }),
        callBridge: address.optional().meta({ description: 'Where it runs now.' }),
      })
      .optional()
      .meta({ description: 'What was done, where that is not plain from what was ordered.' }),
    detail: z.string().optional().meta({ description: 'The same in English, for people.' }),
    participants: list(
      z.object({
        participant: z.string(),
        refusal: z.string().optional(),
        detail: z.string().optional(),
        now: z.string().optional().meta({ description: 'The id that they have now, after a move.' }),
        kept: list(z.string()).optional(),
        lost: list(z.string()).optional(),
      }),
    ).optional(),
    at: instant,
  })
  .meta({ id: 'Outcome' });

/** Not settled yet: asked again with the same request, it says what came of it. */
export const waiting = z.object({ request: z.string(), state: z.literal('waiting') }).meta({ id: 'Waiting' });
