/** `/`: where the pages are. */
import type { Route } from './route.ts';

const page = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Roombridge</title></head>
<body>
<h1>Roombridge</h1>
<ul>
<li><a href="/queues">Queues</a></li>
<li><a href="/api/health">Health</a></li>
<li><a href="/api/tickets">Tickets</a></li>
<li><a href="/api/meetings">Meetings</a></li>
<li><a href="/api/rooms">Rooms</a></li>
<li><a href="/api/clusters">Clusters</a></li>
<li><a href="/metrics">Metrics</a></li>
</ul>
</body>
</html>
`;

export function startPageRoute(): Route {
  return {
    url: '/',
    needs: 'anyone',
    head: true,
    answer: async (_request, reply) =>
      reply
        .header('content-type', 'text/html; charset=utf-8')
        .header('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
        .send(page),
  };
}
