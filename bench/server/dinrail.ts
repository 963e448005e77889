import { systemClock } from '../../src/base/system-clock.ts';
import { listenTcp } from '../../src/server/listen-tcp.ts';
import { plainImage } from '../../src/server/unit-tables.ts';
import { COUNT, ready, registerBytes } from './registers.ts';

const units = plainImage({ holding: COUNT });
units.holding.wireBytes(0, COUNT).set(registerBytes());
// The bench opens 64 connections, one more case than the default limit allows for.
const limits = { connections: 128 };
const server = await listenTcp({ port: 0, units, limits, clock: systemClock });
ready(server.port);
