/** A tenant of Microsoft 365 on loopback: sign-in, Graph's calendar API with its notifications, and the people who book. */
import { Agent } from 'node:https';
import { Agenda } from './agenda.ts';
import { Attendant, type Delays } from './attendant.ts';
import { DeltaRounds } from './delta.ts';
import { Directory, type Room } from './directory.ts';
import { EventRoutes } from './event-routes.ts';
import { type Fault, Faults } from './faults.ts';
import { Handshake } from './handshake.ts';
import { defaultKnobs, type Knobs } from './knobs.ts';
import type { Mailbox } from './mailbox.ts';
import { type LifecycleEvent, type NotificationPost, Notifier } from './notifier.ts';
import { Organizing } from './organizing.ts';
import { Outlook } from './outlook.ts';
import { type Counters, GraphServer, type LogEntry } from './server.ts';
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
  readonly people: readonly { readonly mailbox: string; readonly name: string }[];
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
  readonly #directory = new Directory();
  readonly #agenda = new Agenda();
  readonly #faults = new Faults();
  readonly #agent: Agent;
  readonly #delta: DeltaRounds;
  readonly #signIn: SignIn;
  readonly #notifier: Notifier;
  readonly #subscribed: Subscriptions;
  readonly #server: GraphServer;

  /** Use `start`. */
  private constructor(options: GraphSimulatorOptions) {
    this.knobs = {
      ...defaultKnobs(),
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
    for (const { mailbox, name } of options.people) this.#directory.addPerson(mailbox, name);
    const base = () => this.url;
    const handshake = new Handshake(this.knobs, this.#agenda, this.#agent);
    this.#subscribed = new Subscriptions(options, this.knobs, this.#directory, handshake, base);
    this.#notifier = new Notifier(options.tenantId, this.knobs, this.#agenda, this.#agent, this.#subscribed);
    const attendant = new Attendant(this.#directory, this.#agenda, this.#notifier, this.delays);
    const organizing = new Organizing(this.#directory, attendant, this.#notifier);
    this.#delta = new DeltaRounds(this.knobs, base);
    this.#signIn = new SignIn(options, this.knobs);
    this.#server = new GraphServer({
      tls: options.tls,
      knobs: this.knobs,
      agenda: this.#agenda,
      faults: this.#faults,
      directory: this.#directory,
      signIn: this.#signIn,
      subscriptions: this.#subscribed,
      events: new EventRoutes(organizing, attendant, this.#delta, base),
    });
    this.outlook = new Outlook(this.#directory, organizing, attendant);
    this.rooms = this.#directory.rooms;
    this.subscriptions = this.#subscribed.live;
    this.log = this.#server.log;
    this.counters = this.#server.counters;
    this.notificationLog = this.#notifier.log;
    this.handshakeLog = handshake.log;
  }

  static async start(options: GraphSimulatorOptions): Promise<GraphSimulator> {
    const simulator = new GraphSimulator(options);
    await simulator.#server.listen(options.port ?? 0);
    return simulator;
  }

  /** `https://localhost:PORT`, of sign-in and API alike. */
  get url(): string {
    return this.#server.url;
  }

  async stop(): Promise<void> {
    this.#agenda.stop();
    await this.#server.close();
    this.#agent.destroy();
  }

  addRoom(mailbox: string, name?: string): Room {
    return this.#directory.addRoom(mailbox, name);
  }

  addPerson(mailbox: string, name: string): void {
    this.#directory.addPerson(mailbox, name);
  }

  /** Lets a fault strike the next requests it matches; the answer takes it back. */
  fail(fault: Fault): () => void {
    return this.#faults.add(fault);
  }

  clearFaults(): void {
    this.#faults.clear();
  }

  revokeTokens(): void {
    this.#signIn.revokeTokens();
  }

  /** The next use of any delta link of the mailbox, or of all mailboxes, is 410. */
  forgetDeltaTokens(mailbox?: string): void {
    this.#delta.forget(mailbox?.toLowerCase());
  }

  /** To how many subscriptions it goes. `subscriptionRemoved` also ends them. */
  sendLifecycle(mailbox: string, event: LifecycleEvent): number {
    const told = this.#notifier.lifecycle(this.#mailbox(mailbox), event);
    if (event === 'subscriptionRemoved') this.removeSubscriptionSilently(mailbox);
    return told;
  }

  removeSubscriptionSilently(mailbox: string): void {
    for (const { id } of this.#subscribed.of(this.#mailbox(mailbox))) this.subscriptions.delete(id);
    this.#agenda.changed();
  }

  expireSubscription(mailbox: string): void {
    this.#subscribed.expire(this.#mailbox(mailbox));
  }

  /** Nothing is scheduled or under way: rooms have answered, notifications are delivered or given up. */
  async settled(timeoutMs = 10_000): Promise<void> {
    await this.waitFor(() => this.#agenda.idle, timeoutMs);
  }

  /** The first value of `predicate` that is neither false nor undefined, looked for at each change here. */
  waitFor<T>(predicate: () => T | false | undefined, timeoutMs = 10_000): Promise<T> {
    return this.#agenda.waitFor(predicate, timeoutMs);
  }

  #mailbox(address: string): Mailbox {
    const mailbox = this.#directory.find(address);
    if (!mailbox) throw new Error(`No mailbox ${address} on the Graph simulator`);
    return mailbox;
  }
}
