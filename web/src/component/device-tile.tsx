import { useComputed, useSignal } from '@preact/signals';
import type { DeviceJson } from '../../../src/api/contract.ts';
import type { Priority } from '../model/attention.ts';
import { operate } from '../model/device-detail.ts';
import { gatewayNow, wallTime } from '../model/gateway-time.ts';
import { isOld } from '../model/link.ts';
import { mayOperate } from '../model/may.ts';
import { hrefTo } from '../model/route.ts';
import { watchQualities, type DeviceView, type PointView } from '../model/site.ts';
import { durationText } from '../text/duration.ts';
import { t } from '../text/language.ts';
import { count, stateWords } from '../text/words.ts';
import { sparks, type Curve } from '../model/history.ts';
import { Mark } from './mark.tsx';
import { RangeBar } from './range-bar.tsx';
import { Spark } from './spark.tsx';
import { Value } from './value.tsx';

const HEROES = 4;

/** How much a state wants to be looked at; not at all where it is not here. */
export const STATE_PRIORITIES: Readonly<Partial<Record<DeviceJson['state'], Priority>>> = {
  silent: 2,
  failing: 3,
  paused: 3,
};

/** A device at a glance: is it there, how old is what it says, and its first values. */
export function DeviceTile({ device }: { readonly device: DeviceView }) {
  const status = device.status.value;
  const priority = STATE_PRIORITIES[status.state];
  const [first, ...others] = heroesOf(status, device.points);
  return (
    <li class={priority === undefined ? 'panel tile' : `panel tile tile-${priority}`}>
      <div class="tile-head">
        {priority !== undefined && <Mark priority={priority} />}
        <h2 title={status.name}>
          <a href={hrefTo('devices', status.name)}>{status.label ?? status.name}</a>
        </h2>
        <span class="state">{stateWords(status.state, isOld.value)}</span>
        {priority === undefined && <Age device={device} />}
      </div>
      {first !== undefined && <Hero view={first} curve={sparks.series.value.get(first.id)} />}
      {others.length > 0 && (
        <dl class="minor">
          {others.map((view) => (
            <Minor key={view.id} view={view} />
          ))}
        </dl>
      )}
      <p class="tile-foot">
        {priority === undefined ? placeOf(status, device) : troubleOf(status)}
      </p>
      {status.state === 'silent' && mayOperate.value && <TryNow name={status.name} />}
    </li>
  );
}

/** Somebody has mended it, and need not wait for its turn. */
function TryNow({ name }: { readonly name: string }) {
  const said = useSignal('');
  const isBusy = useSignal(false);
  return (
    <div class="choice">
      <button
        type="button"
        disabled={isBusy.value}
        onClick={() => {
          isBusy.value = true;
          void operate(name, 'try').then((why) => {
            isBusy.value = false;
            said.value = why;
          });
        }}
      >
        {t(isBusy.value ? 'device.trying' : 'device.try')}
      </button>
      <span role="status" class="quiet">
        {said.value}
      </span>
    </div>
  );
}

/** The points that the profile puts first, then those that stand first. */
export function heroesOf(
  { hero = [] }: DeviceJson,
  points: readonly PointView[],
): readonly PointView[] {
  const chosen = hero.flatMap((name) => points.find(({ point }) => point.name === name) ?? []);
  return [...new Set([...chosen, ...points])].slice(0, HEROES);
}

function Age({ device }: { readonly device: DeviceView }) {
  const age = useComputed(() => {
    const newest = device.points.reduce((latest, { freshAt }) => Math.max(latest, freshAt), 0);
    return newest === 0 ? '' : durationText(gatewayNow.value - newest);
  });
  return (
    <span class="age" title={t('age.newest')}>
      {age}
    </span>
  );
}

interface HeroProps {
  readonly view: PointView;
  readonly curve: Curve | undefined;
}

function Hero({ view, curve }: HeroProps) {
  const { value, quality } = view.sample.value;
  return (
    <>
      <p class="hero">
        <Value view={view} />
        <span class="label">{view.point.label ?? view.point.name}</span>
      </p>
      {typeof value === 'number' && quality !== 'bad' && (
        <RangeBar point={view.point} value={value} />
      )}
      {curve !== undefined && <Spark series={curve} />}
    </>
  );
}

function Minor({ view }: { readonly view: PointView }) {
  const name = view.point.label ?? view.point.name;
  return (
    <div>
      <dt title={name}>{name}</dt>
      <dd>
        <Value view={view} />
      </dd>
    </div>
  );
}

function placeOf({ line, unit }: DeviceJson, { points }: DeviceView): string {
  watchQualities();
  const doubtful = points.filter(({ sample }) => sample.peek().quality !== 'good').length;
  const place = t('tile.place', { line, unit, points: count(points.length, 'point') });
  return doubtful === 0 ? place : t('tile.doubtful', { place, n: doubtful });
}

function troubleOf({ error, lastAnswer, nextTry, paused }: DeviceJson): string {
  const seconds = nextTry === undefined ? NaN : Date.parse(nextTry) - gatewayNow.value;
  return [
    paused !== undefined && t('device.pausedBy', { who: paused.who, why: paused.why }),
    error,
    lastAnswer === undefined
      ? t('tile.never')
      : t('tile.last', { time: wallTime(lastAnswer, gatewayNow.value) }),
    seconds > 0 && t('tile.next', { time: durationText(seconds) }),
  ]
    .filter(Boolean)
    .join(' · ');
}
