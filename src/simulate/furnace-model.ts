import type { Value } from '../profile/point.ts';
import { wave, type Model } from './model.ts';

/** °C of the laboratory. */
const ROOM = 23;
/** How fast full power heats, and how fast everything cools towards the room, per second. */
const HEATING = 9;
const COOLING = 0.0015;
/** What the draught in the laboratory does to the losses. */
const DRAUGHT = 0.08;
const STEP_MS = 100;

/**
 * A tube furnace under its controller: the working setpoint ramps to the target at the set rate, a
 * proportional output follows it, the process value follows the output with the losses of a real one.
 */
export function furnaceModel(target = 750): Model {
  const state = { pv: 600, setpoint: target, working: 605, rate: 60, output: 0 };
  let simulatedMs = 0;

  function step(): void {
    const seconds = STEP_MS / 1000;
    const reach = (state.rate / 60) * seconds;
    const gap = state.setpoint - state.working;
    state.working += state.rate === 0 ? gap : Math.max(-reach, Math.min(reach, gap));
    const holding = ((state.working - ROOM) * COOLING * 100) / HEATING;
    state.output = Math.max(0, Math.min(100, holding + (state.working - state.pv) * 4));
    const cooling = COOLING * (1 + DRAUGHT * wave(simulatedMs, 37_000));
    state.pv += ((state.output / 100) * HEATING - (state.pv - ROOM) * cooling) * seconds;
  }

  return {
    values(elapsedMs) {
      // A computer that slept has no ten hours of steps to make up for.
      simulatedMs = Math.max(simulatedMs, elapsedMs - 60_000);
      for (; simulatedMs + STEP_MS <= elapsedMs; simulatedMs += STEP_MS) step();
      return new Map<string, Value>([
        ['pv', Math.round(state.pv)],
        ['setpoint', Math.round(state.setpoint)],
        ['working_setpoint', Math.round(state.working)],
        ['output', Math.round(state.output * 10) / 10],
        ['ramp_rate', state.rate],
        ['timer', 1],
        ['status', 0],
      ]);
    },
    written(name, value) {
      if (name === 'setpoint') state.setpoint = Number(value);
      if (name === 'ramp_rate') state.rate = Number(value);
    },
  };
}
