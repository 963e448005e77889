import { once } from 'node:events';
import { Socket } from 'node:net';
import jsmodbus from 'jsmodbus';
import { COUNT } from '../server/registers.ts';
import { TIMEOUT_MS, type Library } from './library.ts';

/** It has one request on the wire, and queues what is asked beyond that. */
export const library: Library = {
  async connect(port) {
    const socket = new Socket();
    const client = new jsmodbus.client.TCP(socket, 1, TIMEOUT_MS);
    socket.setNoDelay(true).connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return {
      read: async () => {
        const { response } = await client.readHoldingRegisters(0, COUNT);
        return response.body.valuesAsArray;
      },
    };
  },
};
