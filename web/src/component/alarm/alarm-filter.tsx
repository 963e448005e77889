import type { AlarmJson } from '../../../../src/api/contract.ts';
import { refine, route } from '../../model/route.ts';
import { devices } from '../../model/site.ts';
import { t } from '../../text/language.ts';

export const PRIORITIES: readonly AlarmJson['priority'][] = ['urgent', 'high', 'low', 'info'];

/** What alarms or events are shown: the address holds it, so that it can be sent. */
export function alarmFilter(): Readonly<Record<'priority' | 'device' | 'text', string>> {
  const { query } = route.value;
  const of = (key: string): string => query.get(key) ?? '';
  return { priority: of('priority'), device: of('device'), text: of('text') };
}

/** Does an alarm fit the filter? As the gateway says of the journal. */
export function fitsFilter(
  { id, device = '', priority, text }: Pick<AlarmJson, 'id' | 'device' | 'priority' | 'text'>,
  wanted: ReturnType<typeof alarmFilter>,
): boolean {
  const said = `${id} ${text}`.toLowerCase();
  return (
    (wanted.priority === '' || wanted.priority === priority) &&
    (wanted.device === '' || wanted.device === device) &&
    wanted.text
      .toLowerCase()
      .split(/\s+/)
      .every((word) => said.includes(word))
  );
}

export function AlarmFilter() {
  const { priority, device, text } = alarmFilter();
  return (
    <div class="filter" role="search" aria-label={t('alarms.filter')}>
      <label>
        <span class="unseen">{t('alarms.priority')}</span>
        <select
          value={priority}
          onChange={({ currentTarget: { value } }) => refine({ priority: value })}
        >
          <option value="">{t('alarms.anyPriority')}</option>
          {PRIORITIES.map((name) => (
            <option key={name} value={name}>
              {t(`priority.${name}`)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span class="unseen">{t('alarms.device')}</span>
        <select
          value={device}
          onChange={({ currentTarget: { value } }) => refine({ device: value })}
        >
          <option value="">{t('alarms.anyDevice')}</option>
          {devices.value.map(
            ({
              status: {
                value: { name, label },
              },
            }) => (
              <option key={name} value={name}>
                {label ?? name}
              </option>
            ),
          )}
        </select>
      </label>
      <label class="picker">
        <span class="unseen">{t('alarms.find')}</span>
        <input
          type="search"
          placeholder={t('alarms.find')}
          value={text}
          onInput={({ currentTarget: { value } }) => refine({ text: value })}
        />
      </label>
    </div>
  );
}
