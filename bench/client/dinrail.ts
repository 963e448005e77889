import { systemClock } from '../../src/base/system-clock.ts';
import { tcpClient } from '../../src/client/tcp-client.ts';
import { readHoldingRegisters } from '../../src/codec/pdu/read-registers.ts';
import { tcpDialer } from '../../src/transport/tcp.ts';
import { COUNT } from '../server/registers.ts';
import { TIMEOUT_MS, type Library } from './library.ts';

const RANGE = { start: 0, count: COUNT };

export const library: Library = {
  async connect(port, depth) {
    const options = { clock: systemClock, inFlight: depth, timeoutMs: TIMEOUT_MS };
    const client = tcpClient(tcpDialer('127.0.0.1', port), options);
    await client.connect();
    return { read: async () => client.request(readHoldingRegisters, 1, RANGE) };
  },
};
