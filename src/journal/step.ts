/** A calendar that goes back by less was only corrected, and begins no epoch. */
export const STEP_MICROS = 10_000;
