/** What the API answers, by its own schemas. */
import type { z } from 'zod';
import type * as clusters from '../http/api/clusters.ts';
import type * as meetings from '../http/api/meetings.ts';
import type * as now from '../http/api/now.ts';
import type * as participants from '../http/api/participants.ts';
import type * as rooms from '../http/api/rooms.ts';
import type * as tickets from '../http/api/tickets.ts';

export type Now = z.infer<typeof now.nowAnswer>;
export type Standing = z.infer<typeof now.standing>;
export type Bar = z.infer<typeof now.bar>;
export type Bars = z.infer<typeof now.timelineAnswer>;
export type Starts = z.infer<typeof now.startsAnswer>;
export type Start = Starts['starts'][number];
export type Clusters = z.infer<typeof clusters.clusterList>;
export type CallBridges = z.infer<typeof clusters.callBridgeList>;
export type MeetingDetail = z.infer<typeof meetings.meetingDetail>;
export type Live = z.infer<typeof participants.liveAnswer>;
export type Picture = z.infer<typeof participants.picture>;
export type Rooms = z.infer<typeof rooms.roomList>;
export type Tickets = z.infer<typeof tickets.ticketList>;
export type Ticket = z.infer<typeof tickets.ticket>;
