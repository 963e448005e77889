import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The script behind a command of an installed package: started by path, it needs neither a shell nor
 * the links in node_modules/.bin, which look different on every platform.
 *
 * @param {string} root
 * @param {string} package_
 * @param {string} command
 */
export function toolPath(root, package_, command) {
  const folder = join(root, 'node_modules', package_);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : bin[command]);
}
