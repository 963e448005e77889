import type { FastifyInstance } from 'fastify';
import type { SinkControl } from '../delivery/sink-status.ts';
import type { Site } from '../telemetry/site.ts';
import { ZABBIX_KEYS, zabbixName } from '../telemetry/zabbix.ts';
import type { PointDetailJson } from './contract.ts';
import { pointJson } from './json.ts';
import { pointSelector } from './metrics.ts';
import { sendProblem } from './problem.ts';
import { sendJson } from './send-json.ts';

interface PointRoute {
  Params: { readonly device: string; readonly point: string };
}

/** What a point is, and what others call it. */
export function addPointRoute(
  app: FastifyInstance,
  site: Site,
  sinks: Pick<SinkControl, 'destinations'> | undefined,
): void {
  app.get<PointRoute>('/api/v1/points/:device/:point', async ({ params }, reply) => {
    const id = `${params.device}.${params.point}`;
    const point = site.sample(id)?.point;
    if (point === undefined) {
      return sendProblem(reply, {
        ...{ status: 404, code: 'no-such-point', detail: `there is no point ${id.slice(0, 200)}` },
        fix: 'GET /api/v1/values lists them',
      });
    }
    const promql = pointSelector(point);
    const names = { site: site.name, device: point.device, point: point.name };
    return sendJson(reply, {
      ...pointJson(point),
      zabbixKey: zabbixName(ZABBIX_KEYS.value, names, 'key'),
      ...(promql !== undefined && { promql }),
      destinations: sinks?.destinations(point) ?? [],
    } satisfies PointDetailJson);
  });
}
