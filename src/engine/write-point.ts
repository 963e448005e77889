import { InvalidRequestError } from '../base/errors.ts';
import type { ModbusClient } from '../client/client.ts';
import { writeMultipleCoils } from '../codec/pdu/write-multiple-coils.ts';
import { writeMultipleRegisters } from '../codec/pdu/write-multiple-registers.ts';
import { writeSingleCoil } from '../codec/pdu/write-single-coil.ts';
import { writeSingleRegister } from '../codec/pdu/write-single-register.ts';
import { encodeWrite } from '../profile/encode.ts';
import type { RegisterPoint, Value } from '../profile/point.ts';

/**
 * Sends one value to a device, once: a write is never repeated by itself. `auto` takes the function
 * for a single item where the value is one, else the one for many. Throws InvalidRequestError for what
 * the point does not allow, before anything is sent.
 */
export async function writePoint(
  client: ModbusClient,
  unit: number,
  point: RegisterPoint,
  value: Value,
  timeoutMs: number,
): Promise<void> {
  const { address, table, write } = point;
  const encoded = encodeWrite(point, value);
  const options = { timeoutMs, retries: 0, priority: 'urgent' } as const;
  const single = write?.function !== 'multiple';
  if (typeof encoded === 'boolean' && table === 'coil') {
    await (single
      ? client.request(writeSingleCoil, unit, { address, value: encoded }, options)
      : client.request(
          writeMultipleCoils,
          unit,
          { start: address, values: [encoded ? 1 : 0] },
          options,
        ));
    return;
  }
  if (typeof encoded === 'boolean') throw new InvalidRequestError(`${point.name} is no coil`);
  const values = words(encoded);
  const [first = 0] = values;
  if (values.length === 1 && single) {
    await client.request(writeSingleRegister, unit, { address, value: first }, options);
  } else if (write?.function === 'single') {
    throw new InvalidRequestError(
      `${point.name} spans ${values.length} registers: one write cannot be single`,
    );
  } else {
    await client.request(writeMultipleRegisters, unit, { start: address, values }, options);
  }
}

function words(bytes: Uint8Array): Uint16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint16Array.from({ length: bytes.length / 2 }, (_, index) => view.getUint16(index * 2));
}
