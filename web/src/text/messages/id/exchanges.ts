import type { exchanges as english } from '../en/exchanges.ts';
import type { In } from '../forms.ts';

export const exchanges = {
  'outages.why': 'Sebab',
  'outages.lasted': 'Lama',
  'outages.last': 'Terakhir sebelumnya',
  'outages.first': 'Pertama sesudahnya',
  'outages.range': 'Terendah dan tertinggi sejak itu',
  'outages.count': { other: '{n} gangguan' },
  'outages.longest': 'terlama {time}',
  'outages.clock': '(kalender diubah {time} sementara itu)',
  'outages.settling': '{time} sejauh ini',
  'outages.within': 'dalam {time}',
  'exchanges.devices': 'Perangkat',
  'exchanges.until': 'dicoba sampai {time}',
  'exchanges.all': 'semua',
  'exchanges.dryRun': 'Apa sekarang?',
  'exchanges.dryWords': 'Yang akan dilakukan sekarang. Tidak ada yang dikirim atau ditulis.',
  'exchanges.nothing': 'Tidak ada.',
  'exchanges.dropped': { other: '{n} proses tidak mendapat tempat' },
  'exchanges.forgotten': { other: '{n} proses yang dihentikan sudah dilupakan' },
  'exchanges.damaged': { other: '{n} baris log tidak dapat dibaca' },
  'exchanges.death.refused': 'ditolak untuk seterusnya',
  'exchanges.death.expired': 'waktunya habis',
  'exchanges.death.replaced': 'diganti yang lebih baru',
} satisfies In<typeof english>;
