/** English: what the page of reports says. */
export const reports = {};

export type Reports = Readonly<Record<keyof typeof reports, string>>;
