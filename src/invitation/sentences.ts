/** Every sentence that a person reads in an invitation. */

export interface JoiningDetails {
  readonly number: string;
  /** `<number>@<domain>`. */
  readonly uri: string;
  /** Empty for none. */
  readonly passcode: string;
}

export interface JoiningLine {
  readonly label: string;
  readonly value: string;
  readonly link?: string;
}

export const joiningHeading = 'Join this meeting by video';

export function joiningLines({ number, uri, passcode }: JoiningDetails): JoiningLine[] {
  return [
    { label: 'Number to dial', value: number },
    { label: 'Video address', value: uri, link: `sip:${uri}` },
    ...(passcode === '' ? [] : [{ label: 'Passcode', value: passcode }]),
  ];
}
