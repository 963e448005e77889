import type { trends as english } from '../en/trends.ts';
import type { In } from '../forms.ts';

export const trends = {
  'trends.pens': 'Yang digambar',
  'trends.chart': 'Tren {points}. Angkanya ada di tabel di bawah.',
  'trends.events': 'Yang terjadi',
  'trends.more': { other: 'dan {n} lagi' },
  'trends.move': 'Geser dan perbesar',
  'trends.back': 'Mundur',
  'trends.on': 'Maju',
  'trends.closer': 'Perbesar',
  'trends.wider': 'Perkecil',
  'trends.from': 'Dari',
  'trends.to': 'Sampai',
  'trends.show': 'Tampilkan',
  'trends.apart': 'Satu grafik per satuan',
  'trends.table': 'Sebagai tabel',
  'trends.bad': 'nilai tidak diketahui atau diragukan',
  'trends.wasOff': 'gateway mati, atau tidak diketahui',
  'keys.crosshair': 'Geser garis bidik tren',
} satisfies In<typeof english>;
