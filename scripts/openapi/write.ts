/** Makes the files anew, after a change of the route table or of the contract: `node scripts/openapi/write.ts`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedApiFiles } from './generated-files.ts';

const root = join(import.meta.dirname, '../..');
for (const [path, text] of generatedApiFiles(root)) writeFileSync(join(root, path), text);
