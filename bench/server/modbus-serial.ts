import { ServerTCP } from 'modbus-serial';
import { COUNT, ready, registerAt } from './registers.ts';

const registers = Array.from({ length: COUNT }, (_, address) => registerAt(address));
// The form that gets all registers in one call, which is its fastest.
const vector = {
  getMultipleHoldingRegisters: (address: number, count: number): number[] =>
    registers.slice(address, address + count),
};
// It does not say which port the system chose, so one is taken that was just free.
const port = Number(process.argv[2]);
const server = new ServerTCP(vector, { host: '127.0.0.1', port, unitID: 1 });
server.on('initialized', () => {
  ready(port);
});
