import type { sinks as english } from '../en/sinks.ts';
import type { In } from '../forms.ts';

export const sinks = {
  'sinks.drop': 'Buang yang menunggu',
  'sinks.dropTitle': 'Buang yang menunggu untuk {name}',
  'sinks.dropWords': {
    other:
      '{n} rekaman menunggu. Bila dibuang, rekaman itu tidak pernah sampai ke penerima; terhitung hilang, dan log mencatat siapa yang menghendakinya.',
  },
  'sinks.dropped': { other: '{n} rekaman dibuang.' },
  'sinks.givenUp': { other: '{n} dibuang manual' },
  'sinks.discardWords': 'Nilai {value} tidak akan dikirim lagi.',
  'sinks.newest': 'Rekaman terbaru, persis seperti dikirim',
  'sinks.nothingSent': 'Belum ada yang dikirim sejak mulai.',
  'sinks.noThroughput': 'Tidak ada yang dikirim dalam satu jam terakhir',
  'sinks.throughput': 'Nilai per menit dalam satu jam terakhir, paling banyak {most}',
  'sinkError.refused':
    'Mesinnya ada, tetapi tidak ada program di port ini: apakah penerima berjalan?',
  'sinkError.name': 'Nama itu tidak mengarah ke alamat mana pun: periksa ejaan dan DNS.',
  'sinkError.timeout':
    'Tidak ada jawaban tepat waktu: mesin mungkin mati, terlalu sibuk, atau di balik firewall.',
  'sinkError.access': 'Penerima menolak token atau kata sandi: perbarui di pengaturan.',
  'sinkError.path': 'Tidak ada apa-apa di jalur ini: periksa alamat, organisasi dan bucket.',
  'sinkError.tls': 'Kedua ujung tidak sepakat soal enkripsi: periksa sertifikat atau kunci.',
  'sinkError.full': 'Disk penuh: kosongkan, lalu pengiriman berlanjut sendiri.',
  'sinkError.disk': 'Berkas tidak dapat ditulis: periksa folder, pemilik dan hak akses.',
  'sinkError.type':
    'Tipe field di basis data berbeda dari nilai: nilai yang ditolak disimpan terpisah di bawah.',
} satisfies In<typeof english>;
