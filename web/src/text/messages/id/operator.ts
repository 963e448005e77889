import type { operator as en } from '../en/operator.ts';
import type { In } from '../forms.ts';

export const operator: In<typeof en> = {
  'operator.title': 'Tampilan operator',
  'operator.leave': 'Keluar',
  'operator.setup': 'Atur',
  'operator.change': 'Ubah',
  'operator.devices': 'Perangkat',
  'operator.rotate': 'Tampilkan',
  'operator.all': 'semua sekaligus',
  'operator.each': 'satu per satu, masing-masing {time}',
  'operator.lookOnly': 'Hanya melihat: tidak ada yang dapat diubah di sini',
  'operator.full': 'Layar penuh',
  'operator.kept': 'Pilihan ini tersimpan di alamat halaman.',
  'operator.rotation': 'Satu perangkat setiap kali',
  'operator.before': 'Sebelumnya',
  'operator.next': 'Berikutnya',
  'operator.turn': '{n} dari {of}',
  'operator.hold': 'Tahan',

  'mark.1': 'mendesak',
  'mark.2': 'tinggi',
  'mark.3': 'rendah',
  'mark.4': 'informasi',

  'table.of': 'Tabel: {what}',

  'nav.more': 'Lainnya',

  'lazy.failed':
    'Bagian halaman ini tidak datang. Gateway tidak terjangkau, atau halamannya sudah lain.',
  'lazy.again': 'Muat ulang halaman',
  'broken.title': 'Layar ini gagal. Layar lain tetap bekerja.',
  'notice.not-sent': 'Tidak ada yang dikirim: tidak ada sambungan ke gateway.',
  'notice.new-page': 'Gateway telah diperbarui. Muat ulang halaman bila sudah selesai.',
  'notice.reload': 'Muat ulang sekarang',

  'keys.leave': 'keluar dari tampilan operator',
  'keys.turn': 'di tampilan operator: perangkat sebelumnya, berikutnya',
  'keys.cells': 'di matriks dan meja kerja: dari sel ke sel',
  'keys.review': 'di pengaturan: periksa dan terapkan',
  'keys.undo': 'di pengaturan: batalkan',

  'steps.title': 'Langkah pertama',
  'steps.count': '{n} dari {of} selesai',
  'steps.dismiss': 'Jangan tampilkan lagi',
  'steps.done': 'selesai',
  'steps.open': 'belum',
  'steps.devices': 'Perangkat menjawab',
  'steps.devicesHow':
    'dinrail scan menemukan perangkat; tulis di bawah devices: dalam berkas situs.',
  'steps.devicesGo': 'Lihat perangkat',
  'steps.sink': 'Ada tujuan yang menerima nilai',
  'steps.sinkHow':
    'Nilai hanya ditampilkan sampai ada tujuan yang menerimanya: sinks: dalam berkas situs.',
  'steps.sinkGo': 'Lihat tujuan',
  'steps.alarms': 'Alarm sudah diatur',
  'steps.alarmsHow': 'Batas ditulis pada titik, atau di bawah alarms: dalam berkas situs.',
  'steps.alarmsGo': 'Lihat alarm',
  'steps.access': 'Akses sudah jelas',
  'steps.accessLocal': 'Hanya komputer ini yang dapat melihat.',
  'steps.accessLogin': 'Semua orang harus masuk dahulu.',
  'steps.backup': 'Salinan konfigurasi tersimpan',
  'steps.backupHow': 'Semua ada di berkas ini, kecuali kata sandi dan riwayat.',
  'steps.backupGo': 'Unduh',
  'steps.backupOther': 'Simpan salinan berkas situs dan profilnya di tempat lain.',
  'steps.backupDid': 'Sudah ada',
  'steps.settings': 'Buka pengaturan',
};
