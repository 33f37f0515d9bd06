/** What a simulated cluster can be told when it is started; every default is the behaviour documented for the bridge. */
import type { CdrMedia } from './cdr-media.ts';

export interface CallBridgeOptions {
  /** The call bridge's unique name in its cluster. */
  name: string;
  username: string;
  password: string;
  /** 0 or absent: any free port of 127.0.0.1. */
  port?: number;
}

/** How a dialled far end behaves. */
export type DialOutcome = 'answers' | 'busy' | 'never-answers';

/**
 * What becomes of somebody who is moved: the three cases that Cisco TAC 217249 tells apart are that nothing happens (the
 * request is refused), that the old one goes and the new one never is connected, and another conference than was meant.
 */
export type MoveOutcome =
  | 'connects'
  | 'drops'
  /**
   * The number or URI of the space into whose call they come, which need not be the one that was meant; on the call bridge
   * that was asked, or the one named, as the load is balanced.
   */
  | { readonly into: string; readonly on?: string };

export interface PageCaps {
  coSpaces: number;
  calls: number;
  callLegs: number;
  participants: number;
  others: number;
}

/** A user from the directory. */
export interface UserOptions {
  jid: string;
  name?: string;
  email?: string;
}

/** How bridges deliver their call detail records; of the numbers none is published. */
export interface CdrOptions {
  /** Milliseconds after which records that were not acknowledged are sent again (default 5,000). */
  pause?: number;
  /** Milliseconds that a receiver has for its answer (default 5,000). */
  patience?: number;
  /** Records kept for a receiver that does not acknowledge (default 1,000). */
  buffer?: number;
  /** Records in one POST at most (default 10). */
  batch?: number;
  /** PEM of the authority that receivers' certificates come from. Absent: they are not verified. */
  ca?: string;
  /** By the address of a leg, what differs from the usual. */
  media?: (remoteParty: string) => Partial<CdrMedia>;
}

export type CdrSettings = Required<Omit<CdrOptions, 'ca'>> & Pick<CdrOptions, 'ca'>;

/** Limits of the websocket for events; none is published. */
export interface EventOptions {
  /** Milliseconds that a token can be used to open sockets (default 10,000; a client was seen to renew it so often). */
  tokenLife?: number;
  /** Messages that may be on their way to a client unacknowledged; no more follow (default 1). */
  unacknowledged?: number;
  /** Open at a bridge at a time (default: any number). */
  sockets?: number;
  /** In one request; those beyond are deactivated (default: any number). */
  subscriptions?: number;
  /** Whether a ping is answered (default true); the clients that were seen do without, so perhaps none is. */
  pongs?: boolean;
}

export interface CmsClusterOptions {
  tls: { key: string; cert: string };
  callBridges: CallBridgeOptions[];
  /** Milliseconds added to each API answer (default 0). */
  latency?: number;
  /** Default `3.0.1`. A `2.0…` leaves the prolog out of `GET /calls`, as the release candidate did. */
  softwareVersion?: string;
  /** Milliseconds a bulk sync takes: pending for the first half, then running (default 200). */
  bulkSyncDelay?: number;
  /** Longest range of one bulk sync (default 10,000; the bridge's own limit is not published). */
  bulkRangeLimit?: number;
  /** Milliseconds until a dialled leg is connected (default 100). */
  answerDelayOfDial?: number;
  /** Milliseconds a leg rings before it is given up (default 60,000). */
  ringingTimeout?: number;
  /** Milliseconds until who was moved is gone from where they were (default 30, as in Cisco's log). */
  moveDelay?: number;
  /** Decides about the address of each who is moved. Default: all are connected where they were meant to be. */
  moveOutcome?: (uri: string) => MoveOutcome;
  /** Licences that are missing: beginning either is refused (default: none). */
  unlicensed?: ('recording' | 'streaming')[];
  /** Decides about each dialled address, in lower case without `sip:`. Default: all answer. */
  dialOutcome?: (uri: string) => DialOutcome;
  /** Milliseconds an idle connection is kept (default 5,000, announced in the Keep-Alive header). */
  idleTimeout?: number;
  /** Requests per connection (default 100). */
  requestsPerConnection?: number;
  /** A single bridge that belongs to no cluster: `callBridges` is empty. */
  standalone?: boolean;
  /** Status of a `…DoesNotExist` answer (default 400; the documentation says 404, clients saw 400). */
  unknownIdStatus?: 400 | 404;
  /** POST /calls for a space with a running call on that bridge: its id again (default), or another call. */
  repeatedCall?: 'existing' | 'another';
  /** Domains that lead to the cluster's spaces at first (default `meet.example.com`). */
  inboundDomains?: string[];
  /** The users that exist, or their JIDs; without it every JID is known. */
  users?: (string | UserOptions)[];
  /** Milliseconds that a second of a profile's deactivationModeTime takes (default 1,000). */
  profileSecond?: number;
  pageCaps?: Partial<PageCaps>;
  /** Absent: nothing is sent, whatever receivers are configured, for many tests name some that are nobody's. */
  cdr?: CdrOptions;
  events?: EventOptions;
  /** Nothing listens: requests are brought by `CmsBridge.ask` (default false). */
  inProcess?: boolean;
}

