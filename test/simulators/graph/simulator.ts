/** A tenant of Microsoft 365 on loopback: sign-in, Graph's calendar API with its notifications, and the people who book. */
import { Agent } from 'node:https';
import type { Dispatcher } from 'undici';
import { Agenda } from './agenda.ts';
import { Api, type Counters, type LogEntry } from './api.ts';
import { Attendant, type Delays } from './attendant.ts';
import type { Clock } from './clock.ts';
import { DeltaRounds } from './delta.ts';
import { Directory, type Room } from './directory.ts';
import { EventRoutes, type RoomAnswer } from './event-routes.ts';
import { type Fault, Faults } from './faults.ts';
import { Handshake } from './handshake.ts';
import { InProcess } from './in-process.ts';
import { defaultKnobs, type Knobs } from './knobs.ts';
import { Mails, type SentMail } from './mail.ts';
import type { Mailbox, MailboxSettings } from './mailbox.ts';
import { type Deliver, type NotificationPost, Notifier } from './notifier.ts';
import { Organizing } from './organizing.ts';
import { Outlook } from './outlook.ts';
import { Places } from './places.ts';
import { GraphServer } from './server.ts';
import { SignIn } from './sign-in.ts';
import { type Subscription, Subscriptions } from './subscriptions.ts';

export interface GraphSimulatorOptions {
  /** PEM, for localhost and 127.0.0.1. */
  readonly tls: { readonly key: string; readonly cert: string };
  /** PEM trusted when notifications are posted; undefined trusts anyone. */
  readonly ca?: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly rooms: readonly { readonly mailbox: string; readonly name?: string }[];
  /** Organizers inside the tenant. */
  readonly people: readonly {
    readonly mailbox: string;
    readonly name: string;
    readonly settings?: Partial<MailboxSettings>;
  }[];
  /** Events per delta page where the caller asks for no number; default 50. */
  readonly pageSize?: number;
  /** Ms from booking until the first phase shows in the room; default 20. */
  readonly attendantDelay?: number;
  /** Ms from the first phase to the room's answer; default 50. */
  readonly acceptDelay?: number;
  /** Ms; default 10. */
  readonly notificationDelay?: number;
  /** Default 10,080. */
  readonly subscriptionMaxMinutes?: number;
  /** Default 0: any free port. */
  readonly port?: number;
  /** The tenant's time; default the real one. Latency, faults that delay, and time limits of HTTP stay in real time. */
  readonly clock?: Clock;
  /** Nothing listens: requests come by `dispatcher()` only, to this origin. */
  readonly inProcess?: string;
  /** Takes notifications and lifecycle events in place of HTTPS; handshakes are then skipped. */
  readonly deliver?: Deliver;
}

export class GraphSimulator {
  /** Behaviour that may be changed at any time. */
  readonly knobs: Knobs;
  /** What people do. */
  readonly outlook: Outlook;
  /** By mailbox in lower case: how a room answers. */
  readonly rooms: Map<string, Room>;
  /** Ms of the rooms' two phases; may be changed at any time. */
  readonly delays: Delays;
  /** By id. */
  readonly subscriptions: Map<string, Subscription>;
  /** Every answered request, sign-in included. */
  readonly log: LogEntry[];
  readonly counters: Counters;
  /** Every POST of notifications and lifecycle events with its answer. */
  readonly notificationLog: NotificationPost[];
  readonly handshakeLog: Handshake['log'];
  /** POSTs of notifications, repetitions included, and the notifications in them. */
  readonly notificationCounters: { readonly posts: number; readonly notifications: number };
  /** Every mail that the app sent. */
  readonly mails: SentMail[];
  /** Every answer to an organizer that the app gave for a room; what rooms answer by themselves is not here. */
  readonly replies: RoomAnswer[];
  /** Rooms and room lists as Places shows them; empty until they are added. */
  readonly places: Places;
  readonly #directory: Directory;
  readonly #agenda: Agenda;
  readonly #faults = new Faults();
  readonly #agent: Agent;
  readonly #delta: DeltaRounds;
  readonly #signIn: SignIn;
  readonly #notifier: Notifier;
  readonly #subscribed: Subscriptions;
  readonly #server: GraphServer;
  readonly #api: Api;
  readonly #origin: string | undefined;

