import type { Translation } from './en.ts';
import { common } from './id/common.ts';
import { workbench } from './id/workbench.ts';
import { settings } from './id/settings.ts';
import { device } from './id/device.ts';
import { alarms } from './id/alarms.ts';
import { exchanges } from './id/exchanges.ts';
import { sinks } from './id/sinks.ts';
import { trends } from './id/trends.ts';
import { operator } from './id/operator.ts';
import { api } from './id/api.ts';

export const id: Translation = {
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
