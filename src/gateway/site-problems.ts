import type { SiteConfig } from '../config/site-config.ts';
import { overloads, planSite } from './line-plan.ts';
import { mapProblemsOf } from './served-map.ts';

/** Why a site that is well written cannot run as it says, one sentence each. */
export function siteProblems(site: SiteConfig): readonly string[] {
  const maps = site.servers.flatMap((server) => {
    if (!('units' in server)) return [];
    return mapProblemsOf(server.units).map((problem) => `server ${server.name}: ${problem}`);
  });
  return [...overloads(planSite(site)), ...maps];
}
