import type { In } from './forms.ts';
import { common } from './en/common.ts';
import { workbench } from './en/workbench.ts';
import { settings } from './en/settings.ts';
import { device } from './en/device.ts';
import { alarms } from './en/alarms.ts';
import { exchanges } from './en/exchanges.ts';
import { sinks } from './en/sinks.ts';
import { trends } from './en/trends.ts';
import { operator } from './en/operator.ts';
import { api } from './en/api.ts';

/** Every word of the page. */
export const en = {
  ...common,
  ...workbench,
  ...settings,
  ...device,
  ...trends,
  ...alarms,
  ...sinks,
  ...exchanges,
  ...operator,
  ...api,
};

export type Key = keyof typeof en;

/** The same words in another language: none may be missing. */
export type Translation = In<typeof en>;
