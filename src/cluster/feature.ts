/** What releases of call bridges can do. */

/** The release in which it came, as major and minor. */
const since = {
  /** Text on the screens of a call. */
  'message-text': [2, 1],
  /** A locked call that keeps everybody new in its lobby. */
  'lock-mode': [2, 9],
} as const satisfies Readonly<Record<string, readonly [number, number]>>;

export type Feature = keyof typeof since;

/** @param softwareVersion as the bridge says it, e.g. `2.0(RC)` or `3.0.1`; one that is not known is taken for new */
export function hasFeature(softwareVersion: string | undefined, feature: Feature): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(softwareVersion ?? '') ?? [];
  if (major === undefined || minor === undefined) return true;
  const [wantedMajor, wantedMinor] = since[feature];
  return Number(major) > wantedMajor || (Number(major) === wantedMajor && Number(minor) >= wantedMinor);
}
