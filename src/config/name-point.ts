import { isMap, isSeq, type Document } from 'yaml';
import { modiconNumber, type AddressBase } from '../profile/address.ts';
import { formatAddress } from '../profile/format.ts';
import { parsePointLine } from '../profile/grammar.ts';
import type { NamedText, NameEdit, NamePlan, NameProblem, NameWish } from '../profile/name-wish.ts';
import type { Table } from '../profile/point.ts';
import { parseYaml } from './parse-yaml.ts';

const NAME = /^[a-z][a-z0-9_]*$/;
const SCALE = /^(?:[*/]\S+)?(?:(?:^| )[+-]\S+)?$/;

/**
 * Where a new point goes, and how it is written there: into the profile of its device where that lies
 * beside the site file, else to the points of the device itself. Its address is in the notation of the
 * place. Whether the text is right with it the check of the configuration says.
 */
export function namePlan(files: readonly NamedText[], wish: NameWish): NamePlan | NameProblem {
  const site = files.find(({ kind }) => kind === 'site');
  if (site === undefined) return { message: 'there is no site file', hint: 'write one first' };
  if (!NAME.test(wish.name)) {
    return { message: `"${wish.name}" is no name of a point`, hint: 'such as flow_rate' };
  }
  const document = parseYaml(site.text);
  const device = ['devices', wish.device];
  if (!isMap(document.getIn(device))) {
    return {
      message: `the site file has no device ${wish.device} of its own`,
      hint: 'name it in the settings',
    };
  }
  const own = profileOf(files, document.getIn([...device, 'profile']));
  const place =
    own === undefined ? { document, path: device } : { document: own.document, path: [] };
  const line = pointLine(wish, place.document, place.path);
  if ('message' in line) return line;
  const path = [...place.path, 'points', wish.name];
  if (place.document.hasIn(path)) {
    return { message: `there is a point ${wish.name} already`, hint: 'take another name' };
  }
  const edits: NameEdit[] = [{ path, value: pointOf(line.text, wish) }];
  // What a device takes alone has to be told of the new one as well.
  const only = document.getIn([...device, 'only']);
  if (only === undefined || own !== undefined) return { file: own?.name ?? site.name, edits };
  edits.push(
    isSeq(only)
      ? { path: [...device, 'only', only.items.length], value: wish.name }
      : { path: [...device, 'only'], value: [only, wish.name] },
  );
  return { file: site.name, edits };
}

/** The profile of the device, where it is one of these files. */
function profileOf(
  files: readonly NamedText[],
  id: unknown,
): { readonly name: string; readonly document: Document } | undefined {
  if (typeof id !== 'string') return undefined;
  const found = files.find(
    ({ kind, name }) =>
      kind === 'profile' && (name === `${id}.yaml` || name.endsWith(`/${id}.yaml`)),
  );
  return found && { name: found.name, document: parseYaml(found.text) };
}

function pointLine(
  { table, start, type, scale = '' }: NameWish,
  document: Document,
  path: readonly string[],
): { readonly text: string } | NameProblem {
  const base = (document.getIn([...path, 'addressing']) ?? 'pdu') as AddressBase;
  const shift = document.getIn([...path, 'index_shift']);
  const address = start - (typeof shift === 'number' ? shift : 0);
  const text = [addressText(table, address, base), type, scale].filter(Boolean).join(' ');
  if (!SCALE.test(scale)) {
    return { message: `"${scale}" is no scale`, hint: 'such as /10, or *0.1 -40' };
  }
  const { issues } = parsePointLine(text, {
    ...{ base, indexShift: 0, table, order: 'ABCD', notes: false },
  });
  const wrong = issues.find(({ severity }) => severity === 'error');
  return wrong === undefined
    ? { text }
    : { message: wrong.message, hint: wrong.hint ?? 'look at the type and the scale' };
}

function addressText(table: Table, address: number, base: AddressBase): string {
  if (base === 'modicon') return modiconNumber(table, address);
  return formatAddress({ table, address: base === 'one-based' ? address + 1 : address });
}

/** One line where that says everything. */
function pointOf(at: string, { unit, label, decimals }: NameWish): unknown {
  const rest = {
    ...(unit !== undefined && unit.includes(' ') && { unit }),
    ...(label !== undefined && { label }),
    ...(decimals !== undefined && { decimals }),
  };
  const line = unit === undefined || unit.includes(' ') ? at : `${at} ${unit}`;
  return Object.keys(rest).length === 0 ? line : { at: line, ...rest };
}
