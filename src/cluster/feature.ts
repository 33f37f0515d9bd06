/** What releases of call bridges can do. */

/** The release in which it came, as major and minor, and what it is in people's words. */
const features = {
  /** Text on the screens of a call. */
  'message-text': { since: [2, 1], means: 'warnings in the picture' },
  /** Whether a host passcode is asked for where guests have none. */
  'passcode-mode': { since: [2, 1], means: 'a host passcode beside an empty guest passcode' },
  'move-participants': { since: [2, 6], means: 'moving participants to another meeting' },
  /** A locked call that keeps everybody new in its lobby. */
  'lock-mode': { since: [2, 9], means: 'control of the lobby' },
  'move-web-participants': { since: [3, 2], means: 'moving participants of the web app' },
} as const satisfies Readonly<
  Record<string, { readonly since: readonly [number, number]; readonly means: string }>
>;

export type Feature = keyof typeof features;

/** @param softwareVersion as the bridge says it, e.g. `2.0(RC)` or `3.0.1`; one that is not known is taken for new */
export function hasFeature(softwareVersion: string | undefined, feature: Feature): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(softwareVersion ?? '') ?? [];
  if (major === undefined || minor === undefined) return true;
  const [wantedMajor, wantedMinor] = features[feature].since;
  return Number(major) > wantedMajor || (Number(major) === wantedMajor && Number(minor) >= wantedMinor);
}

/** What a release lacks, in people's words and with the release that has it, oldest first. */
export function lacking(softwareVersion: string): string[] {
  return (Object.keys(features) as Feature[])
    .filter((feature) => !hasFeature(softwareVersion, feature))
    .map((feature) => `${features[feature].means} (${features[feature].since.join('.')})`);
}
