/** What of the bridge's own features came with which release, as far as it is used here. */

/** Feature -> major and minor release. */
const features: readonly (readonly [feature: string, release: string])[] = [
  ['a host passcode beside an empty guest passcode (passcodeMode)', '2.1'],
  ['warnings in the picture (messageText)', '2.1'],
  ['moving participants to another meeting', '2.6'],
  ['control of the lobby', '2.9'],
  ['moving participants of the web app', '3.2'],
];

/** What a release lacks, oldest feature first; nothing where the release cannot be read. */
export function lacking(softwareVersion: string): string[] {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(softwareVersion) ?? [];
  if (major === undefined || minor === undefined) return [];
  const release = rank(major, minor);
  return features.flatMap(([feature, since]) => {
    const [sinceMajor = '', sinceMinor = ''] = since.split('.');
    return release < rank(sinceMajor, sinceMinor) ? [`${feature} (${since})`] : [];
  });
}

function rank(major: string, minor: string): number {
  return Number(major) * 1_000 + Number(minor);
}