  /** Use `start`. */
  private constructor(options: GraphSimulatorOptions) {
    this.#agenda = new Agenda(options.clock);
    this.#origin = options.inProcess;
    const now = () => this.#agenda.now();
    this.#directory = new Directory(now);
    this.knobs = {
      ...defaultKnobs(),
      ...(options.deliver ? { validation: 'skipped' as const } : {}),
      ...(options.pageSize === undefined ? {} : { deltaPageSize: options.pageSize }),
      ...(options.notificationDelay === undefined ? {} : { notificationDelay: options.notificationDelay }),
      ...(options.subscriptionMaxMinutes === undefined
        ? {}
        : { subscriptionMaxMinutes: options.subscriptionMaxMinutes }),
    };
    this.delays = { attendantDelay: options.attendantDelay ?? 20, acceptDelay: options.acceptDelay ?? 50 };
    const trust = options.ca === undefined ? { rejectUnauthorized: false } : { ca: options.ca };
    this.#agent = new Agent({ keepAlive: true, ...trust });
    for (const { mailbox, name } of options.rooms) this.#directory.addRoom(mailbox, name);
    for (const { mailbox, name, settings } of options.people) this.addPerson(mailbox, name, settings);
    const base = () => this.url;
    const handshake = new Handshake(this.knobs, this.#agenda, this.#agent);
    this.#subscribed = new Subscriptions(options, this.knobs, this.#directory, handshake, base, now);
    const receiver = options.deliver ?? this.#agent;
    this.#notifier = new Notifier(options.tenantId, this.knobs, this.#agenda, receiver, this.#subscribed);
    const attendant = new Attendant(this.#directory, this.#agenda, this.#notifier, this.delays);
    const organizing = new Organizing(this.#directory, attendant, this.#notifier, this.#agenda);
    this.#delta = new DeltaRounds(this.knobs, base);
    this.#signIn = new SignIn(options, this.knobs, now);
    const events = new EventRoutes(organizing, attendant, this.#delta, base, now);
    const mails = new Mails(this.knobs, this.#agenda, base);
    this.places = new Places(base);
    this.#api = new Api({
      knobs: this.knobs,
      agenda: this.#agenda,
      faults: this.#faults,
      directory: this.#directory,
      signIn: this.#signIn,
      subscriptions: this.#subscribed,
      events,
      mails,
      places: this.places,
      base,
    });
    this.#server = new GraphServer(options.tls, this.#api, this.#agenda);
    this.outlook = new Outlook(this.#directory, organizing, attendant, this.knobs);
    this.rooms = this.#directory.rooms;
    this.subscriptions = this.#subscribed.live;
    this.log = this.#api.log;
    this.counters = this.#api.counters;
    this.notificationCounters = this.#notifier.counters;
    this.mails = mails.sent;
    this.replies = events.replies;
    this.notificationLog = this.#notifier.log;
    this.handshakeLog = handshake.log;
  }

  static async start(options: GraphSimulatorOptions): Promise<GraphSimulator> {
    const simulator = new GraphSimulator(options);
    if (options.inProcess === undefined) await simulator.#server.listen(options.port ?? 0);
    return simulator;
  }

  /** `https://localhost:PORT`, of sign-in and API alike. */
  get url(): string {
    return this.#origin ?? this.#server.url;
  }

  /** Brings requests of undici here without a connection: the same answers, faults and log, and much faster. */
  dispatcher(): Dispatcher {
    return new InProcess(this.#api, this.#agenda, () => this.url);
  }

  async stop(): Promise<void> {
    this.#agenda.stop();
    if (this.#origin === undefined) await this.#server.close();
    this.#agent.destroy();
  }

  addRoom(mailbox: string, name?: string): Room {
    return this.#directory.addRoom(mailbox, name);
  }

  addPerson(mailbox: string, name: string, settings?: Partial<MailboxSettings>): void {
    this.#directory.addPerson(mailbox, name, settings);
  }

  /** What the owner of a mailbox has set, after this change. */
  settings(mailbox: string, change: Partial<MailboxSettings> = {}): MailboxSettings {
    return Object.assign(this.#mailbox(mailbox).settings, change);
  }

  /** The mailbox and what is in it get another address; the old one is 404 unless it stays as an alias. */
  rename(mailbox: string, newAddress: string, { keepAlias = false } = {}): void {
    this.#directory.rename(this.#mailbox(mailbox), newAddress, keepAlias);
  }

  /** Its requests are 404 and its subscriptions end without a word, until it is restored. */
  deleteMailbox(mailbox: string): void {
    const found = this.#mailbox(mailbox);
    this.#endSubscriptions(found);
    this.#delta.forget(found);
    this.#directory.delete(found);
  }

  restoreMailbox(mailbox: string): void {
    this.#directory.restore(mailbox);
  }

  /** The licence goes: requests are 404 MailboxNotEnabledForRESTAPI, nothing is told and no invitation is answered. */
  unlicense(mailbox: string): void {
    this.#mailbox(mailbox).enabled = false;
  }

  license(mailbox: string): void {
    this.#mailbox(mailbox).enabled = true;
  }

  /** To another server of Exchange, which knows neither its delta tokens nor its subscriptions. */
  moveMailbox(mailbox: string): void {
    this.#delta.forget(this.#mailbox(mailbox));
    this.sendLifecycle(mailbox, 'subscriptionRemoved');
  }

  /** Lets a fault strike the next requests it matches; the answer takes it back. */
  fail(fault: Fault): () => void {
    return this.#faults.add(fault);
  }

  clearFaults(): void {
    this.#faults.clear();
  }

  /** Access tokens that were ever given out. */
  get tokens(): readonly string[] {
    return this.#signIn.given;
  }

  revokeTokens(): void {
    this.#signIn.revokeTokens();
  }

  /** The next use of any delta link of the mailbox, or of all mailboxes, is 410. */
  forgetDeltaTokens(mailbox?: string): void {
    this.#delta.forget(mailbox === undefined ? undefined : this.#mailbox(mailbox));
  }

  /** Any kind of event, unknown ones too; gives to how many subscriptions it goes. `subscriptionRemoved` ends them. */
  sendLifecycle(mailbox: string, event: string): number {
    const told = this.#notifier.lifecycle(this.#mailbox(mailbox), event);
    if (event === 'subscriptionRemoved') this.removeSubscriptionSilently(mailbox);
    return told;
  }

  removeSubscriptionSilently(mailbox: string): void {
    this.#endSubscriptions(this.#mailbox(mailbox));
  }

  expireSubscription(mailbox: string): void {
    this.#subscribed.expire(this.#mailbox(mailbox));
  }

  /** Nothing is scheduled or under way: rooms have answered, notifications are delivered or given up. */
  async settled(timeoutMs = 30_000): Promise<void> {
    await this.waitFor(() => this.#agenda.idle, timeoutMs);
  }

  /** No exchange with callers or receivers is under way; what the clock will bring later may still be pending. */
  async quiet(timeoutMs = 30_000): Promise<void> {
    await this.waitFor(() => this.#agenda.quiet, timeoutMs);
  }

  /** The first value of `predicate` that is neither false nor undefined, looked for at each change here. */
  waitFor<T>(predicate: () => T | false | undefined, timeoutMs = 30_000): Promise<T> {
    return this.#agenda.waitFor(predicate, timeoutMs);
  }

  #endSubscriptions(mailbox: Mailbox): void {
    for (const { id } of this.#subscribed.of(mailbox)) this.subscriptions.delete(id);
    this.#agenda.changed();
  }

  #mailbox(address: string): Mailbox {
    const mailbox = this.#directory.find(address);
    if (!mailbox) throw new Error(`No mailbox ${address} on the Graph simulator`);
    return mailbox;
  }
}
