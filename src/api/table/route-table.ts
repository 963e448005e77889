import { ALARMS } from './alarm-topic.ts';
import { CONFIG } from './config-topic.ts';
import { DELIVERY } from './delivery-topic.ts';
import { LOGIN } from './login-topic.ts';
import type { RouteFacts, Topic } from './route-facts.ts';
import { STATE } from './state-topic.ts';
import { TRAFFIC } from './traffic-topic.ts';
import { VALUES } from './value-topic.ts';
import { WORKBENCH } from './workbench-topic.ts';
import { WRITES } from './write-topic.ts';

/** Every route that the API has, or may have: a site without alarms has none for them. */
export const TOPICS: readonly Topic[] = [
  VALUES,
  STATE,
  ALARMS,
  TRAFFIC,
  WRITES,
  WORKBENCH,
  CONFIG,
  DELIVERY,
  LOGIN,
];

export const ROUTES: readonly RouteFacts[] = TOPICS.flatMap(({ routes }) => routes);

const byRoute = new Map<string, RouteFacts>(ROUTES.map((facts) => [facts.route, facts]));

/** What the table says of a route as it is registered; HEAD is what its GET is. */
export function findRoute(method: string, path: string): RouteFacts | undefined {
  const pattern = path.startsWith('/assets/') ? '/assets/:file' : path;
  return byRoute.get(`${method === 'HEAD' ? 'GET' : method} ${pattern}`);
}
