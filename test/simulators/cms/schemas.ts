/** The parameters of profiles, call bridges and bulk sets, with the values that each may take. */
import { refused } from './failure.ts';
import { type Check, flag, oneOf, type Schema, text, upTo, whole } from './fields.ts';
import type { TableKind } from './table.ts';

const layout = oneOf(
  'allEqual',
  'speakerOnly',
  'telepresence',
  'stacked',
  'allEqualQuarters',
  'allEqualNinths',
  'allEqualSixteenths',
  'allEqualTwentyFifths',
  'onePlusFive',
  'onePlusSeven',
  'onePlusNine',
  'automatic',
  'onePlusN',
);

export const mutes: Schema = {
  rxAudioMute: flag,
  txAudioMute: flag,
  rxVideoMute: flag,
  txVideoMute: flag,
};

export { layout };

/** Fields of a call leg profile that are also accepted as overrides when dialling. */
export const callLegFields: Schema = {
  needsActivation: flag,
  deactivationMode: oneOf('deactivate', 'disconnect', 'remainActivated'),
  deactivationModeTime: whole(),
  defaultLayout: layout,
  ...flags('changeLayoutAllowed', 'participantLabels'),
  presentationDisplayMode: oneOf('dualStream', 'singleStream'),
  participantCounter: oneOf('never', 'auto', 'always'),
  ...flags(
    'presentationContributionAllowed',
    'presentationViewingAllowed',
    'allowAllPresentationContributionAllowed',
    'endCallAllowed',
    'disconnectOthersAllowed',
    'addParticipantAllowed',
    'muteOthersAllowed',
    'videoMuteOthersAllowed',
    'muteSelfAllowed',
    'videoMuteSelfAllowed',
    'allowAllMuteSelfAllowed',
    'changeJoinAudioMuteOverrideAllowed',
    'callLockAllowed',
    'setImportanceAllowed',
    'recordingControlAllowed',
    'streamingControlAllowed',
    'controlRemoteCameraAllowed',
  ),
  joinToneParticipantThreshold: whole(0, 100),
  leaveToneParticipantThreshold: whole(0, 100),
  videoMode: oneOf('auto', 'disabled'),
  ...mutes,
  sipMediaEncryption: oneOf('optional', 'required', 'prohibited'),
  audioPacketSizeMs: whole(1, 1_000),
  bfcpMode: oneOf('serverOnly', 'serverAndClient'),
  ...flags('telepresenceCallsAllowed', 'sipPresentationChannelEnabled'),
  maxCallDurationTime: whole(),
  qualityMain: oneOf('unrestricted', 'max1080p30', 'max720p30', 'max480p30'),
  qualityPresentation: oneOf('unrestricted', 'max1080p30', 'max720p5'),
  audioGainMode: oneOf('agc', 'disabled'),
};

export const callLegProfileKind: TableKind = {
  element: 'callLegProfile',
  collection: 'callLegProfiles',
  schema: { name: text, ...callLegFields },
  listed: ['name'],
};

const mode = oneOf('disabled', 'manual', 'automatic');

export const callProfileKind: TableKind = {
  element: 'callProfile',
  collection: 'callProfiles',
  schema: {
    participantLimit: whole(),
    messageBoardEnabled: flag,
    locked: flag,
    lockMode: oneOf('all', 'needsActivation'),
    recordingMode: mode,
    streamingMode: mode,
    sipRecorderUri: text,
    sipStreamerUri: text,
    passcodeMode: oneOf('required', 'timeout'),
    passcodeTimeout: whole(),
    gatewayAudioCallOptimization: flag,
    lyncConferenceMode: oneOf('dualHomeCluster', 'dualHomeCallBridge', 'gateway'),
  },
  listed: [],
};

export const callBridgeKind: TableKind = {
  element: 'callBridge',
  collection: 'callBridges',
  schema: { name: text, address: text, sipDomain: text },
  listed: ['name'],
  guard(rows, changed, self) {
    for (const row of rows) {
      if (row !== self && row.fields.get('name') === changed.get('name'))
        throw refused('duplicateCallBridgeName');
    }
    // Unset, it is still shown, as an empty element.
    if (!changed.has('sipDomain')) changed.set('sipDomain', '');
  },
};

/** A domain may have one rule only. */
export const inboundRuleKind: TableKind = {
  element: 'inboundDialPlanRule',
  collection: 'inboundDialPlanRules',
  schema: {
    domain: text,
    priority: whole(),
    // With a small c on the wire.
    ...flags('resolveToUsers', 'resolveTocoSpaces', 'resolveToIvrs', 'resolveToLyncConferences'),
    tenant: text,
  },
  listed: ['domain', 'priority', 'tenant'],
  guard(rows, changed, self) {
    for (const row of rows) {
      if (row !== self && row.fields.get('domain') === changed.get('domain'))
        throw refused('inboundDialPlanRuleUriConflict');
    }
    for (const name of ['resolveToUsers', 'resolveTocoSpaces', 'resolveToIvrs']) {
      if (!changed.has(name)) changed.set(name, 'true');
    }
  },
};

/** `maximum` receivers a bridge has; later ones are refused. */
export function cdrReceiverKind(maximum: number): TableKind {
  return {
    element: 'cdrReceiver',
    collection: 'cdrReceivers',
    schema: { uri: text },
    listed: ['uri'],
    guard(rows, _changed, self) {
      if (self === undefined && [...rows].length >= maximum) throw refused('tooManyCdrReceivers');
    },
  };
}

/** `references` checks the ids of the profiles named in a set. */
export function bulkParameterSetKind(references: Schema): TableKind {
  return {
    element: 'cospaceBulkParameterSet',
    collection: 'cospaceBulkParameterSets',
    schema: {
      startIndex: whole(),
      endIndex: whole(),
      coSpaceUriMapping: (value) => (value.includes('@') ? undefined : mapping(value)),
      coSpaceNameMapping: mapping,
      coSpaceCallIdMapping: mapping,
      ...references,
      nonMemberAccess: flag,
    },
    listed: ['startIndex', 'endIndex'],
  };
}

/** Literal text with at most one `$index$`; other dollar signs and backslashes are escaped by a backslash. */
const mapping: Check = (value) =>
  /^(?:[^\\$]|\\[\\$])*(?:\$index\$(?:[^\\$]|\\[\\$])*)?$/.test(value) ? value : undefined;

export function expandMapping(value: string, index: number): string {
  return value.replace(
    /\$index\$|\\([\\$])/g,
    (_match, escaped: string | undefined) => escaped ?? String(index),
  );
}

/** Fields common to spaces that need no look-up. */
export const spaceFields: Schema = {
  cdrTag: upTo(100),
  defaultLayout: layout,
  meetingScheduler: text,
  panePlacementHighestImportance: whole(),
  panePlacementSelfPaneMode: oneOf('skip', 'self', 'blank', 'unset'),
  streamUrl: (value) => (/^rtmps?:\/\/\S+$/.test(value) ? value : undefined),
};

function flags(...names: string[]): Schema {
  return Object.fromEntries(names.map((name) => [name, flag]));
}
