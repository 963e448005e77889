import type { Value } from '../profile/point.ts';
import { wave, type Model } from './model.ts';

const PHASES = ['a', 'b', 'c'] as const;
/** Reactive power per active power at the usual power factor of 0.97. */
const TANGENT = 0.25;

/**
 * A three-phase meter whose numbers agree with each other: power is voltage times current, totals are
 * sums, energies are the integral of the powers.
 */
export function meterModel(): Model {
  const energy = { active: 123_456_789, reactive: 30_864_197, apparent: 127_255_000 };
  let before = 0;
  return {
    values(elapsedMs) {
      const values = new Map<string, Value>();
      const total = { active: 0, reactive: 0, apparent: 0 };
      PHASES.forEach((phase, index) => {
        const voltage = 230 + 1.5 * wave(elapsedMs, 23_000, index * 2);
        const current = 5.2 + 1.8 * wave(elapsedMs, 41_000 + 5_000 * index, index);
        const apparent = (voltage * current) / 1000;
        const active = apparent / Math.hypot(1, TANGENT);
        const powers = { active, reactive: active * TANGENT, apparent };
        values.set(`current_phase_${phase}`, current).set(`voltage_phase_${phase}`, voltage);
        for (const [name, power] of Object.entries(powers)) {
          values.set(`${name}_power_phase_${phase}`, power);
          total[name as keyof typeof total] += power;
        }
      });
      const hours = (elapsedMs - before) / 3_600_000;
      before = elapsedMs;
      for (const [name, power] of Object.entries(total)) {
        values.set(`${name}_power_total`, power);
        energy[name as keyof typeof energy] += power * 1000 * hours;
        values.set(`${name}_energy_import`, Math.floor(energy[name as keyof typeof energy]));
        values.set(`${name}_energy_export`, 0);
      }
      return values.set('frequency', 50 + 0.02 * wave(elapsedMs, 17_000, 0));
    },
  };
}
