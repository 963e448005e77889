import { useComputed, useSignal } from '@preact/signals';
import type { WritablePointJson } from '../../../src/api/contract.ts';
import { gatewayNow, wallTime } from '../model/gateway-time.ts';
import { isOld } from '../model/link.ts';
import { me } from '../model/me.ts';
import type { DeviceView, PointView } from '../model/site.ts';
import { writes } from '../model/writes.ts';
import { durationText } from '../text/duration.ts';
import { t } from '../text/language.ts';
import { stateWords } from '../text/words.ts';
import { heroesOf, STATE_PRIORITIES } from './device-tile.tsx';
import { Mark } from './mark.tsx';
import { RangeBar } from './range-bar.tsx';
import { Value } from './value.tsx';
import { WriteDialog } from './write-dialog.tsx';

/** Beside the values that stand first: more rows than this nobody reads from two metres. */
const MAX_WRITABLE = 4;

interface OperatorTileProps {
  readonly device: DeviceView;
  readonly isLookOnly: boolean;
}

/** A device for whoever stands before it: its values large, and a button at each that may be changed. */
export function OperatorTile({ device, isLookOnly }: OperatorTileProps) {
  const status = device.status.value;
  const priority = STATE_PRIORITIES[status.state];
  const rules = isLookOnly ? new Map<string, WritablePointJson>() : rulesFor(device.name);
  const heroes = heroesOf(status, device.points);
  const further = device.points
    .filter((view) => rules.has(view.id) && !heroes.includes(view))
    .slice(0, MAX_WRITABLE);
  const [first, ...others] = heroes;
  return (
    <li class={`panel op-tile tile-${priority ?? 0}`}>
      <div class="op-head">
        {priority !== undefined && <Mark priority={priority} />}
        <h2>{status.label ?? status.name}</h2>
        <span class="state">{stateWords(status.state, isOld.value)}</span>
        <Age device={device} />
      </div>
      <div class="op-body">
        {first !== undefined && <First view={first} rules={rules.get(first.id)} />}
        <dl class="op-rows">
          {[...others, ...further].map((view) => (
            <Row key={view.id} view={view} rules={rules.get(view.id)} />
          ))}
        </dl>
      </div>
    </li>
  );
}

/** What may be written here, and by whoever looks. */
function rulesFor(device: string): ReadonlyMap<string, WritablePointJson> {
  const role = me.value?.role;
  const mine = (writes.value?.points ?? []).filter(
    (rules) =>
      rules.device === device &&
      role !== 'viewer' &&
      (rules.role === 'operator' || role === 'admin' || role === undefined),
  );
  return new Map(mine.map((rules) => [rules.point, rules]));
}

interface ValueProps {
  readonly view: PointView;
  readonly rules: WritablePointJson | undefined;
}

function First({ view, rules }: ValueProps) {
  const { value, quality } = view.sample.value;
  const isGauge = typeof value === 'number' && quality !== 'bad';
  return (
    <div class="op-first">
      <p class="op-hero">
        <Value view={view} />
      </p>
      <p class="op-label">
        <span>{view.point.label ?? view.point.name}</span>
        {rules !== undefined && <Change view={view} rules={rules} />}
      </p>
      {isGauge && <RangeBar point={view.point} value={value} />}
    </div>
  );
}

function Row({ view, rules }: ValueProps) {
  return (
    <div>
      <dt>{view.point.label ?? view.point.name}</dt>
      <dd>
        <Value view={view} />
        {rules !== undefined && <Change view={view} rules={rules} />}
      </dd>
    </div>
  );
}

function Change({ view, rules }: { readonly view: PointView; readonly rules: WritablePointJson }) {
  const isOpen = useSignal(false);
  const name = view.point.label ?? view.point.name;
  return (
    <>
      <button
        type="button"
        class="op-change"
        disabled={isOld.value}
        onClick={() => {
          isOpen.value = true;
        }}
      >
        {t('operator.change')} <span class="unseen">{name}</span>
      </button>
      {isOpen.value && (
        <WriteDialog
          view={view}
          rules={rules}
          onClose={() => {
            isOpen.value = false;
          }}
        />
      )}
    </>
  );
}

/** How old the newest value is; of a device that is silent, when it last said something. */
function Age({ device }: { readonly device: DeviceView }) {
  const age = useComputed(() => {
    const { state, lastAnswer } = device.status.value;
    if (state === 'silent') {
      return lastAnswer === undefined
        ? t('tile.never')
        : t('tile.last', { time: wallTime(lastAnswer, gatewayNow.value) });
    }
    const newest = device.points.reduce((latest, { freshAt }) => Math.max(latest, freshAt), 0);
    return newest === 0 ? '' : durationText(gatewayNow.value - newest);
  });
  return <span class="age">{age}</span>;
}
