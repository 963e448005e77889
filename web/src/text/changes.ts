import type { ConfigChangesJson, ConfigNamesJson } from '../../../src/api/contract.ts';
import { settingLabel } from './config-labels.ts';
import { t } from './language.ts';

/** What applying does to what runs, one sentence each. Nothing at all is said in words as well. */
export function changeWords(changes: ConfigChangesJson): readonly string[] {
  const { lines, others } = changes;
  const again = lines.started.filter((name) => lines.stopped.includes(name));
  const named = (names: readonly string[], key: Parameters<typeof t>[0]): readonly string[] =>
    names.length === 0 ? [] : [t(key, { names: names.join(', ') })];
  const words = [
    ...named(
      lines.started.filter((name) => !again.includes(name)),
      'settings.lineStarts',
    ),
    ...named(
      lines.stopped.filter((name) => !again.includes(name)),
      'settings.lineStops',
    ),
    ...named(again, 'settings.lineRestarts'),
    ...groupWords(t('settings.devices'), changes.devices),
    ...groupWords(t('settings.sinks'), changes.sinks),
    ...groupWords(t('settings.servers'), changes.servers),
    ...groupWords(t('settings.alarms'), changes.alarms),
    ...groupWords(t('settings.flows'), changes.flows),
    ...named(others.map(settingLabel), 'settings.also'),
  ];
  if (words.length === 0) return [t('settings.nothing')];
  const kept = lines.kept.length;
  return kept === 0 ? words : [...words, t('settings.linesKept', { n: kept })];
}

function groupWords(
  group: string,
  { added, changed, removed }: ConfigNamesJson,
): readonly string[] {
  const parts = [
    ...(added.length > 0 ? [t('settings.added', { names: added.join(', ') })] : []),
    ...(changed.length > 0 ? [t('settings.changed', { names: changed.join(', ') })] : []),
    ...(removed.length > 0 ? [t('settings.removed', { names: removed.join(', ') })] : []),
  ];
  return parts.length === 0 ? [] : [`${group}: ${parts.join('; ')}`];
}
