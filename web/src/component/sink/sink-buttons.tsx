import { useSignal, type Signal } from '@preact/signals';
import type { SinkJson } from '../../../../src/api/contract.ts';
import { problemWords, sendJson, type Answer } from '../../model/api.ts';
import { hindrance } from '../../model/may.ts';
import { askSinks } from '../../model/sinks.ts';
import { bytesText } from '../../text/bytes.ts';
import { t } from '../../text/language.ts';
import { Confirm } from '../confirm.tsx';

interface SinkButtonsProps {
  readonly sink: SinkJson;
  readonly said: Signal<string>;
}

export function SinkButtons({ sink, said }: SinkButtonsProps) {
  const { name, state, waiting } = sink;
  const isAsked = useSignal(false);
  const why = hindrance('operator');
  const whyNotDrop = hindrance('admin');
  const order = async (verb: string): Promise<void> => {
    said.value = t('ask.loading');
    const answer = await sendJson<Tried>('POST', `sinks/${encodeURIComponent(name)}/${verb}`);
    said.value = verb === 'test' ? tried(answer) : outcome(answer);
    await askSinks();
  };
  const verb = state === 'paused' ? 'resume' : 'pause';
  return (
    <div class="choice">
      <button type="button" disabled={why !== ''} title={why} onClick={() => void order('test')}>
        {t('sinks.test')}
      </button>
      <button type="button" disabled={why !== ''} title={why} onClick={() => void order(verb)}>
        {t(`sinks.${verb}`)}
      </button>
      <button
        type="button"
        disabled={whyNotDrop !== '' || waiting === 0}
        title={whyNotDrop}
        onClick={() => {
          isAsked.value = true;
        }}
      >
        {t('sinks.drop')}…
      </button>
      {isAsked.value && (
        <Drop
          sink={sink}
          said={said}
          onClose={() => {
            isAsked.value = false;
          }}
        />
      )}
    </div>
  );
}

interface DropProps extends SinkButtonsProps {
  readonly onClose: () => void;
}

/** What is dropped never reaches the receiver: so its name is to be typed. */
function Drop({ sink: { name, waiting, waitingBytes }, said, onClose }: DropProps) {
  const size = waitingBytes === undefined ? '' : ` (~${bytesText(waitingBytes)})`;
  return (
    <Confirm
      title={t('sinks.dropTitle', { name })}
      action={t('sinks.drop')}
      typed={name}
      onClose={onClose}
      onDo={async () => {
        const answer = await sendJson<{ readonly count: number }>(
          'POST',
          `sinks/${encodeURIComponent(name)}/drop`,
          { confirm: name },
        );
        if (!answer.ok) return outcome(answer);
        said.value = t('sinks.dropped', { n: answer.body.count });
        await askSinks();
        return '';
      }}
    >
      <p>
        {t('sinks.dropWords', { n: waiting })}
        {size}
      </p>
    </Confirm>
  );
}

interface Tried {
  readonly ok?: boolean;
  readonly message?: string;
}

function tried(answer: Answer<Tried>): string {
  if (!answer.ok) return outcome(answer);
  const { ok, message = '' } = answer.body;
  return ok === false ? t('ask.failed', { why: message }) : message;
}

/** What went wrong, or nothing. */
export function outcome(answer: Answer<unknown>): string {
  return answer.ok ? '' : t('ask.failed', { why: problemWords(answer.problem) });
}
