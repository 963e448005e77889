import ModbusRTU from 'modbus-serial';
import { COUNT } from '../server/registers.ts';
import { TIMEOUT_MS, type Library } from './library.ts';

export const library: Library = {
  async connect(port) {
    const client = new ModbusRTU.default();
    await client.connectTCP('127.0.0.1', { port });
    client.setID(1);
    client.setTimeout(TIMEOUT_MS);
    return { read: async () => (await client.readHoldingRegisters(0, COUNT)).data };
  },
};
