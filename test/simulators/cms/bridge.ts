/** One call bridge as tests see it: its address, its faults, its death and return, and what runs on it. */
import { randomUUID } from 'node:crypto';
import { fieldOf } from './activation.ts';
import { BridgeState } from './bridge-state.ts';
import {
  type CallView,
  callsOf,
  type LegView,
  legsOf,
  type ParticipantView,
  participantsOf,
} from './bridge-views.ts';
import type { CdrConduct } from './cdr-delivery.ts';
import type { Fault, FaultKind } from './faults.ts';
import { type Asked, type Door, InProcessServer, type Seen } from './in-process.ts';
import type { CallBridgeOptions } from './options.ts';
import { BridgeServer } from './server.ts';
import type { World } from './world.ts';

export class CmsBridge {
  readonly name: string;
  readonly username: string;
  readonly password: string;
  readonly #world: World;
  readonly #server: BridgeServer | InProcessServer;
  #state: BridgeState | undefined;

  constructor(world: World, options: CallBridgeOptions) {
    this.name = options.name;
    this.username = options.username;
    this.password = options.password;
    this.#world = world;
    const Server = world.settings.inProcess ? InProcessServer : BridgeServer;
    this.#server = new Server(
      world,
      options,
      () => this.state,
      () => this.#state?.alive ?? true,
    );
  }

  /** Listens, and enters itself into the cluster unless it stands alone. */
  async open(): Promise<void> {
    await this.#server.settle();
    const { callBridges, settings, bridges, journal } = this.#world;
    const form: [string, string][] = [
      ['name', this.name],
      ['address', this.url],
    ];
    const id = settings.standalone ? '' : callBridges.insert(form).id;
    this.#state = new BridgeState(this.name, id, journal.now(), settings.mostReceivers);
    bridges.push(this.#state);
    this.#world.cdr.begin(this.#state);
  }

  get state(): BridgeState {
    if (this.#state === undefined) throw new Error(`the call bridge ${this.name} was never opened`);
    return this.#state;
  }

  /** Without a slash at the end. */
  get url(): string {
    const host = this.#world.settings.inProcess ? `${this.name}.simulated` : 'localhost';
    return `https://${host}:${this.#server.port}`.replace(/:443$/, '');
  }

  /** Without sockets: what becomes of who wants a connection. */
  get door(): Door {
    return this.#inProcess.door;
  }

  /** Without sockets: a request that has come in; what is seen of it is told once, or never. */
  ask(asked: Asked, tell: (seen: Seen) => void): void {
    this.#inProcess.ask(asked, tell);
  }

  get port(): number {
    return this.#server.port;
  }

  /** Its id in /callBridges; empty for a bridge that stands alone. */
  get id(): string {
    return this.state.callBridge;
  }

  get alive(): boolean {
    return this.state.alive;
  }

  get openConnections(): number {
    return this.#server.sockets.size;
  }

  get connectionsOpened(): number {
    return this.#server.connectionsOpened;
  }

  /** Requests received since the cluster was started. */
  get requests(): number {
    return this.#server.requests;
  }

  /** In force at once, beside those already set; the earliest one that matches a request wins. */
  setFault(fault: Fault): void {
    this.#server.faults.add(fault);
    void this.#server.settle();
  }

  /** Takes one fault back. */
  dropFault(fault: Fault): void {
    this.#server.faults.drop(fault);
    void this.#server.settle();
  }

  /** Ends the faults of one kind, or all; resolves when the bridge listens again. */
  async clearFault(kind?: FaultKind): Promise<void> {
    this.#server.faults.clear(kind);
    await this.#server.settle();
  }

  /** Resolves when the faults of the bridge as a whole are in force: `deaf` takes a moment. */
  async settled(): Promise<void> {
    await this.#server.settle();
  }

  /** Complains of something, until the answered function is called. Details as the API spells them. */
  raiseAlarm(type: string, details: Record<string, string> = {}, ageSeconds = 0): () => void {
    const since = this.#world.journal.now() - ageSeconds * 1_000;
    const alarm = { id: randomUUID(), type, since, details };
    const { ownAlarms } = this.state;
    ownAlarms.push(alarm);
    return () => void ownAlarms.splice(ownAlarms.indexOf(alarm), 1);
  }

  /** Bytes that its replica of the database is behind from now on. */
  setDatabaseBehind(bytes: number): void {
    this.state.databaseBehind = bytes;
  }

  /** Milliseconds by which its clock is ahead from now on; behind, if negative. */
  setClockAhead(milliseconds: number): void {
    this.state.clockAhead = milliseconds;
  }

  /** How it treats its call detail records from now on, also after a restart; `{}`: as documented. */
  setCdrConduct(conduct: CdrConduct): void {
    this.#world.cdr.conduct(this.state, conduct);
  }

  /** Of its call detail records since it was last started; undefined while it is down, and where it sends none. */
  get cdrSession(): string | undefined {
    return this.#world.cdr.session(this.state);
  }

  /** Call detail records that are not acknowledged yet, counted for each receiver. */
  get cdrPending(): number {
    return this.#world.cdr.pending(this.state);
  }

  /** Websockets for events that are open. */
  get eventSockets(): number {
    return this.#world.eventStreams.count(this.state);
  }

  /** Closes the websockets for events, and nothing else; tokens stay good. */
  dropEventSockets(): void {
    this.#world.eventStreams.drop(this.state);
  }

  /** Stops listening, cuts every connection, and drops the calls. */
  async kill(): Promise<void> {
    if (!this.state.alive) return;
    this.state.alive = false;
    this.#silence();
    const closed = this.#server.settle();
    this.#world.conferences.endBridge(this.state);
    this.#world.journal.record({ kind: 'bridgeKilled', bridge: this.name });
    await closed;
  }

  /** Comes back on the same port, with no calls and counting from zero; faults stay as they were. */
  async restart(): Promise<void> {
    if (this.state.alive) return;
    this.state.reset(this.#world.journal.now());
    this.state.alive = true;
    this.#world.cdr.begin(this.state);
    await this.#server.settle();
    this.#world.journal.record({ kind: 'bridgeStarted', bridge: this.name });
  }

  /** Cut off from its peers and from us with all that runs there; people near it stay, and can still dial in. */
  async isolate(): Promise<void> {
    this.state.isolated = true;
    this.#world.conferences.part(this.state);
    this.setFault({ kind: 'refuse' });
    await this.#server.settle();
  }

  /** Reaches everybody again. Conferences that have gone two ways stay apart. */
  async rejoin(): Promise<void> {
    this.state.isolated = false;
    await this.clearFault('refuse');
  }

  /** Ends everything without a trace in the events. */
  async close(): Promise<void> {
    this.#server.faults.clear();
    if (this.#state === undefined) return await this.#server.close();
    this.#state.alive = false;
    this.#silence();
    this.#world.conferences.endBridge(this.#state);
    await this.#server.settle();
  }

  /**
   * What somebody else does at this bridge's API, without a trace in the log. `path` is relative to `/api/v1/`.
   * Answers the id of what was made, if anything was. Throws where the API refuses.
   */
  bySomebodyElse(
    method: 'POST' | 'PUT' | 'DELETE',
    path: string,
    fields: Readonly<Record<string, string | number | boolean>> = {},
  ): string {
    const form = Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)]);
    const answer = this.#world.router.answer(this.state, method, `/api/v1/${path}`, '', form);
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
    this.#world.journal.changed();
    return answer.location?.split('/').at(-1) ?? '';
  }

  calls(): CallView[] {
    return callsOf(this.state);
  }

  /** People's legs only, without those that join bridges. */
  legs(): LegView[] {
    return legsOf(this.state);
  }

  /** Everyone in the meetings that this bridge takes part in, also those connected to its peers. */
  participants(): ParticipantView[] {
    return participantsOf(this.state);
  }

  /** What holds for a field of a leg: what the leg itself says, else the most specific of its profiles. */
  legField(leg: string, field: string): string | undefined {
    const found = this.state.legs.get(leg);
    return found && fieldOf(this.#world, found, field);
  }

  get #inProcess(): InProcessServer {
    if (this.#server instanceof InProcessServer) return this.#server;
    throw new Error(`the call bridge ${this.name} is to be asked by its port`);
  }

  /** Tells nobody anything any more, not even of what ends now. */
  #silence(): void {
    this.#world.cdr.end(this.state);
    this.#world.eventStreams.forget(this.state);
  }
}
