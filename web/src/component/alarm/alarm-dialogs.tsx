import { useSignal, type Signal } from '@preact/signals';
import type { AlarmJson } from '../../../../src/api/contract.ts';
import { t } from '../../text/language.ts';
import { Confirm } from '../confirm.tsx';
import { answerAlarm, type Asked } from './alarm-row.tsx';

const TIMES = ['15m', '1h', '8h', '24h', '7d'] as const;
const MAX_TEXT = 500;

/** What is asked about one alarm. */
export function AskAlarm({ asked }: { readonly asked: Signal<Asked | undefined> }) {
  if (asked.value === undefined) return null;
  const { what, alarm } = asked.value;
  const close = (): void => {
    asked.value = undefined;
  };
  return what === 'shelve' ? (
    <Shelve alarm={alarm} onClose={close} />
  ) : (
    <Acknowledge alarms={[alarm]} onClose={close} />
  );
}

interface ShelveProps {
  readonly alarm: AlarmJson;
  readonly onClose: () => void;
}

/** For how long, and why: both are asked, for nobody remembers them later. */
function Shelve({ alarm: { id, text }, onClose }: ShelveProps) {
  const time = useSignal<string>('1h');
  const reason = useSignal('');
  return (
    <Confirm
      title={`${t('alarms.shelve')}: ${text}`}
      action={t('alarms.shelve')}
      onClose={onClose}
      onDo={async () => {
        if (reason.peek().trim() === '') return t('alarms.needsReason');
        return answerAlarm(id, 'shelve', { for: time.peek(), reason: reason.peek() });
      }}
    >
      <label>
        {t('alarms.for')}
        <select
          value={time.value}
          onChange={({ currentTarget: { value } }) => {
            time.value = value;
          }}
        >
          {TIMES.map((one) => (
            <option key={one} value={one}>
              {t(`shelf.${one}`)}
            </option>
          ))}
        </select>
      </label>
      <Words label={t('alarms.reason')} text={reason} />
    </Confirm>
  );
}

interface AcknowledgeProps {
  readonly alarms: readonly AlarmJson[];
  readonly onClose: () => void;
}

/** One with a comment, or all that are to be seen. */
export function Acknowledge({ alarms, onClose }: AcknowledgeProps) {
  const comment = useSignal('');
  const title = t('alarms.ackCount', { n: alarms.length });
  return (
    <Confirm
      title={title}
      action={title}
      onClose={onClose}
      onDo={async () => {
        const text = comment.peek().trim();
        for (const { id } of alarms) {
          const wrong = await answerAlarm(id, 'ack', text === '' ? {} : { comment: text });
          if (wrong !== '') return `${id}: ${wrong}`;
        }
        return '';
      }}
    >
      <ul class="confirm-list">
        {alarms.map(({ id, text, device = '' }) => (
          <li key={id}>
            {device} {text}
          </li>
        ))}
      </ul>
      <Words label={t('alarms.optionalComment')} text={comment} />
    </Confirm>
  );
}

function Words({ label, text }: { readonly label: string; readonly text: Signal<string> }) {
  return (
    <label>
      {label}
      <input
        value={text.value}
        maxLength={MAX_TEXT}
        onInput={({ currentTarget: { value } }) => {
          text.value = value;
        }}
      />
    </label>
  );
}
