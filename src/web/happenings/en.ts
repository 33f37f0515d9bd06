/** English: what happened to a meeting, and why an order was not done. */
export const happenings = {} as const;
