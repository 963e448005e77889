import type {
  InfluxSinkConfig,
  SinkConfig,
  WebhookSinkConfig,
  ZabbixSinkConfig,
} from '../config/site-config.ts';
import type { Sink } from '../telemetry/sink.ts';
import type { GatewayHost } from './gateway.ts';

/**
 * The sink of a configuration; undefined for the table, which is a view and no destination. Each kind is
 * loaded when a site has one: what is not used takes no memory.
 */
export async function makeSink(config: SinkConfig, host: GatewayHost): Promise<Sink | undefined> {
  const { formatTime } = host;
  switch (config.type) {
    case 'console':
      if (config.format === 'table') return undefined;
      return consoleSink(config.format, host);
    case 'jsonl':
      return (await import('../sink/file-sink.ts')).jsonLinesFileSink(config.path, formatTime);
    case 'csv':
      return (await import('../sink/csv-sink.ts')).csvSink(config.path, formatTime);
    case 'influx':
      return influx(config, host);
    case 'zabbix':
      return zabbix(config, host);
    case 'webhook':
      return webhook(config, host);
  }
}

async function consoleSink(
  format: 'line' | 'json',
  { stdout, formatTime }: GatewayHost,
): Promise<Sink> {
  const { jsonLinesSink, textLinesSink } = await import('../sink/line-sink.ts');
  return (format === 'line' ? textLinesSink : jsonLinesSink)(stdout, formatTime);
}

async function influx(config: InfluxSinkConfig, { clock }: GatewayHost): Promise<Sink> {
  const { influxSink } = await import('../sink/influx/influx-sink.ts');
  const { url, target, measurement, tags, fields, types, rename, states } = config;
  const { precision, batch, timeoutMs } = config;
  const common = {
    ...{ url, fields, states, precision, timeoutMs, batchSize: batch },
    ...(rename !== undefined && { rename }),
    ...(measurement !== undefined && { measurement }),
    ...(tags !== undefined && { tags }),
    ...(types !== undefined && { types }),
  };
  if (target.api === 'v2') {
    const { bucket, org = '', token } = target;
    return influxSink(
      { api: 'v2', bucket, org, ...(token !== undefined && { token }), ...common },
      { clock },
    );
  }
  const { database, user, password, retention } = target;
  return influxSink(
    {
      ...{ api: 'v1', database, ...common },
      ...(user !== undefined && { username: user }),
      ...(password !== undefined && { password }),
      ...(retention !== undefined && { retentionPolicy: retention }),
    },
    { clock },
  );
}

async function zabbix(
  { server, host, key, qualityKey, psk, discoveryMs, timeoutMs }: ZabbixSinkConfig,
  { clock, logger }: GatewayHost,
): Promise<Sink> {
  const { zabbixSink } = await import('../sink/zabbix/zabbix-sink.ts');
  return zabbixSink(
    {
      ...{ ...server, key, timeoutMs, discoveryEveryMs: discoveryMs },
      ...(host !== undefined && { zabbixHost: host }),
      ...(qualityKey !== undefined && { qualityKey }),
      ...(psk !== undefined && { psk }),
    },
    { clock, logger },
  );
}

async function webhook(
  { url, secret, headers, timeoutMs }: WebhookSinkConfig,
  { clock }: GatewayHost,
): Promise<Sink> {
  const { webhookSink } = await import('../sink/webhook/webhook-sink.ts');
  return webhookSink(
    { url, headers, timeoutMs, ...(secret !== undefined && { secret }) },
    { clock },
  );
}
