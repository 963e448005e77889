import { GatewayError } from '../base/errors.ts';
import { parseNetworks } from '../base/network-list.ts';
import type { Path, Report } from './report.ts';

/** Reports a text that is no network. */
export function checkNetwork(path: Path, text: string, report: Report): void {
  try {
    parseNetworks([text]);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    report.error(path, error.message);
  }
}
