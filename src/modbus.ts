/**
 * The Modbus stack of dinrail alone: clients for TCP and serial lines, the codecs they speak, and the
 * errors they fail with. It imports no third-party code, except `serialport` when a serial port is opened.
 *
 * @example
 * const client = await connect('tcp://192.168.1.50:502');
 * const registers = await client.request(readHoldingRegisters, 1, { start: 0, count: 10 });
 * client.close();
 */
import { systemClock } from './base/system-clock.ts';
import type { ModbusClient } from './client/client.ts';
import { clientFor, type ClientOptions } from './client/client-for.ts';
import { parseTarget } from './transport/endpoint.ts';

export interface ConnectOptions extends Partial<ClientOptions> {
  /** Gives up connecting. */
  readonly signal?: AbortSignal;
}

/**
 * Opens an endpoint: `tcp://host[:502]`, `rtu+tcp://host:port`, `serial:/dev/ttyUSB0 9600 8N1`, or a bare
 * `host:port` or `/dev/ttyUSB0`. Rejects with UsageError, ConnectError or the signal's reason. Use
 * `clientFor` for a client that connects on its first request.
 */
export async function connect(target: string, options: ConnectOptions = {}): Promise<ModbusClient> {
  const { signal, ...clientOptions } = options;
  const client = clientFor(parseTarget(target), { clock: systemClock, ...clientOptions });
  try {
    await client.connect(signal);
    return client;
  } catch (error) {
    client.close();
    throw error;
  }
}

export { ByteReader } from './base/byte-reader.ts';
export { ByteWriter } from './base/byte-writer.ts';
export { systemClock } from './base/system-clock.ts';
export {
  ClosedError,
  ConnectError,
  ConnectionLostError,
  FramingError,
  GatewayError,
  InvalidRequestError,
  MalformedPduError,
  MissingPackageError,
  ModbusExceptionError,
  OverloadError,
  RequestTimeoutError,
  ResponseMismatchError,
  UsageError,
  countsAgainstHealth,
  describeError,
  endsConnection,
  exceptionName,
  isWorthRetrying,
} from './base/errors.ts';

export { clientFor } from './client/client-for.ts';
export { lineClient } from './client/line-client.ts';
export { networkTiming, serialTiming } from './client/line-timing.ts';
export { tcpClient } from './client/tcp-client.ts';

export { crc16 } from './codec/frame/crc16.ts';
export { encodeMbap, MbapDeframer } from './codec/frame/mbap.ts';
export { encodeRtu, RtuDeframer } from './codec/frame/rtu.ts';
export { addressRange } from './codec/pdu/address-range.ts';
export { EXCEPTION } from './codec/pdu/exception.ts';
export { maskWriteRegister } from './codec/pdu/mask-write-register.ts';
export {
  MAX_BITS_PER_READ,
  readBitBytes,
  readCoils,
  readDiscreteInputs,
} from './codec/pdu/read-bits.ts';
export {
  MAX_REGISTERS_PER_READ,
  readHoldingRegisters,
  readInputRegisters,
  readRegisterBytes,
} from './codec/pdu/read-registers.ts';
export { readWriteRegisters } from './codec/pdu/read-write-registers.ts';
export { MAX_COILS_PER_WRITE, writeMultipleCoils } from './codec/pdu/write-multiple-coils.ts';
export {
  MAX_REGISTERS_PER_WRITE,
  writeMultipleRegisters,
} from './codec/pdu/write-multiple-registers.ts';
export { writeSingleCoil } from './codec/pdu/write-single-coil.ts';
export { writeSingleRegister } from './codec/pdu/write-single-register.ts';

export { listenTcp } from './server/listen-tcp.ts';
export { serveTransport } from './server/serve-transport.ts';
export { plainImage, UnitTables } from './server/unit-tables.ts';

export { dialerFor, parseEndpoint, parseTarget } from './transport/endpoint.ts';
export { serialDialer } from './transport/serial.ts';
export { tcpDialer } from './transport/tcp.ts';

export type { BackoffLimits } from './base/backoff.ts';
export type { Cancel, Clock } from './base/clock.ts';
export type {
  LineCounters,
  ModbusClient,
  RequestOptions,
  Trace,
  TraceEvent,
} from './client/client.ts';
export type { ClientOptions } from './client/client-for.ts';
export type { LineClientOptions } from './client/line-client.ts';
export type { LineTiming } from './client/line-timing.ts';
export type { TcpClientOptions } from './client/tcp-client.ts';
export type { MbapFrame } from './codec/frame/mbap.ts';
export type { AwaitedFrame, RtuPiece } from './codec/frame/rtu.ts';
export type { AddressRange } from './codec/pdu/address-range.ts';
export type { RegisterMask } from './codec/pdu/mask-write-register.ts';
export type { PduCodec } from './codec/pdu/pdu-codec.ts';
export type { ReadWrite } from './codec/pdu/read-write-registers.ts';
export type { CoilBlock } from './codec/pdu/write-multiple-coils.ts';
export type { RegisterBlock } from './codec/pdu/write-multiple-registers.ts';
export type { SingleCoil } from './codec/pdu/write-single-coil.ts';
export type { SingleRegister } from './codec/pdu/write-single-register.ts';
export type { ListenOptions, ModbusServer, ServerLimits } from './server/listen-tcp.ts';
export type { ServeOptions, TransportServer } from './server/serve-transport.ts';
export type { Endpoint, NetworkEndpoint, SerialEndpoint } from './transport/endpoint.ts';
export type { SerialSettings } from './transport/serial.ts';
export type { Dialer, Receiver, Transport } from './transport/transport.ts';
