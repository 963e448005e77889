import type { Translation } from './en.ts';
import { common } from './ru/common.ts';
import { workbench } from './ru/workbench.ts';
import { settings } from './ru/settings.ts';
import { device } from './ru/device.ts';
import { alarms } from './ru/alarms.ts';
import { exchanges } from './ru/exchanges.ts';
import { sinks } from './ru/sinks.ts';
import { trends } from './ru/trends.ts';
import { operator } from './ru/operator.ts';
import { api } from './ru/api.ts';

export const ru: Translation = {
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
