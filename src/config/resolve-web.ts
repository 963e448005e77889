import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { isLoopbackHost } from '../base/network-list.ts';
import type { Written } from './explain.ts';
import type { Report } from './report.ts';
import { listenAddress } from './resolve-listen.ts';
import type { TokenConfig, WebConfig } from './site-config.ts';
import { webSchema, type SiteInput } from './site-schema.ts';

/** Where the page is, and for whom. Files are named from `folder` on. */
export function resolveWeb(
  { web }: SiteInput,
  { written, folder }: { readonly written: Written; readonly folder: string },
  report: Report,
): WebConfig {
  const { listen, login: when, tls, local } = web ?? webSchema.parse({});
  const tokens = resolveTokens(web?.tokens ?? [], written, report);
  if (listen === 'none') return { login: true, local, tokens };
  const address = listenAddress(listen);
  if (address === undefined) {
    const hint = 'such as 127.0.0.1:8502, or none for no page';
    report.error(['web', 'listen'], `listen is "${listen}", expected host:port`, { hint });
    return { login: true, local, tokens };
  }
  return {
    ...{ listen: address, local, tokens },
    login: when === 'always' || !isLoopbackHost(address.host),
    ...(tls !== undefined && {
      tls: { cert: resolve(folder, tls.cert), key: resolve(folder, tls.key) },
    }),
  };
}

type TokenInput = NonNullable<NonNullable<SiteInput['web']>['tokens']>[number];

const LEAST_CHARACTERS = 16;
const NAME = /^[\w.@-]{1,64}$/;

/** Secrets become their digests; no remark shows one. */
function resolveTokens(
  inputs: readonly TokenInput[],
  written: Written,
  report: Report,
): readonly TokenConfig[] {
  const [names, digests] = [new Set<string>(), new Set<string>()];
  return inputs.map(({ name, role, token }, index) => {
    const path = ['web', 'tokens', index];
    const sha256 = createHash('sha256').update(token).digest('hex');
    if (!NAME.test(name)) {
      const message = `"${name.slice(0, 40)}" is no name of somebody`;
      report.error([...path, 'name'], message, { hint: 'letters, digits and _ . @ -, up to 64' });
    } else if (names.has(name)) {
      report.error([...path, 'name'], `"${name}" is there twice`);
    }
    const hint = 'openssl rand -hex 24 makes a good one';
    if (token.length < LEAST_CHARACTERS) {
      report.error([...path, 'token'], `it has fewer than ${LEAST_CHARACTERS} characters`, {
        hint,
      });
    } else if (!/^[\x21-\x7e]+$/.test(token)) {
      report.error([...path, 'token'], 'it has characters that a header cannot carry', { hint });
    } else if (digests.has(sha256)) {
      report.error([...path, 'token'], 'two have the same token', { hint });
    } else if (written.placeholder([...path, 'token']) === undefined) {
      const better = 'keep them in .env, or in files of their own: token: "${SCADA_TOKEN}"';
      const message = `the token of ${name} stands in this file`;
      // At the key of all: the line of the token itself would be shown.
      report.note(['web', 'tokens'], message, { onKey: true, hint: better });
    }
    names.add(name);
    digests.add(sha256);
    return { name, role, sha256 };
  });
}
