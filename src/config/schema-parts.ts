import { z } from 'zod';

/** What the schemas of the site file are made of. The `error` of each part says what is expected there. */

export const expected = (error: string) => ({ error });

export const NAME_PATTERN = '^[a-z][a-z0-9_-]*$';

export const text = z.string(expected('a text'));

const TIME = expected('a time such as 500ms, 5s, 1m, 2h');
export const duration = z
  .string(TIME)
  .regex(/^\d+(?:\.\d+)?(?:ms|s|m|h|d)$/, TIME)
  .meta({ id: 'duration', description: 'A number and its unit: ms, s, m, h or d.' });

const SIZE = expected('a size such as 200MB');
export const size = z
  .string(SIZE)
  .regex(/^\d+(?:\.\d+)? ?(?:kB|MB|GB)$/, SIZE)
  .meta({ id: 'size', description: 'A number and its unit: kB, MB or GB.' });

export const whole = (min: number, max: number) => {
  const error = expected(`a whole number from ${min} to ${max}`);
  return z.int(error).min(min, error).max(max, error);
};

export const oneOf = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.enum(words, expected(words.join(', ')));

export const selectors = z.array(text, expected('a list such as [furnace1.*]')).meta({
  id: 'selectors',
  description:
    'Patterns of points: `furnace1.*`, `*.power`, `dye*` for whole devices, `@category`, `#tag=value`.',
});

export const names = z.array(text, expected('a list of names of points'));

export const byName = <Value extends z.ZodType>(value: Value, what: string) =>
  z
    .record(z.string(), value, expected(`${what} by name`))
    .meta({ propertyNames: { pattern: NAME_PATTERN } });
