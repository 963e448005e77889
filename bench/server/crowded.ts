/** The server as a site starts it, with room for so many connections: `crowded.ts CONNECTIONS`. */
import { systemClock } from '../../src/base/system-clock.ts';
import { listenTcp } from '../../src/server/listen-tcp.ts';
import { plainImage } from '../../src/server/unit-tables.ts';
import { COUNT, ready, registerBytes } from './registers.ts';

const [connections = 2_000] = process.argv.slice(2).map(Number);
const units = plainImage({ holding: COUNT });
units.holding.wireBytes(0, COUNT).set(registerBytes());
// The one that is measured needs a place, too.
const limits = { connections: connections + 10 };
const server = await listenTcp({ port: 0, units, limits, clock: systemClock });
ready(server.port);
