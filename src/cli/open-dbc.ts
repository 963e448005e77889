import { resolve } from 'node:path';
import { UsageError } from '../base/errors.ts';
import type { Dbc } from '../can/dbc.ts';
import { realFiles } from '../config/file-access.ts';
import { formatIssues } from '../config/format-issues.ts';
import { readDbc } from '../config/load-dbcs.ts';
import type { CliContext } from './context.ts';
import { ConfigError } from './load.ts';

/** Reads a DBC file. Prints every mistake to stderr; throws ConfigError when there is one. */
export async function openDbc({ cwd, stderr }: CliContext, file: string): Promise<Dbc> {
  const found = await readDbc(resolve(cwd, file), realFiles);
  if ('problem' in found) throw new UsageError(`${file}: ${found.problem}`);
  const issues = found.issues.map((issue) => ({ ...issue, file }));
  if (issues.length > 0) stderr.write(formatIssues(issues, { color: stderr.isTerminal }));
  if (found.dbc === undefined) throw new ConfigError(`${file} was not used`);
  return found.dbc;
}
