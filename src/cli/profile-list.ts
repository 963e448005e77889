import { hasOption, type CommandInput } from './command.ts';
import type { CliContext } from './context.ts';
import { EXIT } from './exit-code.ts';
import { allProfiles, findProfile } from './profile-files.ts';
import { renderTable } from './table.ts';

/** `dinrail profile list [word...]`: what there is, or what of it has these words in it. */
export async function listAll(context: CliContext, input: CommandInput): Promise<number> {
  const entries = await Promise.all(
    (await allProfiles(context)).map(async ({ id, file }) => {
      const { profile } = await findProfile(context, id);
      const { label = '', vendor = '', models = [], points = [], computed = [] } = profile ?? {};
      const isUsable = profile !== undefined;
      return { id, file, label, vendor, models, points: points.length + computed.length, isUsable };
    }),
  );
  const words = input.args.map((word) => word.toLowerCase());
  const found = entries.filter(({ id, label, vendor, models }) => {
    const text = [id, label, vendor, ...models].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  });
  if (hasOption(input, 'json')) {
    const listed = found.map(({ isUsable, ...entry }) => ({ ...entry, usable: isUsable }));
    context.stdout.write(`${JSON.stringify(listed, undefined, 2)}\n`);
    return EXIT.ok;
  }
  if (found.length === 0) {
    context.stderr.write(`no profile has ${input.args.join(' and ')} in it\n`);
    return EXIT.other;
  }
  const columns = [
    { title: 'profile' },
    { title: 'points', align: 'right' },
    { title: 'device' },
  ] as const;
  const rows = found.map(({ id, label, points, isUsable, file }) => [
    id,
    isUsable ? String(points) : '',
    isUsable ? label : `has mistakes: dinrail profile lint ${file}`,
  ]);
  context.stdout.write(`${renderTable(columns, rows).join('\n')}\n`);
  return EXIT.ok;
}
