import { expect, test } from 'vitest';
import { registerPoint } from '../../test/support/points.ts';
import { exportRegisters } from './export-registers.ts';
import type { GeneratedMap } from './generate-map.ts';

const MAP: GeneratedMap = {
  entries: [
    {
      id: 'pv1.v_dc',
      register: registerPoint({
        ...{ name: 'v_dc', address: 2, unit: 'V', label: 'DC voltage, "raw" */ #include <x>' },
        scale: { multiply: 1, divide: 10, offset: 0 },
      }),
    },
    {
      id: 'pv1.p|ac',
      register: registerPoint({ name: 'p_ac', address: 0, type: 'f32', count: 2, order: 'CDAB' }),
    },
    { id: 'pv1.p-ac', register: registerPoint({ name: 'p', table: 'coil', type: 'bool' }) },
    {
      id: '3.current',
      register: registerPoint({
        ...{ name: 'current', address: 9, label: '=1+1' },
        scale: { multiply: 0.25, divide: 1, offset: -1600 },
      }),
    },
  ],
  holes: [{ table: 'holding', start: 3, count: 6 }],
};

test('as comma-separated values, in the order of addresses', () => {
  expect(exportRegisters(MAP, 'csv').split('\r\n')).toEqual([
    'table,address,modicon,count,type,scale,unit,point,description',
    'co,0,000001,1,bool,,,pv1.p-ac,',
    'hr,0,400001,2,f32@CDAB,,,pv1.p|ac,',
    'hr,2,400003,1,u16,/ 10,V,pv1.v_dc,"DC voltage, ""raw"" */ #include <x>"',
    'hr,3,400004,6,,,,,not used any more',
    "hr,9,400010,1,u16,x 0.25 - 1600,,3.current,'=1+1",
    '',
  ]);
});

test('as Markdown, with nothing in it that could end a cell', () => {
  expect(exportRegisters(MAP, 'md', 'the roof').split('\n')).toEqual([
    '# Registers of the roof',
    '',
    'Addresses are zero-based, as on the wire. Values of several registers have the byte order of their type.',
    '',
    '| table | address | modicon | count | type | scale | unit | point | description |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    '| co | 0 | 000001 | 1 | bool |  |  | pv1.p-ac |  |',
    '| hr | 0 | 400001 | 2 | f32@CDAB |  |  | pv1.p\\|ac |  |',
    '| hr | 2 | 400003 | 1 | u16 | / 10 | V | pv1.v\\_dc | DC voltage, "raw" \\*/ #include \\<x\\> |',
    '| hr | 3 | 400004 | 6 |  |  |  |  | not used any more |',
    '| hr | 9 | 400010 | 1 | u16 | x 0.25 - 1600 |  | 3.current | =1+1 |',
    '',
  ]);
});

test('as a C header, with names of its own and nothing that could end a comment', () => {
  expect(exportRegisters(MAP, 'h', 'roof 1').split('\n')).toEqual([
    '/* Registers of roof 1. Addresses are zero-based, as on the wire. */',
    '#ifndef ROOF_1_REGISTERS_H',
    '#define ROOF_1_REGISTERS_H',
    '',
    '/* pv1.p-ac: co:0, bool */',
    '#define ROOF_1_PV1_P_AC_ADDRESS 0u',
    '#define ROOF_1_PV1_P_AC_COUNT 1u',
    '',
    '/* pv1.p|ac: hr:0, f32@CDAB */',
    '#define ROOF_1_PV1_P_AC_2_ADDRESS 0u',
    '#define ROOF_1_PV1_P_AC_2_COUNT 2u',
    '',
    '/* pv1.v_dc: hr:2, u16, V, DC voltage, "raw" * / #include <x> */',
    '#define ROOF_1_PV1_V_DC_ADDRESS 2u',
    '#define ROOF_1_PV1_V_DC_COUNT 1u',
    '#define ROOF_1_PV1_V_DC_SCALE (1.0 / 10.0)',
    '',
    '/* hr:3, 6: not used any more */',
    '',
    '/* 3.current: hr:9, u16, =1+1 */',
    '#define ROOF_1_N_3_CURRENT_ADDRESS 9u',
    '#define ROOF_1_N_3_CURRENT_COUNT 1u',
    '#define ROOF_1_N_3_CURRENT_SCALE (0.25 / 1.0)',
    '#define ROOF_1_N_3_CURRENT_OFFSET (-1600)',
    '',
    '#endif /* ROOF_1_REGISTERS_H */',
    '',
  ]);
});
