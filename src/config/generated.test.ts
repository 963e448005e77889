import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { SHIPPED_PROFILES } from '../../test/support/memory-files.ts';
import { parsePoints } from '../profile/points.ts';
import { parseProfile } from '../profile/profile.ts';
import { gatewayJsonSchema, profileJsonSchema, type JsonSchema } from './json-schema.ts';
import { listProfiles, loadProfile } from './load-profile.ts';
import { loadSite } from './load-site.ts';
import { pointSchema, profileSchema } from './profile-schema.ts';
import { documentedSiteSchema } from './site-schema.ts';
import { deviceWritesSchema } from './writes-schema.ts';
import { pointsSchema } from './profile-schema.ts';
import { generatedFiles } from './write-schema.ts';

const ROOT = join(import.meta.dirname, '../..');

test.each([...generatedFiles()])('%s is what the schemas make of it', (path, text) => {
  expect(readFileSync(join(ROOT, path), 'utf8')).toBe(text);
});

/** Every object schema inside a schema, with its path. */
function objects(schema: JsonSchema, path = ''): readonly (readonly [string, JsonSchema])[] {
  const parts = [
    ...Object.entries(schema.properties ?? {}),
    ...Object.entries(schema.$defs ?? {}),
    ...Object.entries(schema.anyOf ?? {}),
    ...Object.entries(schema.oneOf ?? {}),
    ...(schema.items === undefined ? [] : [['items', schema.items] as const]),
    ...(schema.additionalProperties ? [['*', schema.additionalProperties] as const] : []),
  ];
  const own = schema.properties === undefined ? [] : [[path, schema] as const];
  return [...own, ...parts.flatMap(([key, part]) => objects(part, `${path}/${key}`))];
}

test.each([...objects(gatewayJsonSchema(), 'site'), ...objects(profileJsonSchema(), 'profile')])(
  'an editor refuses unknown keys of %s and explains the known ones',
  (_, schema) => {
    expect(schema.additionalProperties).toBe(false);
    for (const [key, value] of Object.entries(schema.properties ?? {})) {
      if (key !== 'name') expect(value.description ?? value.$ref, key).toBeTruthy();
    }
  },
);

describe('the profiles that come with the program', async () => {
  const profiles = await listProfiles({ profilesDirs: [SHIPPED_PROFILES] });

  test('there are some', () => {
    expect(profiles.map(({ id }) => id)).toContain('schneider/pm8000');
  });

  test.each(profiles)('$id is what its schema says, and has no mistake', async ({ id, file }) => {
    expect(
      profileSchema.safeParse(parse(readFileSync(file, 'utf8'), { stringKeys: true })),
    ).toMatchObject({
      success: true,
    });
    const { profile, issues } = await loadProfile(id, { profilesDirs: [SHIPPED_PROFILES] });
    expect(issues).toEqual([]);
    expect(profile?.id).toBe(id);
  });
});

test('every key that the schema of profiles offers is known to their parser', () => {
  const unknown = (issues: readonly { message: string }[]): readonly string[] =>
    issues.map(({ message }) => message).filter((text) => /unknown key|not supported/.test(text));
  const empty = (keys: readonly string[]): Record<string, unknown> =>
    Object.fromEntries(keys.map((key) => [key, undefined]));
  const points = { p: { ...empty(Object.keys(pointSchema.shape)), at: 'hr:0' } };
  expect(unknown(parsePoints(points).issues)).toEqual([]);
  const profile = empty(Object.keys(profileSchema.shape));
  expect(unknown(parseProfile(profile).issues)).toEqual([]);
});

test.each([
  ...['hr:5 u16 /10 °C', '3000 f32 A', 'ir:342 f32@CDAB kWh', 'co:3', '4x0101 u16', '%MW100'],
  ...['hr:100.3 bool', 'hr:1 i16 *0.1 -40 rw °C', 'hr:10 str(14)@BADC', '0x10 u16', 40001],
])('the schema accepts the line %s, as the parser does', (line) => {
  expect(pointsSchema.safeParse({ p: line }).success).toBe(true);
  expect(parsePoints({ p: line }).issues.filter(({ severity }) => severity === 'error')).toEqual(
    [],
  );
});

describe('the examples', () => {
  const names = readdirSync(join(ROOT, 'examples'));
  const schema = documentedSiteSchema(pointsSchema, deviceWritesSchema);

  test.each(names)('%s loads without a remark, and fits its schema', async (name) => {
    const file = join(ROOT, 'examples', name, 'gateway.yaml');
    const loaded = await loadSite(file, { env: {}, profilesDirs: [SHIPPED_PROFILES] });
    expect(loaded.issues).toEqual([]);
    expect(loaded.site?.devices.length).toBeGreaterThan(0);
    expect(schema.safeParse(parse(readFileSync(file, 'utf8')))).toMatchObject({ success: true });
  });
});

describe('a profile on the command line', () => {
  const options = { profilesDirs: [SHIPPED_PROFILES] };

  test('may be the path of a file', async () => {
    const file = join(SHIPPED_PROFILES, 'schneider/pm8000.yaml');
    expect((await loadProfile(file, options)).profile?.id).toBe('schneider/pm8000');
  });

  test.each([
    ['schneider/pm800', 'no profile has this name', 'did you mean schneider/pm8000?'],
    ['../package', 'this is no name of a profile', 'such as schneider/pm8000, or ./my-meter.yaml'],
    ['./nowhere.yaml', 'there is no such file', undefined],
  ])('%s is refused', async (name, message, hint) => {
    const { profile, issues } = await loadProfile(name, options);
    expect(profile).toBeUndefined();
    expect(issues.map((issue) => [issue.message, issue.hint])).toEqual([[message, hint]]);
  });
});
