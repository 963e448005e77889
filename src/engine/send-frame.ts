import type { ModbusClient, RequestOptions } from '../client/client.ts';
import { maskWriteRegister } from '../codec/pdu/mask-write-register.ts';
import { writeMultipleCoils } from '../codec/pdu/write-multiple-coils.ts';
import { writeMultipleRegisters } from '../codec/pdu/write-multiple-registers.ts';
import { writeSingleCoil } from '../codec/pdu/write-single-coil.ts';
import { writeSingleRegister } from '../codec/pdu/write-single-register.ts';
import type { WriteFrame } from '../gate/device-port.ts';

/** Sends a frame as the request of its function; rejects as `client.request` does. */
export async function sendFrame(
  client: ModbusClient,
  unit: number,
  frame: WriteFrame,
  options: RequestOptions,
): Promise<void> {
  const { address } = frame;
  switch (frame.function) {
    case 5:
      return client.request(writeSingleCoil, unit, { address, value: frame.on }, options);
    case 6:
      return client.request(writeSingleRegister, unit, { address, value: frame.word }, options);
    case 15: {
      const values = frame.bits.map(Number);
      return client.request(writeMultipleCoils, unit, { start: address, values }, options);
    }
    case 16: {
      const { words: values } = frame;
      return client.request(writeMultipleRegisters, unit, { start: address, values }, options);
    }
    case 22: {
      const { andMask, orMask } = frame;
      return client.request(maskWriteRegister, unit, { address, andMask, orMask }, options);
    }
  }
}
