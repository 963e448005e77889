import { resolve } from 'node:path';
import { InvalidRequestError, UsageError } from '../base/errors.ts';
import { exportRegisters } from '../concentrator/export-registers.ts';
import {
  EMPTY_LOCK,
  formatMapLock,
  generateMap,
  parseMapLock,
  type GeneratedMap,
  type MapLock,
} from '../concentrator/generate-map.ts';
import { shapeOfSignal } from '../config/signal-point.ts';
import type { Dbc } from '../can/dbc.ts';
import { diskFiles, replaceFile } from '../delivery/sink-files.ts';
import { formatAddress, formatType } from '../profile/format.ts';
import { textOption, type CommandInput } from './command.ts';
import type { CliContext } from './context.ts';
import { EXIT } from './exit-code.ts';
import { openDbc } from './open-dbc.ts';
import { wholeOption } from './reading-options.ts';

/**
 * Gives every signal of a DBC file a place in registers, and remembers it: places never move, whatever is
 * added to the file or taken out of it.
 */
export async function canLayout(context: CliContext, input: CommandInput): Promise<number> {
  const [, file] = input.args;
  if (file === undefined) throw new UsageError('which file? dinrail can layout battery.dbc');
  const dbc = await openDbc(context, file);
  const lockFile = resolve(context.cwd, textOption(input, 'lock') ?? `${file}.registers.json`);
  const before = await diskFiles.read(lockFile);
  const { map, lock } = generateMap(signalsOf(dbc), lockOf(before, lockFile), {
    table: textOption(input, 'table') === 'input' ? 'input' : 'holding',
    start: wholeOption(input, 'start', 0, 0xffff) ?? 0,
  });
  const after = formatMapLock(lock);
  if (after !== before) await replaceFile(diskFiles, lockFile, after);
  context.stdout.write(textOf(map, textOption(input, 'format') ?? 'md', file));
  context.stderr.write(`places are remembered in ${lockFile}\n`);
  return EXIT.ok;
}

function signalsOf({ messages }: Dbc): Parameters<typeof generateMap>[0] {
  return messages.flatMap((message) =>
    message.signals.map((signal) => {
      const id = `${message.name}.${signal.name}`;
      return { id, register: { ...shapeOfSignal(signal), name: signal.name } };
    }),
  );
}

function lockOf(text: string | undefined, file: string): MapLock {
  if (text === undefined) return EMPTY_LOCK;
  try {
    return parseMapLock(text);
  } catch (cause) {
    throw new InvalidRequestError(`${file} says where registers are, and cannot be read`, {
      cause,
    });
  }
}

function textOf(map: GeneratedMap, format: string, file: string): string {
  if (format === 'map') {
    return map.entries
      .map(({ id, register }) => `${id}: ${formatAddress(register)} ${formatType(register)}\n`)
      .join('');
  }
  const form = format === 'csv' || format === 'h' ? format : 'md';
  return exportRegisters(map, form, file);
}
