import type { InfluxSinkConfig, SinkConfig, ZabbixSinkConfig } from '../config/site-config.ts';
import { csvSink } from '../sink/csv-sink.ts';
import { jsonLinesFileSink } from '../sink/file-sink.ts';
import { influxSink } from '../sink/influx/influx-sink.ts';
import { jsonLinesSink, textLinesSink } from '../sink/line-sink.ts';
import { zabbixSink } from '../sink/zabbix/zabbix-sink.ts';
import type { Sink } from '../telemetry/sink.ts';
import type { GatewayHost } from './gateway.ts';

/** The sink of a configuration; undefined for the table, which is a view and no destination. */
export function makeSink(config: SinkConfig, host: GatewayHost): Sink | undefined {
  const { stdout, formatTime } = host;
  switch (config.type) {
    case 'console':
      if (config.format === 'table') return undefined;
      return (config.format === 'line' ? textLinesSink : jsonLinesSink)(stdout, formatTime);
    case 'jsonl':
      return jsonLinesFileSink(config.path, formatTime);
    case 'csv':
      return csvSink(config.path, formatTime);
    case 'influx':
      return influx(config, host);
    case 'zabbix':
      return zabbix(config, host);
  }
}

function influx(config: InfluxSinkConfig, { clock }: GatewayHost): Sink {
  const { url, target, measurement, tags, fields, types, precision, batch, timeoutMs } = config;
  const common = {
    ...{ url, fields, precision, timeoutMs, batchSize: batch },
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

function zabbix(
  { server, host, key, qualityKey, psk, discoveryMs, timeoutMs }: ZabbixSinkConfig,
  { clock, logger }: GatewayHost,
): Sink {
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
