/** English: what the pages say of the invitation as sent, and of orders to a meeting that is still to come. */
export const placing = {};

export type Placing = Readonly<Record<keyof typeof placing, string>>;
