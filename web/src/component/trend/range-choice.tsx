import { useSignal } from '@preact/signals';
import { momentOfField, wallField } from '../../model/gateway-time.ts';
import { refine } from '../../model/route.ts';
import { RANGES, type Span, type TimeRange } from '../../model/time-range.ts';
import { t } from '../../text/language.ts';

interface RangeChoiceProps {
  readonly range: TimeRange;
  /** What is drawn, seconds since 1970. */
  readonly span: Span;
  readonly onZoom: (from: number, to: number) => void;
}

/** Of the range by how much a button moves it, or shortens it on each side. */
const MOVE = 0.5;
const ZOOM = 0.25;

/** Which time is drawn: one that ends now, or any other. */
export function RangeChoice({ range, span, onZoom }: RangeChoiceProps) {
  const isAsked = useSignal(false);
  return (
    <>
      <div class="choice" role="group" aria-label={t('trends.range')}>
        {RANGES.map(({ name }) => (
          <button
            key={name}
            type="button"
            aria-pressed={range.name === name}
            onClick={() => {
              isAsked.value = false;
              refine({ range: name, from: undefined, to: undefined });
            }}
          >
            {t(`range.${name}`)}
          </button>
        ))}
        <button
          type="button"
          aria-pressed={range.name === 'custom'}
          aria-expanded={isAsked.value}
          onClick={() => {
            isAsked.value = !isAsked.value;
          }}
        >
          {t('range.custom')}
        </button>
      </div>
      <MoveTools {...{ range, span, onZoom }} />
      {isAsked.value && (
        <CustomRange
          span={span}
          onChoose={(start, end) => {
            isAsked.value = false;
            onZoom(start, end);
          }}
        />
      )}
    </>
  );
}

/** The same as keys and wheel do, for fingers. */
function MoveTools({ range, span: { from, to }, onZoom }: RangeChoiceProps) {
  const length = to - from;
  return (
    <div class="choice" role="group" aria-label={t('trends.move')}>
      <Tool
        name="trends.back"
        sign="‹"
        onClick={() => onZoom(from - length * MOVE, to - length * MOVE)}
      />
      <Tool
        name="trends.on"
        sign="›"
        onClick={() => onZoom(from + length * MOVE, to + length * MOVE)}
      />
      <Tool
        name="trends.closer"
        sign="+"
        onClick={() => onZoom(from + length * ZOOM, to - length * ZOOM)}
      />
      <Tool
        name="trends.wider"
        sign="−"
        onClick={() => onZoom(from - length * MOVE, to + length * MOVE)}
      />
      {!range.isLive && (
        <button
          type="button"
          onClick={() => {
            refine({ range: '1h', from: undefined, to: undefined });
          }}
        >
          {t('trends.now')}
        </button>
      )}
    </div>
  );
}

interface ToolProps {
  readonly name: 'trends.back' | 'trends.on' | 'trends.closer' | 'trends.wider';
  readonly sign: string;
  readonly onClick: () => void;
}

function Tool({ name, sign, onClick }: ToolProps) {
  return (
    <button type="button" class="tool" aria-label={t(name)} title={t(name)} onClick={onClick}>
      <span aria-hidden="true">{sign}</span>
    </button>
  );
}

interface CustomRangeProps {
  readonly span: Span;
  readonly onChoose: (from: number, to: number) => void;
}

function CustomRange({ span, onChoose }: CustomRangeProps) {
  const from = useSignal(wallField(span.from * 1000));
  const to = useSignal(wallField(span.to * 1000));
  const [start, end] = [momentOfField(from.value), momentOfField(to.value)];
  return (
    <form
      class="choice custom-range"
      onSubmit={(event) => {
        event.preventDefault();
        if (start < end) onChoose(start / 1000, end / 1000);
      }}
    >
      <label>
        {t('trends.from')}
        <input
          type="datetime-local"
          value={from.value}
          onInput={({ currentTarget: { value } }) => {
            from.value = value;
          }}
        />
      </label>
      <label>
        {t('trends.to')}
        <input
          type="datetime-local"
          value={to.value}
          onInput={({ currentTarget: { value } }) => {
            to.value = value;
          }}
        />
      </label>
      <button type="submit" disabled={!(start < end)}>
        {t('trends.show')}
      </button>
    </form>
  );
}
