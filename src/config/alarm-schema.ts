import { z } from 'zod';
import { ALARM_PRIORITIES } from '../base/alarm-priority.ts';
import { duration, expected, oneOf, text } from './schema-parts.ts';

/** The shapes of alarms in a site file: of the site itself, and what a device says over its profile. */

const priority = oneOf(ALARM_PRIORITIES);

const limit = z.union([z.number(), z.literal('none')], expected('a number, or none'));

const ways = {
  delay: duration.optional().describe('How long it must hold to be raised. Default: 0s.'),
  offDelay: duration.optional().describe('How long it must be over to have returned. Default: 0s.'),
  priority: priority.optional().describe('Default: high.'),
  text: text.optional().describe('What people read. Default: made of names and labels.'),
};

export const siteAlarmSchema = z.strictObject(
  {
    when: text.describe(
      'A condition over points of the site, such as "furnace1.pv > 1200 and not has(furnace1.door)".',
    ),
    ...ways,
  },
  expected('an alarm such as { when: "furnace1.pv > 1200", priority: urgent }'),
);

export const pointAlarmSchema = z
  .strictObject(
    {
      hihi: limit.optional().describe('Raised at this value or above; none: no such limit.'),
      hi: limit.optional().describe('The same, below `hihi`.'),
      lo: limit.optional().describe('Raised at this value or below; none: no such limit.'),
      lolo: limit.optional().describe('The same, below `lo`.'),
      hysteresis: z
        .number(expected('a number, 0 or more'))
        .min(0, expected('a number, 0 or more'))
        .optional()
        .describe('How far a value must come back behind a limit to be normal. Default: 0.'),
      outlier: z
        .union([z.number().gt(0), z.literal('none')], expected('a number above 0, or none'))
        .optional()
        .describe('Raised so far from the median of the points of one `repeat`.'),
      when: text
        .optional()
        .describe(
          'A condition over points of the device. Alone it is the alarm; beside limits they count only while it holds.',
        ),
      ...ways,
    },
    expected('none, a priority, or limits such as { hi: 1100 }'),
  )
  .meta({ id: 'deviceAlarm', description: 'What a device says over its profile.' });

export const deviceAlarmSchema = z.union(
  [z.literal('none'), priority, pointAlarmSchema],
  expected('none, a priority, or limits such as { hi: 1100 }'),
);

export const deviceAlarmsSchema = z
  .record(z.string(), deviceAlarmSchema, expected('alarms by point, such as { pv: { hi: 1100 } }'))
  .optional()
  .describe(
    'Alarms by point, over what its profile says: { pv: { hi: 1100 }, status: none }. `down` is the alarm of a device that does not answer.',
  );

export type SiteAlarmInput = z.output<typeof siteAlarmSchema>;
export type DeviceAlarmInput = z.output<typeof deviceAlarmSchema>;
