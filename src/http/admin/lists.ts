/** `GET /api/live`: what runs; `GET /api/rooms` and `GET /api/clusters`: what is configured, with its present state. */
import type { AdminListenerDeps } from '../admin-listener.ts';
import { fromRedis, type Route } from './route.ts';

export function liveMeetingsRoute(deps: AdminListenerDeps): Route {
  return { url: '/api/live', answer: () => fromRedis(deps.log, () => deps.live()) };
}

export function roomsRoute(deps: AdminListenerDeps): Route {
  return {
    url: '/api/rooms',
    answer: async () => ({ rooms: await fromRedis(deps.log, () => deps.listRooms()) }),
  };
}

export function clustersRoute(deps: AdminListenerDeps): Route {
  return {
    url: '/api/clusters',
    answer: async () => ({ clusters: await fromRedis(deps.log, () => deps.listClusters()) }),
  };
}
