import { z } from 'zod';
import { duration, expected, text } from './schema-parts.ts';

/** Keys of a device on a CAN bus. */

const request = z.strictObject(
  {
    send: text.describe(
      'What is sent: a frame such as `181FE8F4#14`, or the name of a message of the DBC file.',
    ),
    values: z
      .record(z.string(), z.number(expected('a number')), expected('values by signal'))
      .optional()
      .describe('Values of its signals, where a message is named. What is left out is 0.'),
    every: duration.default('5s').describe('How often.'),
    until: text
      .optional()
      .describe('A message that answers: while its values are fresh, nothing is sent.'),
  },
  expected('a request such as { send: "181FE8F4#14", every: 5s }'),
);

const message = z.strictObject(
  { stale: duration.describe('Age at which its values are stale, over `stale` of the device.') },
  expected('settings such as { stale: 1m }'),
);

export const heardKeys = {
  dbc: text
    .optional()
    .describe(
      'On a CAN bus: the DBC file that says what its frames mean, from the folder of this file if relative. Without `can` in any point every signal is a point.',
    ),
  cycle: text
    .optional()
    .describe(
      'On a CAN bus: what is told as one. frame: each frame by itself; message: all pages of a multiplexed message; the name of a message: everything from one of it to the next. Default: message.',
    ),
  requests: z
    .array(request, expected('a list such as [{ send: "181FE8F4#14", every: 5s }]'))
    .max(64, expected('at most 64 requests'))
    .optional()
    .describe('On a CAN bus: frames that are sent because the answers to them are wanted.'),
  messages: z
    .record(
      z.string(),
      message,
      expected('settings by message, such as { Modules: { stale: 1h } }'),
    )
    .optional()
    .describe('On a CAN bus: settings of single messages.'),
};
