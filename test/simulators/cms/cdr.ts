/** The call detail records of all bridges, if wanted: a session for each start of a bridge, a delivery for each receiver. */
import { randomUUID } from 'node:crypto';
import type { BridgeState } from './bridge-state.ts';
import { type CdrConduct, CdrDelivery, type CdrRecord } from './cdr-delivery.ts';
import { type Caller, CdrRecorder } from './cdr-records.ts';
import type { CdrSettings } from './options.ts';
import type { JoinRefusal } from './people.ts';
import type { World } from './world.ts';

interface Session {
  readonly id: string;
  readonly settings: CdrSettings;
  readonly recorder: CdrRecorder;
  /** By the receiver's id. */
  readonly deliveries: Map<string, CdrDelivery>;
  /** Of the next record. */
  correlatorIndex: number;
}

export class CallDetails {
  readonly #world: World;
  readonly #sessions = new Map<BridgeState, Session>();
  readonly #conducts = new Map<BridgeState, CdrConduct>();

  constructor(world: World) {
    this.#world = world;
    world.conferences.watchers.add((happening) => {
      this.#sessions.get(happening.call.bridge)?.recorder.see(happening);
    });
  }

  /** With the start of the bridge. */
  begin(bridge: BridgeState): void {
    const { cdr } = this.#world.settings;
    if (cdr === undefined) return;
    const session: Session = {
      id: randomUUID(),
      settings: cdr,
      recorder: new CdrRecorder(this.#world, {
        emit: (type, body) => this.#record(bridge, session, type, body),
        media: cdr.media,
        isChatty: () => this.#conduct(bridge).chatty === true,
      }),
      deliveries: new Map(),
      correlatorIndex: 0,
    };
    this.#sessions.set(bridge, session);
    this.settle(bridge);
  }

  /** What was not delivered is lost with the bridge. */
  end(bridge: BridgeState): void {
    const session = this.#sessions.get(bridge);
    this.#sessions.delete(bridge);
    for (const delivery of session?.deliveries.values() ?? []) delivery.close();
  }

  /** After a change of the bridge's receivers. */
  settle(bridge: BridgeState): void {
    const session = this.#sessions.get(bridge);
    if (session === undefined) return;
    const { rows } = bridge.cdrReceivers;
    for (const [id, delivery] of session.deliveries) {
      if (rows.get(id)?.fields.has('uri')) continue;
      delivery.close();
      session.deliveries.delete(id);
    }
    for (const { id, fields } of rows.values()) {
      const uri = fields.get('uri');
      const delivery = session.deliveries.get(id);
      if (uri === undefined) continue;
      if (delivery !== undefined) delivery.moveTo(uri);
      else session.deliveries.set(id, this.#deliver(bridge, session, uri));
    }
  }

  /** Somebody dialled in at the bridge, and was not let in. */
  turnAway(bridge: BridgeState, caller: Caller, refusal: JoinRefusal): void {
    this.#sessions.get(bridge)?.recorder.turnAway(caller, refusal);
  }

  conduct(bridge: BridgeState, conduct: CdrConduct): void {
    this.#conducts.set(bridge, conduct);
    for (const delivery of this.#sessions.get(bridge)?.deliveries.values() ?? []) delivery.go();
  }

  /** Of the present start of the bridge; undefined while it is down. */
  session(bridge: BridgeState): string | undefined {
    return this.#sessions.get(bridge)?.id;
  }

  nextIndex(bridge: BridgeState): number {
    return this.#sessions.get(bridge)?.correlatorIndex ?? 0;
  }

  /** Records that some receiver has not acknowledged, counted for each receiver. */
  pending(bridge: BridgeState): number {
    return this.#deliveries(bridge).reduce((sum, delivery) => sum + delivery.pending, 0);
  }

  alarms(bridge: BridgeState): NonNullable<CdrDelivery['alarm']>[] {
    return this.#deliveries(bridge).flatMap(({ alarm }) => alarm ?? []);
  }

  #deliveries(bridge: BridgeState): CdrDelivery[] {
    return [...(this.#sessions.get(bridge)?.deliveries.values() ?? [])];
  }

  #conduct(bridge: BridgeState): CdrConduct {
    return this.#conducts.get(bridge) ?? {};
  }

  #deliver(bridge: BridgeState, { id, settings }: Session, uri: string): CdrDelivery {
    const { journal } = this.#world;
    return new CdrDelivery(uri, {
      settings,
      session: id,
      callBridge: bridge.callBridge,
      conduct: () => this.#conduct(bridge),
      isCutOff: () => bridge.isolated,
      now: () => journal.now(),
      settled: () => journal.changed(),
    });
  }

  /** Counted from the start of the bridge, whoever listens: who comes later begins with another index than 0. */
  #record(bridge: BridgeState, session: Session, type: CdrRecord['type'], body: string): void {
    const at = new Date(this.#world.journal.now() + bridge.clockAhead);
    const time = `${at.toISOString().slice(0, 19)}Z`;
    const record = { type, time, correlatorIndex: session.correlatorIndex, body };
    session.correlatorIndex += 1;
    for (const delivery of session.deliveries.values()) delivery.push(record);
  }
}
