/** `GET /api/live`: what runs; `GET /api/rooms` and `GET /api/clusters`: what is configured, with its present state. */
import type { AdminListenerDeps } from '../admin-listener.ts';
import { clusterList } from '../api/clusters.ts';
import { liveAnswer } from '../api/participants.ts';
import { roomList } from '../api/rooms.ts';
import { fromRedis, type Route } from './route.ts';

export function liveMeetingsRoute(deps: AdminListenerDeps): Route {
  return {
    url: '/api/live',
    needs: 'viewer',
    described: {
      summary: 'Conferences that run, with how many are in and what is wrong.',
      gives: liveAnswer,
    },
    answer: () => fromRedis(deps.log, () => deps.live()),
  };
}

export function roomsRoute(deps: AdminListenerDeps): Route {
  return {
    url: '/api/rooms',
    needs: 'viewer',
    described: { summary: 'Rooms, and how they are read.', gives: roomList },
    answer: async () => ({ rooms: await fromRedis(deps.log, () => deps.listRooms()) }),
  };
}

export function clustersRoute(deps: AdminListenerDeps): Route {
  return {
    url: '/api/clusters',
    needs: 'viewer',
    described: { summary: 'Clusters with their slots and call bridges.', gives: clusterList },
    answer: async () => ({ clusters: await fromRedis(deps.log, () => deps.listClusters()) }),
  };
}