export type Settings = Required<Omit<CmsClusterOptions, 'users' | 'pageCaps' | 'cdr' | 'events'>> & {
  /** Receivers of call detail records that each bridge has places for. */
  mostReceivers: number;
  users: UserOptions[] | undefined;
  pageCaps: PageCaps;
  cdr: CdrSettings | undefined;
  events: Required<EventOptions>;
  /** Major and minor release as one number, 2.9 → 209. */
  release: number;
};

export function settle(options: CmsClusterOptions): Settings {
  if (options.callBridges.length === 0) throw new Error('a cluster needs at least one call bridge');
  if (options.standalone && options.callBridges.length > 1) {
    throw new Error('a standalone call bridge has no peers');
  }
  const softwareVersion = options.softwareVersion ?? '3.0.1';
  const [, major = '3', minor = '0'] = /^(\d+)\.(\d+)/.exec(softwareVersion) ?? [];
  const release = Number(major) * 100 + Number(minor);
  return {
    tls: options.tls,
    callBridges: options.callBridges,
    latency: options.latency ?? 0,
    softwareVersion,
    release,
    mostReceivers: release >= 206 ? 4 : 2,
    inboundDomains: options.inboundDomains ?? ['meet.example.com'],
    bulkSyncDelay: options.bulkSyncDelay ?? 200,
    bulkRangeLimit: options.bulkRangeLimit ?? 10_000,
    answerDelayOfDial: options.answerDelayOfDial ?? 100,
    ringingTimeout: options.ringingTimeout ?? 60_000,
    moveDelay: options.moveDelay ?? 30,
    moveOutcome: options.moveOutcome ?? (() => 'connects'),
    unlicensed: options.unlicensed ?? [],
    dialOutcome: options.dialOutcome ?? (() => 'answers'),
    idleTimeout: options.idleTimeout ?? 5_000,
    requestsPerConnection: options.requestsPerConnection ?? 100,
    standalone: options.standalone ?? false,
    inProcess: options.inProcess ?? false,
    unknownIdStatus: options.unknownIdStatus ?? 400,
    repeatedCall: options.repeatedCall ?? 'existing',
    users: options.users?.map((user) => (typeof user === 'string' ? { jid: user } : user)),
    profileSecond: options.profileSecond ?? 1_000,
    pageCaps: { coSpaces: 20, calls: 10, callLegs: 10, participants: 10, others: 20, ...options.pageCaps },
    cdr: options.cdr && {
      ...{ pause: 5_000, patience: 5_000, buffer: 1_000, batch: 10, media: () => ({}) },
      ...options.cdr,
    },
    events: {
      ...{ tokenLife: 10_000, unacknowledged: 1, pongs: true },
      ...{ sockets: Number.POSITIVE_INFINITY, subscriptions: Number.POSITIVE_INFINITY },
      ...options.events,
    },
  };
}
