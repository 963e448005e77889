import { createServer, type AddressInfo } from 'node:net';
import jsmodbus from 'jsmodbus';
import { ready, registerBytes } from './registers.ts';

const netServer = createServer({ noDelay: true });
// Without this a client that resets its connection ends the process.
netServer.on('connection', (socket) => {
  socket.on('error', () => undefined);
});
new jsmodbus.server.TCP(netServer, { holding: registerBytes() });
netServer.listen(0, '127.0.0.1', () => {
  ready((netServer.address() as AddressInfo).port);
});
