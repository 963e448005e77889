import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gatewayJsonSchema, profileJsonSchema } from './json-schema.ts';
import { configurationReference } from './reference.ts';

/** The files that are made from the schemas, by their path in the repository. */
export function generatedFiles(): ReadonlyMap<string, string> {
  const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
  return new Map([
    ['schema/gateway.schema.json', json(gatewayJsonSchema())],
    ['schema/profile.schema.json', json(profileJsonSchema())],
    ['docs/configuration.md', configurationReference()],
  ]);
}

/**
 * Writes them anew below `root`, after a change of the schema:
 * `node -e "import('./src/config/write-schema.ts').then((it) => it.writeGenerated('.'))"`.
 */
export async function writeGenerated(root: string): Promise<void> {
  for (const [path, text] of generatedFiles()) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}
