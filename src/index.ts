/**
 * The gateway as a library: read a device once, or run a whole site inside another program.
 *
 * The protocol stack alone is `dinrail/modbus`.
 *
 * @module
 */
export { readMeter, type MeterOptions } from './gateway/read-meter.ts';
export { startGateway, type Gateway, type GatewayHost } from './gateway/gateway.ts';
export { loadSite } from './config/load-site.ts';
export { systemClock } from './base/system-clock.ts';
export type { Point, Value } from './telemetry/point.ts';
export type { Quality, Sample } from './telemetry/sample.ts';
export type { Site } from './telemetry/site.ts';
