/** French: what the page of reports says. */
import type { Reports } from '../en/reports.ts';

export const reports: Reports = {};
