/** Clusters, their call bridges, and call bridges that are taken out of service. */
import { z } from 'zod';
import { address, count, instant, list } from './words.ts';

/** How something is: `why` where it is not well. */
export const line = z.object({ ok: z.boolean(), since: instant.nullable(), why: z.string().nullable() });

const measure = z.number().optional();

export const callBridge = z
  .looseObject({
    address,
    state: z.enum(['up', 'doubtful', 'down', 'unknown']),
    ...line.shape,
    cause: z.enum(['unreachable', 'busy', 'credentials', 'certificate', 'garbled']).nullable().optional(),
    lastSeen: instant.optional(),
    lastAnswer: instant.nullable().optional(),
    softwareVersion: z.string().optional(),
    uptimeSeconds: measure,
    callLegsActive: measure,
    callLegsMaxActive: measure,
    callLegsCompleted: measure,
    audioBitRateOutgoing: measure,
    audioBitRateIncoming: measure,
    videoBitRateOutgoing: measure,
    videoBitRateIncoming: measure,
    clockOffset: measure,
    factsAt: instant.optional(),
    load: z.object({ now: z.number(), limit: measure }).optional(),
    participantLimit: measure,
    alarms: list(
      z.object({
        type: z.string(),
        since: instant.nullable(),
        reason: z.string().optional(),
        about: z.string().optional(),
      }),
    ).optional(),
    database: z
      .object({ isClustered: z.boolean(), isInSync: z.boolean(), why: z.string().optional() })
      .optional(),
    licenses: list(
      z.object({ feature: z.string(), status: z.string(), expiry: z.string().optional() }),
    ).optional(),
    certificate: z.object({ validTo: instant, issuer: z.string(), names: list(z.string()) }).optional(),
    name: z.string().nullable(),
    order: z.number(),
    openTickets: list(z.string()),
  })
  .meta({ id: 'CallBridge' });

export const cluster = z
  .object({
    name: z.string(),
    domain: z.string(),
    numbers: z.looseObject({ base: z.number(), quantity: z.number() }),
    isStandalone: z.boolean().nullable(),
    openTickets: list(z.string()),
    bookingsThisWeek: count,
    slots: z.object({
      ...line.shape,
      made: count,
      reservations: count,
      total: count,
      heldNow: count,
      freeNow: count,
    }),
    callBridges: list(callBridge),
    members: list(
      z.object({
        id: z.string(),
        name: z.string(),
        address: z.string().nullable(),
        configured: z.string().nullable(),
        order: z.number().nullable(),
        role: z.enum(['answers', 'alternate', 'not-configured']),
      }),
    ),
  })
  .meta({ id: 'Cluster' });

export const clusterList = z.object({ clusters: list(cluster) }).meta({ id: 'Clusters' });

export const drain = z
  .object({
    since: instant,
    from: instant,
    until: instant.nullable(),
    moveRunning: instant.nullable(),
  })
  .meta({ id: 'Drain' });

export const callBridgeList = z
  .object({ callBridges: list(z.object({ address, cluster: z.string(), drain: drain.nullable() })) })
  .meta({ id: 'CallBridges' });

const counts = { meetings: count, sameNumber: count, newNumber: count, nowhere: count };

export const effect = z
  .object({
    ...counts,
    elsewhere: z.record(z.string(), count),
    days: list(z.object({ day: z.string(), ...counts })),
  })
  .meta({ id: 'Effect' });

export const whatIfAnswer = effect.extend({ address, from: instant, to: instant }).meta({ id: 'WhatIf' });

export const drained = z.object({ address, drain, effect }).meta({ id: 'Drained' });

export const resumed = z.object({ address, resumed: z.boolean() }).meta({ id: 'Resumed' });
