import { mkdir, readFile, readdir, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Applied files that are kept; the oldest go. */
const KEPT = 50;

/**
 * Keeps a copy of every site file that was applied, named by its moment, under `config-history` in the
 * folder of everything kept. The same text twice in a row is kept once.
 */
export async function keepApplied(data: string, file: string, micros: number): Promise<void> {
  const folder = join(data, 'config-history');
  await mkdir(folder, { recursive: true });
  const text = await readFile(file, 'utf8');
  const names = await kept(folder);
  const last = names.at(-1);
  if (last !== undefined && (await readFile(join(folder, last), 'utf8')) === text) return;
  const moment = new Date(micros / 1000).toISOString().replaceAll(':', '-');
  await writeFile(join(folder, `${moment}.yaml`), text, { mode: 0o600 });
  for (const name of names.slice(0, Math.max(0, names.length + 1 - KEPT))) {
    await unlink(join(folder, name));
  }
}

/** Their names, the oldest first: a moment in ISO form sorts as text. */
async function kept(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => /^\d{4}-.*\.yaml$/.test(name)).sort();
}
