import type { Titled } from './language.ts'

/** Problems of handing in and fetching files. */
export const evidenceProblems: Readonly<Record<string, Titled>> = {
  'evidence-empty': {
    status: 400,
    id: 'Berkas ini kosong',
    en: 'This file is empty',
    why: { id: 'Kirim isi berkas sebagai isi permintaan.', en: 'Send the bytes of the file as the body of the request.' },
  },
  'evidence-too-large': {
    status: 413,
    id: 'Berkas ini terlalu besar',
    en: 'This file is too large',
    why: {
      id: 'Batasnya disebut dalam limitBytes. Pindai dengan resolusi lebih rendah, atau bagi menjadi beberapa berkas.',
      en: 'The limit is given in limitBytes. Scan it with a lower resolution, or split it into several files.',
    },
  },
  'evidence-type-refused': {
    status: 415,
    id: 'Jenis berkas ini tidak diterima',
    en: 'This kind of file is not taken',
    why: {
      id: 'Yang menentukan isinya, bukan namanya: PDF, JPEG, PNG, WebP, HEIC, XLSX, DOCX, ODS, ODT, tanpa makro.',
      en: 'What counts is its content, not its name: PDF, JPEG, PNG, WebP, HEIC, XLSX, DOCX, ODS, ODT, without macros.',
    },
  },
  'evidence-missing': {
    status: 404,
    id: 'Berkas ini belum diserahkan',
    en: 'This file has not been handed in',
    why: {
      id: 'Fakta menyebut berkas ini, tetapi berkasnya tidak ada di penyimpanan. Siapa pun yang memilikinya dapat mengirimnya.',
      en: 'A fact names this file, but it is not in the store. Whoever has it can send it.',
    },
  },
  'evidence-altered': {
    status: 500,
    id: 'Berkas yang tersimpan telah berubah',
    en: 'The stored file was altered',
    why: {
      id: 'Isinya tidak lagi sesuai dengan SHA-256 yang disebut fakta, maka tidak diberikan. Kirim ulang berkas aslinya.',
      en: 'Its bytes are no longer those of the SHA-256 that facts name, so it is not given. Send the original again.',
    },
  },
  'evidence-store-full': {
    status: 507,
    id: 'Tempat penyimpanan berkas penuh',
    en: 'The store of files is full',
    why: { id: 'Tidak ada yang tersimpan sebagian. Coba lagi nanti.', en: 'Nothing was stored in part. Try again later.' },
  },
}
