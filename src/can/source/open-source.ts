import type { Clock } from '../../base/clock.ts';
import { serialDialer } from '../../transport/serial.ts';
import { tcpDialer } from '../../transport/tcp.ts';
import type { CanEndpoint } from '../can-endpoint.ts';
import type { CanSource } from './can-source.ts';
import { CandumpSource } from './candump-source.ts';
import { LogSource } from './log-source.ts';
import { SlcanProtocol } from './slcan.ts';
import { SocketcandProtocol } from './socketcand.ts';
import { StreamSource } from './stream-source.ts';

/** The source at an endpoint. Nothing is opened before it is started. */
export function openCanSource(endpoint: CanEndpoint, clock: Clock): CanSource {
  const url = endpoint.text;
  switch (endpoint.kind) {
    case 'can':
      return new CandumpSource({ ...endpoint, url, clock });
    case 'candump':
      return new LogSource({ ...endpoint, url, clock });
    case 'socketcand': {
      const { host, port, bus } = endpoint;
      return new StreamSource({
        ...{ url, clock, dialer: tcpDialer(host, port, 'socketcand') },
        protocol: (listener) => new SocketcandProtocol(bus, listener),
      });
    }
    case 'slcan': {
      const { path, baud, bitrate = 0 } = endpoint;
      const settings = { baud, dataBits: 8, parity: 'none', stopBits: 1 } as const;
      return new StreamSource({
        ...{ url, clock, dialer: serialDialer(path, settings) },
        protocol: (listener) => new SlcanProtocol(bitrate, listener),
      });
    }
  }
}
